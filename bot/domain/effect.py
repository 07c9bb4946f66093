"""What the outside world is asked to do, as frozen facts that are stored beside the state.

Each capability declares its own in `effects.py`; `bot/domain/effects.py` collects them. Fields are
JSON values only. The class name is stored with them, so renaming a class takes a migration.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class Urgency(IntEnum):
    """Who is served first when Slack's rates are short; lower is sooner."""

    WAITING_PERSON = 0
    ROOM = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    urgency: ClassVar[Urgency] = Urgency.ROOM

    @property
    def about(self) -> int | None:
        """The number of the escalation it belongs to; None when it belongs to none."""
        return None

    @property
    def key(self) -> str | None:
        """Identity among waiting effects; None lets each stand for itself.

        Enqueued again while one of the same key waits, the two become one.
        """
        return None
