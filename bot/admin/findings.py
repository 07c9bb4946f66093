"""What the doctor found: how bad it is, what it says, what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.ERROR: "✗", Level.SKIPPED: "-"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        to_do: Empty when there is nothing to do.
        stops: The bot cannot work like this, and `run` does not start.
    """

    check: str
    level: Level
    says: str
    to_do: str = ""
    stops: bool = False

    def as_json(self) -> dict[str, str]:
        return {
            "check": self.check,
            "level": self.level.value,
            "says": self.says,
            "to_do": self.to_do,
        }

    def as_text(self) -> str:
        to_do = "".join(f"\n    → {line}" for line in self.to_do.splitlines())
        return f"{MARKS[self.level]} {self.check}: {self.says}{to_do}"


def fine(check: str, says: str) -> Finding:
    return Finding(check=check, level=Level.OK, says=says)


def warning(check: str, says: str, to_do: str) -> Finding:
    return Finding(check=check, level=Level.WARNING, says=says, to_do=to_do)


def wrong(check: str, says: str, to_do: str, *, stops: bool = False) -> Finding:
    return Finding(check=check, level=Level.ERROR, says=says, to_do=to_do, stops=stops)


def skipped(check: str, because: str) -> Finding:
    return Finding(check=check, level=Level.SKIPPED, says=f"skipped, because {because}")


def is_healthy(findings: Sequence[Finding]) -> bool:
    return not any(finding.level is Level.ERROR for finding in findings)
