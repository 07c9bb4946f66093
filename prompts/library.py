"""The prompts: files that say what they are for, what they take, and what must never come out."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SECTIONS = ("Purpose", "Inputs", "Never says", "Rules", "Material")
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
INPUT = re.compile(r"^- `(\w+)`: \S", re.MULTILINE)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class PromptError(Exception):
    """A prompt file, or what was given to one, cannot be used; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledPrompt:
    """What a model is sent: `rules` never change within a version, stage and language."""

    version: str
    rules: str
    material: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt file.

    Attributes:
        version: The first twelve hexadecimal digits of the SHA-256 of the file's content.
        rules: What comes first, and is the same from call to call, so that servers cache it.
        material: What differs from call to call, the most lasting first.
    """

    name: str
    version: str
    inputs: frozenset[str]
    never_says: str
    rules: str
    material: str

    def fill(self, values: Mapping[str, str]) -> FilledPrompt:
        """Return the texts with every variable replaced, once: values are never read again.

        Raises:
            PromptError: An input is missing, or one is given that the prompt does not take.
        """
        _compare(self.name, given=frozenset(values), wanted=self.inputs)
        return FilledPrompt(
            version=self.version,
            rules=VARIABLE.sub(lambda found: values[found[1]], self.rules),
            material=VARIABLE.sub(lambda found: values[found[1]], self.material),
        )


def load(folder: Path = FOLDER) -> Mapping[str, Prompt]:
    """Return every prompt of a folder by its name, which is the file's without `.md`.

    Raises:
        PromptError: A section is missing, or the inputs listed are not the variables used.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}


def _read(path: Path) -> Prompt:
    content = path.read_text(encoding="utf-8")
    _, *parts = HEADING.split(content)
    sections = {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}
    if tuple(sections) != SECTIONS or not all(sections.values()):
        raise PromptError(f"{path.name}: it must hold, in this order: {', '.join(SECTIONS)}.")
    # What must never be said is part of the rules, so that file and model cannot disagree.
    rules = f"{sections['Rules']}\n\nNever say:\n{sections['Never says']}"
    inputs = frozenset(INPUT.findall(sections["Inputs"]))
    used = frozenset(VARIABLE.findall(rules + sections["Material"]))
    _compare(path.name, given=used, wanted=inputs)
    return Prompt(
        name=path.stem,
        version=hashlib.sha256(content.encode()).hexdigest()[:12],
        inputs=inputs,
        never_says=sections["Never says"],
        rules=rules,
        material=sections["Material"],
    )


def _compare(name: str, *, given: frozenset[str], wanted: frozenset[str]) -> None:
    if missing := wanted - given:
        raise PromptError(f"{name}: missing {', '.join(sorted(missing))}.")
    if unknown := given - wanted:
        raise PromptError(f"{name}: unknown {', '.join(sorted(unknown))}.")
