"""``mubiao annotate``: an archive of any size through the model, on this machine or a cluster.

::

    inputs.py      files, folders, globs, lines, tables → documents in a fixed order
    annotator.py   documents → results, each a line of JSON
    local.py       annotators in processes of this machine
    on_ray.py      annotators on a Ray cluster
    store.py       results on disk, each once, whatever happens to the process
    formats.py     results → the format that was asked for
    command.py     the command line
"""
