"""The tables of the jobs.

A document is in ``documents`` until its result is in ``results``: the transaction that adds the one deletes the other.
"""

import sqlalchemy as sa

SCHEMA = "mubiao"
"""Of the tables in PostgreSQL; a file has no schemas."""
metadata = sa.MetaData(schema=SCHEMA)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, server_default="", comment="id of the API key that it was sent with"),
    sa.Column("seat", sa.Text, nullable=False, comment="who receives and enqueues it"),
    sa.Column("enqueued", sa.Boolean, nullable=False, comment="whether all its chunks have been"),
    sa.Column("key", sa.Text, unique=True, comment="Idempotency-Key, after its owner"),
    sa.Column("digest", sa.Text, comment="of what was sent, as SHA-256"),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("created", sa.Float, nullable=False, index=True),
    sa.Column("started", sa.Float),
    sa.Column("finished", sa.Float, index=True),
    sa.Column("webhook", sa.Text, index=True, comment="waiting, delivered or failed"),
    sa.Column("webhook_sent", sa.Integer, nullable=False, comment="how often"),
    sa.Column("webhook_next", sa.Float, nullable=False, comment="when to send it again"),
)


def _job() -> sa.Column[str]:
    return sa.Column("job", sa.ForeignKey(jobs.c.id), primary_key=True)


chunks = sa.Table(
    "chunks",
    metadata,
    _job(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("begun", sa.Integer, nullable=False, comment="how often"),
    sa.Column("workflow", sa.Integer, nullable=False, comment="which of its workflows is to finish it"),
    sa.Column("failed", sa.Integer),
    sa.Column("started", sa.Float),
    sa.Column("finished", sa.Float),
)

documents = sa.Table(
    "documents",
    metadata,
    _job(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Index("documents_chunk", "job", "chunk"),
)

results = sa.Table(
    "results",
    metadata,
    _job(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("failed", sa.Boolean, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
)
