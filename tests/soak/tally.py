"""Compares what had to be told with what was, thing by thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(minutes=5)  # how far the clock moves while leases of the dead run out


@dataclass(frozen=True, slots=True)
class Told:
    """Something said at one place; `where` is a channel or a person.

    Attributes:
        at: When it was said; of what is expected, when it was due.
        late_from: When somebody could have said it first; None of what was said.
    """

    where: str
    what: str
    at: datetime
    late_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How one kind of thing was told."""

    kind: str
    expected: int
    told: int
    doubled: tuple[Told, ...]
    missed: tuple[Told, ...]
    early: tuple[Told, ...]
    late: tuple[Told, ...]

    @property
    def is_exact(self) -> bool:
        return not (self.doubled or self.missed or self.early or self.late)

    def __str__(self) -> str:
        counted = f"{self.kind:<12} expected {self.expected:>5}   told {self.told:>5}"
        wrong = ("doubled", "missed", "early", "late")
        return "   ".join([counted, *(f"{name} {len(getattr(self, name))}" for name in wrong)])


def tally(kind: str, expected: Iterable[Told], told: Iterable[Told]) -> Tally:
    """Compare them: each exactly once, and none before its time."""
    wanted, said = _grouped(expected), _grouped(told)
    doubled: list[Told] = []
    missed: list[Told] = []
    early: list[Told] = []
    late: list[Told] = []
    for key in wanted | said:
        due, came = wanted.get(key, []), said.get(key, [])
        doubled += came[len(due) :]
        missed += due[len(came) :]
        for one, other in zip(due, came, strict=False):
            early += [other] if other.at < one.at else []
            late += [other] if other.at > (one.late_from or one.at) + LATE else []
    return Tally(
        kind=kind,
        expected=sum(map(len, wanted.values())),
        told=sum(map(len, said.values())),
        doubled=tuple(doubled),
        missed=tuple(missed),
        early=tuple(early),
        late=tuple(late),
    )


def _grouped(told: Iterable[Told]) -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = {}
    for one in sorted(told, key=lambda other: other.at):
        found.setdefault((one.where, one.what), []).append(one)
    return found
