"""Who may use the service: API keys, how much each may ask for, and where it may listen without any.

::

    keys      the file of keys
    limits    rate and concurrency of each key, shared by all processes
    guard     the middleware that asks for a key; 401 and 429
    exposure  which addresses need keys
    command   ``mubiao keys``
"""
