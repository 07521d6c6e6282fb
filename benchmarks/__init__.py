"""``make bench``: how fast the service is, as ratios to baselines of the same run on the same cores and texts.

::

    __main__   the command line: what is measured, in which order
    baselines  the same weights as others would run them
    clock      wall and processor seconds
    stages     what each stage of a document costs in process, and how that grows with length
    roofline   INT8 operations needed over operations the cores can do
    quality    what INT8 costs of F1
    load       the service over HTTP: throughput, latencies, memory, start
    report     benchmarks/latest.json, and the tables in docs/benchmarks.md
    charts     the plots there
    workbench  a command of its own: a long document in the page

Clients, texts and the running service are those of ``proofs``.
"""

import os

# As models.runtime does; some modules here import ONNX Runtime before it.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
