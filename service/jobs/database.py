"""The database that jobs are kept in: a file, or PostgreSQL."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.jobs.tables import SCHEMA, metadata
from service.settings.jobs import JobSettings

_LOCK = 0x6D756269
"""Advisory lock under which the tables are made, should several services start at once."""
_KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""PostgreSQL then knows within half a minute that a machine is gone, and frees what it had locked."""


def url(settings: JobSettings) -> str:
    """Where the database is, as SQLAlchemy names it."""
    if settings.database:
        address = settings.database.get_secret_value()
        return sa.make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    return sa.URL.create("sqlite", database=str(settings.file.absolute())).render_as_string()


def connect(settings: JobSettings) -> sa.Engine:
    """The engine, with the tables made if there are none yet, and completed if an earlier version made them.

    Raises OSError, sqlite3.Error and SQLAlchemyError.
    """
    if settings.database:
        engine = _postgresql(url(settings))
    else:
        settings.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = _sqlite(settings.file, url(settings))
    sa.event.listen(engine, "handle_error", _without_parameters)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
                schema: str | None = SCHEMA
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                schema = None
            metadata.create_all(connection)
            _add_columns(connection, schema)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _add_columns(connection: sa.Connection, schema: str | None) -> None:
    """Add what tables of an earlier version lack; columns that came later have a default."""
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name, schema)}
        place = f"{schema}.{table.name}" if schema else table.name
        for column in table.columns:
            if column.name not in there:
                definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {place} ADD COLUMN {definition}")


def tidy(engine: sa.Engine) -> None:
    """Give back the space of what was deleted, and leave nothing of it in a file."""
    if engine.dialect.name == "sqlite":
        with contextlib.closing(sqlite3.connect(str(engine.url.database), timeout=30)) as connection:
            connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")


def _without_parameters(context: sa.engine.ExceptionContext) -> None:
    # What a statement carries must not be in its error, which is logged by some and kept by DBOS.
    if context.sqlalchemy_exception:
        context.sqlalchemy_exception.params = None


def _postgresql(address: str) -> sa.Engine:
    return sa.create_engine(
        address, hide_parameters=True, pool_pre_ping=True, connect_args={"options": _KEEPALIVE, "connect_timeout": 10}
    )


def _sqlite(file: Path, address: str) -> sa.Engine:
    file.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        # Both last; the first only if there are no tables yet, so that later the file can shrink.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
    engine = sa.create_engine(address, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, record: Any) -> None:
        # A writer takes its lock when it begins, instead of failing when it finds another one before it.
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine.execution_options(schema_translate_map={SCHEMA: None})
