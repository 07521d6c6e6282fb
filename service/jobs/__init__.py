"""Jobs: many documents annotated in the background, and none lost if the service is killed.

::

    routes ── sources       the body of POST /jobs, split into documents as it arrives
       │
    manager ── runtime      starts what follows, at the first use: it costs memory that plain serving need not spend
                 ├── workflows   what DBOS runs, and runs again after a crash
                 ├── store       the jobs, their documents and their results in the database
                 ├── annotator   documents → results, on the model's worker
                 ├── seats       which processes are alive
                 └── webhook     the message at the end

SQLAlchemy and DBOS are imported by what the runtime starts and by nothing else.
"""
