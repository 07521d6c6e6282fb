"""Jobs in PostgreSQL, which several services share. Skipped where there is no PostgreSQL server to start."""

import time
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from proofs import postgresql
from service.access import keys
from service.jobs.database import connect
from service.jobs.seats import ServerSeats
from service.settings import JobSettings
from tests.service.jobs.test_crash import check, documents, run

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql.INITDB, reason="needs initdb and postgres"),
]


@pytest.fixture(scope="module")
def server():
    """The address of a PostgreSQL server of its own on loopback."""
    with postgresql.running() as database:
        yield database.address


@pytest.fixture
def database(server):
    name = f"jobs_{time.time_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres", f"/{name}")


@contextmanager
def service(database, folder, until, **environment):
    folder.mkdir(exist_ok=True)
    with run(folder, until, MUBIAO_JOBS_DATABASE=database, MUBIAO_JOBS_CHUNKS="1", **environment) as running:
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


def test_a_database_of_an_earlier_version_is_completed(database, tmp_path, until):
    with service(database, tmp_path / "a", until) as a:
        id = a.submit(documents(100))
        until(lambda: a.job(id)["done"])
        a.kill()
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE mubiao.jobs DROP COLUMN owner")
        connection.execute("""UPDATE mubiao.jobs SET options = '{"date": null, "offsets": "utf16", "text": false}'""")
    with service(database, tmp_path / "a", until) as a, service(database, tmp_path / "b", until) as b:
        until(done(b, id))
        check(a.results(id), 100)


def test_keys_have_jobs_and_idempotency_keys_of_their_own(database, tmp_path, until):
    made = [keys.create(name) for name in ("anna", "bo")]
    keys.write(tmp_path / "keys.json", [kept for _, kept in made])
    anna, bo = ({"Authorization": f"Bearer {shown}", "Idempotency-Key": "plans"} for shown, _ in made)
    with service(database, tmp_path / "a", until, MUBIAO_ACCESS_KEYS=str(tmp_path / "keys.json")) as a:
        ids = [a.submit(documents(3), headers) for headers in (anna, bo, anna, bo)]
        assert ids[0] == ids[2] != ids[1] == ids[3]
        assert [job["id"] for job in a.http.get("/jobs", headers=anna).json()["jobs"]] == [ids[0]]
        assert a.http.get(f"/jobs/{ids[0]}", headers=bo).status_code == 404


def test_a_seat_is_taken_again_when_the_database_is_back():
    with postgresql.running() as database:
        engine = connect(JobSettings(database=database.address))
        seats = ServerSeats(engine)
        database.stop(crash=True)
        for _ in range(3):
            with pytest.raises(sa.exc.SQLAlchemyError):
                seats.is_held()
        database.start()
        assert seats.is_held()
        with psycopg.connect(database.address) as connection:
            assert connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (1,)
        seats.close()
        engine.dispose()
