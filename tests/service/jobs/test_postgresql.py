"""Jobs in PostgreSQL, which several services share. Skipped where there is no PostgreSQL server to start."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.service.jobs.test_crash import check, documents, run

_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
INITDB = shutil.which("initdb") or (str(_SERVERS[-1]) if _SERVERS else None)
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not INITDB, reason="needs initdb and postgres"),
]


@pytest.fixture(scope="module")
def server():
    """The address of a PostgreSQL server of its own on loopback."""
    # Not below pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="mubiao-postgresql-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {}
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        shutil.chown(folder, "postgres")
        options = {"user": "postgres"}
    data, binaries = folder / "data", Path(INITDB).parent
    subprocess.run(
        [INITDB, "-D", data, "-U", "mubiao", "-A", "trust", "--no-sync"], check=True, capture_output=True, **options
    )
    command = [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", data]
    with (folder / "output").open("wb") as out:
        popen = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, **options)
    address = f"postgresql://mubiao@127.0.0.1:{port}/postgres"
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address).close()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    yield address
    popen.terminate()
    popen.wait()
    shutil.rmtree(folder)


@pytest.fixture
def database(server):
    name = f"jobs_{time.time_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres", f"/{name}")


@contextmanager
def service(database, folder, until):
    folder.mkdir(exist_ok=True)
    with run(folder, until, MUBIAO_JOBS_DATABASE=database, MUBIAO_JOBS_CHUNKS="1") as running:
        yield running


def seats(database):
    """Which seats have taken chunks of jobs."""
    with psycopg.connect(database) as connection:
        query = "SELECT DISTINCT executor_id FROM dbos.workflow_status WHERE executor_id IS NOT NULL"
        return {row[0] for row in connection.execute(query)}


def done(running, id):
    return lambda: running.job(id)["state"] == "done"


def test_two_services_share_a_job(database, tmp_path, until):
    with service(database, tmp_path / "a", until) as a, service(database, tmp_path / "b", until) as b:
        id = a.submit(documents(200))
        until(lambda: seats(database) == {"seat-0", "seat-1"})
        until(done(b, id))
        check(a.results(id), 200)
        check(b.results(id), 200)


def test_one_that_dies_for_good_gives_its_work_back(database, tmp_path, until):
    with service(database, tmp_path / "b", until) as b, service(database, tmp_path / "a", until) as a:
        id = a.submit(documents(200))
        until(lambda: a.job(id)["done"] and len(seats(database)) == 2)
        a.kill()
        assert b.job(id)["done"] < 200
        until(done(b, id))
        check(b.results(id), 200)
        assert list(tmp_path.glob("*/*.sqlite")) == []


def test_killed_and_started_again(database, tmp_path, until):
    with service(database, tmp_path / "a", until) as a:
        id = a.submit(documents(100))
        until(lambda: a.job(id)["done"])
        a.kill()
    with service(database, tmp_path / "a", until) as a:
        until(done(a, id))
        check(a.results(id), 100)
        assert seats(database) == {"seat-0"}
        assert a.http.delete(f"/jobs/{id}?erase=true").status_code == 204
        with psycopg.connect(database) as connection:
            for table in ("jobs", "documents", "results"):
                until(lambda table=table: connection.execute(f"SELECT count(*) FROM mubiao.{table}").fetchone() == (0,))
