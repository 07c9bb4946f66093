"""A failure that comes again and again is logged whole once, then counted."""

import contextlib
from collections.abc import Iterator

import structlog

log = structlog.get_logger(__name__)


class RecurringFailure:
    """What one loop has failed at in a row.

    The first failure is logged with its traceback, later ones when their number has doubled, and
    the end of them with how many they were. Another kind of error is a new failure.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._kind: type[BaseException] | None = None
        self._times = 0

    def failed(self, error: BaseException) -> None:
        if type(error) is not self._kind:
            self._kind, self._times = type(error), 1
            log.error(self._name, exc_info=error)
            return
        self._times += 1
        if self._times & (self._times - 1) == 0:
            log.warning(self._name, times=self._times, kind=type(error).__name__)

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note how the work inside ends; its failure ends here, because the loop goes on."""
        try:
            yield
        except Exception as error:
            self.failed(error)
        else:
            self.worked()

    def worked(self) -> None:
        """Note that it works, again or still."""
        if self._kind is not None:
            log.info("works_again", after=self._name, times=self._times)
            self._kind, self._times = None, 0
