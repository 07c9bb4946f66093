"""The time that was chosen in a form that asks which one was meant."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.errors import InvalidInput
from bot.views.block_kit.times import BOTH, CHOICE, OTHER, SET_HERE
from handlers import payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The time that a form sets; `wrong` says what cannot be used of it."""

    at: datetime | None
    wrong: str | None = None

    def check(self, name: str) -> None:
        """Refuse a time that was chosen twice or not at all; said on the input of that name.

        Raises:
            InvalidInput: Always on that one field.
        """
        if self.wrong is not None:
            raise InvalidInput({name: self.wrong})


def chosen_in(values: payloads.Json, name: str) -> Chosen:
    """Return the time a form sets, of what it holds; `name` is the input that takes another."""
    picked = payloads.value(values, name)
    at = datetime.fromtimestamp(int(picked), UTC) if picked else None
    return read_choice(payloads.text(values, CHOICE), at)


def read_choice(value: str, picked: datetime | None) -> Chosen:
    """Return the time meant by a choice and by what was set beside it.

    Args:
        value: Of the choice; empty in a form that offers none.
        picked: What was set in the input.
    """
    if value == OTHER and picked is None:
        return Chosen(at=None, wrong=SET_HERE)
    if not value.isdigit():
        return Chosen(at=picked)
    at = datetime.fromtimestamp(int(value), UTC)
    return Chosen(at=at, wrong=BOTH if picked not in {None, at} else None)
