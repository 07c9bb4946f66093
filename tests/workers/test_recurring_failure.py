"""A failure that comes every half second is one traceback, then a number."""

from structlog.testing import capture_logs

from bot.workers.recurring_failure import RecurringFailure


def test_the_first_failure_is_told_whole_and_the_next_are_counted() -> None:
    failure = RecurringFailure("outbox_unreachable")

    with capture_logs() as lines:
        for _ in range(100):
            failure.failed(ConnectionError("away"))
        failure.worked()
        failure.worked()

    assert [line.get("times") for line in lines] == [None, 2, 4, 8, 16, 32, 64, 100]
    assert [line["event"] for line in lines if "exc_info" in line] == ["outbox_unreachable"]
    assert lines[-1]["event"] == "works_again"


def test_another_failure_is_told_whole_again() -> None:
    failure = RecurringFailure("outbox_unreachable")

    with capture_logs() as lines:
        for error in (ConnectionError(), ConnectionError(), ValueError(), ValueError()):
            failure.failed(error)

    told = [type(line["exc_info"]) for line in lines if "exc_info" in line]
    assert told == [ConnectionError, ValueError]
