"""Whose a job is: to other API keys there is no such job."""

import sqlite3
from contextlib import closing, contextmanager

import orjson
import pytest

from service.access import keys
from service.settings import AccessSettings

TEXT = {"text": "年底前，市民政局新建50个照料中心。"}


@pytest.fixture
def people(tmp_path):
    """The headers of two keys, and the file of these keys."""
    made = [keys.create(name) for name in ("anna", "bo")]
    file = tmp_path / "keys.json"
    keys.write(file, [kept for _, kept in made])
    return [{"Authorization": f"Bearer {shown}"} for shown, _ in made], file


@pytest.fixture
def with_keys(with_jobs, tagger, tmp_path, people):
    @contextmanager
    def run(**settings):
        with with_jobs(tagger, tmp_path / "data", AccessSettings(keys=people[1]), **settings) as jobs:
            yield jobs

    return run


def ask(jobs, method, path, who):
    return jobs.http.request(method, path, headers=who)


def listed(jobs, who, query=""):
    return [job["id"] for job in ask(jobs, "GET", f"/jobs{query}", who).json()["jobs"]]


def wait(jobs, id, who, until):
    until(lambda: ask(jobs, "GET", f"/jobs/{id}", who).json()["state"] == "done")


def test_a_job_is_there_only_for_the_key_that_made_it(with_keys, people, until):
    anna, bo = people[0]
    with with_keys() as jobs:
        hers, his = jobs.send([TEXT], **anna), jobs.send([TEXT], **bo)
        wait(jobs, hers, anna, until)
        missing = ask(jobs, "GET", "/jobs/" + "0" * 32, bo)
        for method, rest in [
            ("GET", ""),
            ("GET", "/results"),
            ("GET", "/events"),
            ("DELETE", ""),
            ("DELETE", "?erase=true"),
        ]:
            refused = ask(jobs, method, f"/jobs/{hers}{rest}", bo)
            assert (refused.status_code, refused.json()) == (404, missing.json())
            assert ask(jobs, method, f"/jobs/{hers}{rest}", {}).status_code == 401
        assert (listed(jobs, anna), listed(jobs, bo)) == ([hers], [his])
        # From another's place one sees one's own.
        assert listed(jobs, bo, f"?after=99999999999.0-{hers}") == [his]
        assert listed(jobs, bo, f"?after=0.0-{hers}") == []
        assert len(ask(jobs, "GET", f"/jobs/{hers}/results", anna).content.splitlines()) == 1
        assert ask(jobs, "GET", f"/jobs/{hers}/events", anna).status_code == 200
        assert ask(jobs, "DELETE", f"/jobs/{hers}?erase=true", anna).status_code == 204
        assert (listed(jobs, anna), listed(jobs, bo)) == ([], [his])


def test_idempotency_keys_of_others_are_others(with_keys, people):
    anna, bo = ({**who, "Idempotency-Key": "plans"} for who in people[0])
    with with_keys() as jobs:
        hers, his = jobs.send([TEXT], **anna), jobs.send([{"text": "无。"}], **bo)
        assert hers != his
        assert (jobs.send([TEXT], **anna), jobs.send([{"text": "无。"}], **bo)) == (hers, his)
        assert jobs.submit(orjson.dumps(TEXT), **bo).status_code == 422


def test_without_keys_all_jobs_are_everybodys(with_keys, with_jobs, tagger, tmp_path, people):
    anna, bo = people[0]
    with with_keys() as jobs:
        sent = [jobs.send([TEXT], **anna), jobs.send([TEXT], **bo)]
    with with_jobs(tagger, tmp_path / "data") as jobs:
        sent.append(jobs.send([TEXT]))
        assert listed(jobs, {}) == sent[::-1]
        for id in sent:
            assert jobs.ended(id)["done"] == len(jobs.results(id)) == 1
        assert ask(jobs, "DELETE", f"/jobs/{sent[0]}?erase=true", {}).status_code == 204
    with with_keys() as jobs:
        # What was sent without a key is no key's.
        assert (listed(jobs, anna), listed(jobs, bo)) == ([], [sent[1]])
        assert ask(jobs, "GET", f"/jobs/{sent[2]}", anna).status_code == 404


def test_jobs_of_a_key_that_was_taken_back_are_nobodys(with_keys, people, until):
    (anna, bo), file = people
    with with_keys() as jobs:
        id = jobs.send([TEXT], **anna)
        wait(jobs, id, anna, until)
        keys.write(file, keys.read(file)[1:])
        assert ask(jobs, "GET", f"/jobs/{id}", anna).status_code == 401
        assert ask(jobs, "GET", f"/jobs/{id}", bo).status_code == 404


def test_jobs_of_an_earlier_version_are_nobodys(with_keys, with_jobs, tagger, tmp_path, people):
    with with_jobs(tagger, tmp_path / "data") as jobs:
        id = jobs.send([TEXT], **{"Idempotency-Key": "plans"})
    with closing(sqlite3.connect(tmp_path / "data" / "jobs.sqlite")) as connection, connection:
        connection.execute("ALTER TABLE jobs DROP COLUMN owner")
    with with_keys() as jobs:
        assert listed(jobs, people[0][0]) == []
        assert jobs.send([TEXT], **people[0][0], **{"Idempotency-Key": "plans"}) != id
    with with_jobs(tagger, tmp_path / "data") as jobs:
        assert jobs.ended(id)["done"] == 1
        assert jobs.send([TEXT], **{"Idempotency-Key": "plans"}) == id
