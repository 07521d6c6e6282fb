"""The order of windows, by the scheduler alone: texts are really cut, but nothing is read."""

import pytest

from models.tagger import Tagger
from service.errors import NotReady, QueueFull
from service.scheduler import Scheduler, Task

LINE = "年底前，县民政局新建养老服务中心12个，改造敬老院5所。\n"
PATIENCE = 5


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler(capacity=100_000, turn=1_000, patience=PATIENCE, retry_after=1)


def text(lines: int, of_job: bool = False) -> Task:
    return Task(LINE * lines, lambda annotation: annotation, of_job=of_job)


def windows(scheduler: Scheduler, tagger: Tagger, most: int = 1_000) -> list[tuple[Task, int]]:
    """What a single reader is given, texts begun on the way, until nothing is left."""
    taken: list[tuple[Task, int]] = []
    while len(taken) < most and (scheduler._requests or scheduler._jobs):
        work = scheduler.take()
        assert work
        if work.draft:
            taken.append((work.task, work.window))
        else:
            scheduler.begun(work.task, tagger.begin(work.task.text))
    return taken


def test_each_window_is_given_once_and_in_order(scheduler: Scheduler, tagger: Tagger) -> None:
    texts = [text(lines) for lines in (1, 300, 40, 7)]
    for each in texts:
        scheduler.put(each)
    taken = windows(scheduler, tagger)
    for each in texts:
        assert [window for t, window in taken if t is each] == list(range(len(tagger.begin(each.text))))


def test_texts_shorter_than_a_turn_are_read_as_they_came(scheduler: Scheduler, tagger: Tagger) -> None:
    texts = [text(lines) for lines in (30, 1, 20, 2)]
    for each in texts:
        scheduler.put(each)
    assert list(dict.fromkeys(t for t, _ in windows(scheduler, tagger))) == texts
    assert windows(scheduler, tagger) == []


def test_a_long_text_lets_others_pass_but_moves_on(scheduler: Scheduler, tagger: Tagger) -> None:
    archive, *others = texts = [text(2_000), *(text(2) for _ in range(20))]
    for each in texts:
        scheduler.put(each)
    taken = [t for t, _ in windows(scheduler, tagger)]
    turn = taken.index(others[0])
    assert 1 <= turn <= 4  # windows of at most 380 code points in a turn of 1,000
    assert taken[turn : turn + 20] == others
    assert set(taken[turn + 20 :]) == {archive}


def test_long_texts_take_turns(scheduler: Scheduler, tagger: Tagger) -> None:
    first, second = text(1_000), text(1_000)
    scheduler.put(first)
    windows(scheduler, tagger, most=20)
    scheduler.put(second)
    both = [t for t, _ in windows(scheduler, tagger, most=40)]
    assert abs(both.count(first) - both.count(second)) <= 4


def test_a_text_that_is_dropped_gives_nothing_more(scheduler: Scheduler, tagger: Tagger) -> None:
    gone, stays = text(300), text(3)
    scheduler.put(gone)
    windows(scheduler, tagger, most=5)
    scheduler.put(stays)
    scheduler.done(gone)
    assert {t for t, _ in windows(scheduler, tagger)} == {stays}
    assert (scheduler.documents, scheduler.code_points) == (1, len(stays.text))


def test_a_text_that_is_dropped_while_it_is_begun_does_not_come_back(scheduler: Scheduler, tagger: Tagger) -> None:
    gone = text(3)
    scheduler.put(gone)
    work = scheduler.take()
    assert work
    assert work.draft is None
    scheduler.done(gone)
    scheduler.begun(gone, tagger.begin(gone.text))
    assert windows(scheduler, tagger) == []


def test_it_is_bounded_by_what_is_not_done(tagger: Tagger) -> None:
    scheduler = Scheduler(capacity=len(LINE) * 10, turn=1_000, patience=PATIENCE, retry_after=7)
    first = text(1_000)  # longer than all there is room for, but there is nothing else
    scheduler.put(first)
    with pytest.raises(QueueFull) as full:
        scheduler.put(text(1))
    assert full.value.retry_after == 7
    windows(scheduler, tagger)
    with pytest.raises(QueueFull):  # all of it is given out, but not done
        scheduler.put(text(1))
    scheduler.done(first)
    scheduler.done(first)
    for _ in range(10):
        scheduler.put(text(1))
    with pytest.raises(QueueFull):
        scheduler.put(text(1))


def test_closed_it_gives_out_what_it_has_and_takes_no_more(scheduler: Scheduler, tagger: Tagger) -> None:
    scheduler.put(text(30))
    scheduler.close()
    with pytest.raises(NotReady):
        scheduler.put(text(1))
    assert len(windows(scheduler, tagger)) >= 2
    assert scheduler.take() is None


def test_requests_come_before_jobs_window_by_window(scheduler: Scheduler, tagger: Tagger) -> None:
    archive = text(100, of_job=True)
    scheduler.put(archive)
    windows(scheduler, tagger, most=2)  # it is in the middle of its turn
    first, second = text(2), text(2)
    scheduler.put(first)
    scheduler.put(second)
    taken = [t for t, _ in windows(scheduler, tagger)]
    assert taken[:2] == [first, second]
    assert set(taken[2:]) == {archive}


def test_jobs_have_all_that_requests_leave(scheduler: Scheduler, tagger: Tagger) -> None:
    documents = [text(3, of_job=True) for _ in range(4)]
    for each in documents:
        scheduler.put(each)
    assert [t for t, _ in windows(scheduler, tagger)] == documents


def test_no_load_of_requests_stops_the_jobs(scheduler: Scheduler, tagger: Tagger) -> None:
    archive = text(1_000, of_job=True)
    scheduler.put(archive)
    pieces = []
    for _ in range(10 * (PATIENCE + 1)):
        scheduler.put(text(2))  # there is always one that waits
        work = scheduler.take()
        assert work
        pieces.append(work.task is archive)
        if not work.draft:
            scheduler.begun(work.task, tagger.begin(work.task.text))
    assert pieces == ([False] * PATIENCE + [True]) * 10


def test_a_request_waits_no_longer_for_a_thousand_documents_of_jobs_than_for_one(tagger: Tagger) -> None:
    def before(amount: int) -> int:
        """Pieces of work between a request and its last window, with so many documents of jobs before it."""
        scheduler = Scheduler(capacity=1_000_000, turn=1_000, patience=PATIENCE, retry_after=1)
        for _ in range(amount):
            scheduler.put(text(2, of_job=True))
        scheduler.take()  # whoever reads it cannot be interrupted
        request = text(2)
        scheduler.put(request)
        taken = 1
        while (work := scheduler.take()) and (work.task is not request or not work.draft):
            scheduler.begun(work.task, tagger.begin(work.task.text))
            taken += 1
        return taken

    assert before(1_000) == before(1) == 2  # it is begun, then read


def test_jobs_take_no_room_of_requests(tagger: Tagger) -> None:
    scheduler = Scheduler(capacity=len(LINE) * 10, turn=1_000, patience=PATIENCE, retry_after=1)
    for _ in range(10):
        scheduler.put(text(1, of_job=True))
    with pytest.raises(QueueFull):
        scheduler.put(text(1, of_job=True))
    assert (scheduler.documents, scheduler.code_points) == (0, 0)
    for _ in range(10):
        scheduler.put(text(1))
    with pytest.raises(QueueFull):
        scheduler.put(text(1))
