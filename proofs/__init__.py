"""``make prove``: what the service promises about load, faults and attacks, tried on a running one and written down.

A module is a proof: ``TITLE``, ``UNIT`` (what its amount counts), ``FULL`` and ``SHORT`` (amounts), and ``run(amount)``,
which gives a Result. To add one, write its module and name it in ``proofs.__main__``.

::

    __main__   the command line
    report     a proof's figures, and where they are written
    service    a running ``mubiao serve`` and what it costs
    load       clients that send it documents
    fuzz, schema, overload, killed, shutdown, clients, faults, soak …   the proofs
"""
