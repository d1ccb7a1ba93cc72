"""Work in the background: it ends well, fails with a word, or is stopped."""

import threading

import pytest

from playground.data import owner
from playground.data.jobs import Job, JobError


def done(work):
    job = Job("The sum", work)
    job.start()
    job.wait(20)
    assert not job.running
    return job


def test_a_job_hands_over_its_result():
    job = done(lambda: 7)
    assert (job.result, job.failure) == (7, "")


def test_nobody_waits_while_it_works():
    go_on = threading.Event()
    job = Job("The sum", lambda: go_on.wait(20))
    assert not job.running
    job.start()
    assert job.running and job.result is None
    go_on.set()
    job.wait(20)
    assert job.result is True


def test_what_cannot_be_done_is_said_in_its_own_words(caplog):
    def work():
        raise JobError("There is nothing to add.")

    job = done(work)
    assert (job.result, job.failure) == (None, "There is nothing to add.") and not caplog.records


@pytest.mark.parametrize("error", [ValueError("secret"), MemoryError(), ZeroDivisionError()])
def test_an_error_of_ours_is_said_and_logged(error, caplog):
    def work():
        raise error

    job = done(work)
    assert job.failure == "The sum stopped by an error of ours; the server's log has it."
    assert job.result is None and type(error).__name__ in caplog.text


def test_a_job_asks_for_what_its_visit_brought(monkeypatch):
    """Its thread knows no visit: without the one that made the job it would be a stranger."""
    names = {threading.current_thread(): "Ada"}
    monkeypatch.setattr(owner, "_owner", lambda: names.get(threading.current_thread(), "nobody"))
    shelf, thing = owner.Shelf(), Job("It", int)
    shelf.put("table", thing)
    assert done(lambda: shelf.get("table")).result is thing
    names[threading.current_thread()] = "Bob"
    assert done(lambda: shelf.get("table")).result is None
