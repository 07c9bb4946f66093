"""How a part of the policy says what is wrong with it; the reader adds file and line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

# What a field of the policy carries that is not read from the file but given by the program.
NOT_IN_THE_FILE = MappingProxyType({"in_the_file": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationProblem:
    """One thing wrong with a part of the policy.

    Attributes:
        where: Path from the part to the value, such as `people[0]`; empty for the part itself.
    """

    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.found}; expected {self.expected}"


class Unusable(ValueError):
    """A part of the policy contradicts the rules; `mistakes` holds all that were found in it."""

    def __init__(self, mistakes: Iterable[ValidationProblem]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def refuse(mistakes: Iterable[ValidationProblem]) -> None:
    """Raise Unusable when there is any mistake."""
    if found := tuple(mistakes):
        raise Unusable(found)


def wrong(where: str, found: str, expected: str) -> ValidationProblem:
    return ValidationProblem(where=where, found=f'"{found}"', expected=expected)


def counted(where: str, count: int, fewest: int, most: int) -> Iterator[ValidationProblem]:
    if not fewest <= count <= most:
        yield ValidationProblem(
            where=where, found=f"{count} of them", expected=f"{fewest} to {most}"
        )


def short(where: str, text: str, longest: int) -> Iterator[ValidationProblem]:
    if len(text) > longest:
        yield ValidationProblem(
            where=where, found=f"{len(text)} characters", expected=f"at most {longest}"
        )


def ids(where: str, found: Iterable[str], letters: str, words: str) -> Iterator[ValidationProblem]:
    for i, text in enumerate(found):
        if not is_id(text, letters):
            yield wrong(f"{where}[{i}]", text, words)


def is_id(text: str, letters: str) -> bool:
    """Whether `text` looks like an id of Slack's that begins with one of `letters`."""
    return re.fullmatch(rf"[{letters}][A-Z0-9]{{2,20}}", text) is not None


def plain_name(where: str, name: str, example: str) -> Iterator[ValidationProblem]:
    """Names that are typed in Slack and written in the file: short, lower case, no spaces."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        yield wrong(where, name, f"lowercase letters, digits and _, such as {example}")
