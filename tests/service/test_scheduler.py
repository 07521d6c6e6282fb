"""The order of windows, by the scheduler alone: texts are really cut, but nothing is read."""

import pytest

from models.tagger import Tagger
from service.errors import NotReady, QueueFull
from service.scheduler import Job, Scheduler

LINE = "年底前，县民政局新建养老服务中心12个，改造敬老院5所。\n"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler(capacity=100_000, turn=1_000, retry_after=1)


def job(lines: int) -> Job:
    return Job(LINE * lines, lambda annotation: annotation)


def windows(scheduler: Scheduler, tagger: Tagger, most: int = 1_000) -> list[tuple[Job, int]]:
    """What a single reader is given, jobs begun on the way, until nothing is left."""
    taken: list[tuple[Job, int]] = []
    while len(taken) < most and scheduler._ring:
        work = scheduler.take()
        assert work
        if work.draft:
            taken.append((work.job, work.window))
        else:
            scheduler.begun(work.job, tagger.begin(work.job.text))
    return taken


def test_each_window_is_given_once_and_in_order(scheduler: Scheduler, tagger: Tagger) -> None:
    jobs = [job(lines) for lines in (1, 300, 40, 7)]
    for each in jobs:
        scheduler.put(each)
    taken = windows(scheduler, tagger)
    for each in jobs:
        assert [window for j, window in taken if j is each] == list(range(len(tagger.begin(each.text))))


def test_texts_shorter_than_a_turn_are_read_as_they_came(scheduler: Scheduler, tagger: Tagger) -> None:
    jobs = [job(lines) for lines in (30, 1, 20, 2)]
    for each in jobs:
        scheduler.put(each)
    assert list(dict.fromkeys(j for j, _ in windows(scheduler, tagger))) == jobs
    assert windows(scheduler, tagger) == []


def test_a_long_text_lets_others_pass_but_moves_on(scheduler: Scheduler, tagger: Tagger) -> None:
    archive, *others = jobs = [job(2_000), *(job(2) for _ in range(20))]
    for each in jobs:
        scheduler.put(each)
    taken = [j for j, _ in windows(scheduler, tagger)]
    turn = taken.index(others[0])
    assert 1 <= turn <= 4  # windows of at most 380 code points in a turn of 1,000
    assert taken[turn : turn + 20] == others
    assert set(taken[turn + 20 :]) == {archive}


def test_long_texts_take_turns(scheduler: Scheduler, tagger: Tagger) -> None:
    first, second = job(1_000), job(1_000)
    scheduler.put(first)
    windows(scheduler, tagger, most=20)
    scheduler.put(second)
    both = [j for j, _ in windows(scheduler, tagger, most=40)]
    assert abs(both.count(first) - both.count(second)) <= 4


def test_a_job_that_is_dropped_gives_nothing_more(scheduler: Scheduler, tagger: Tagger) -> None:
    gone, stays = job(300), job(3)
    scheduler.put(gone)
    windows(scheduler, tagger, most=5)
    scheduler.put(stays)
    scheduler.done(gone)
    assert {j for j, _ in windows(scheduler, tagger)} == {stays}
    assert (scheduler.documents, scheduler.code_points) == (1, len(stays.text))


def test_a_job_that_is_dropped_while_it_is_begun_does_not_come_back(scheduler: Scheduler, tagger: Tagger) -> None:
    gone = job(3)
    scheduler.put(gone)
    work = scheduler.take()
    assert work
    assert work.draft is None
    scheduler.done(gone)
    scheduler.begun(gone, tagger.begin(gone.text))
    assert windows(scheduler, tagger) == []


def test_it_is_bounded_by_what_is_not_done(tagger: Tagger) -> None:
    scheduler = Scheduler(capacity=len(LINE) * 10, turn=1_000, retry_after=7)
    first = job(1_000)  # longer than all there is room for, but there is nothing else
    scheduler.put(first)
    with pytest.raises(QueueFull) as full:
        scheduler.put(job(1))
    assert full.value.retry_after == 7
    windows(scheduler, tagger)
    with pytest.raises(QueueFull):  # all of it is given out, but not done
        scheduler.put(job(1))
    scheduler.done(first)
    scheduler.done(first)
    for _ in range(10):
        scheduler.put(job(1))
    with pytest.raises(QueueFull):
        scheduler.put(job(1))


def test_closed_it_gives_out_what_it_has_and_takes_no_more(scheduler: Scheduler, tagger: Tagger) -> None:
    scheduler.put(job(30))
    scheduler.close()
    with pytest.raises(NotReady):
        scheduler.put(job(1))
    assert len(windows(scheduler, tagger)) >= 2
    assert scheduler.take() is None
