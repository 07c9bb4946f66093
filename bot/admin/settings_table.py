"""The settings as README and `.env.example` show them, made from the code.

Run as a program, it brings the generated parts of README and `.env.example` up to date.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.admin import command_table
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
HEAD = "# Copy to .env, or set these in the environment of the process.\n"


def table() -> str:
    """Return the settings as a Markdown table."""
    rows = "".join(_row(name, field) for name, field in Settings.model_fields.items())
    return f"{BEGIN}\n| setting | default | description |\n|---|---|---|\n{rows}{END}"


def example() -> str:
    """Return the content of `.env.example`: what is required stands free, the rest commented."""
    fields = Settings.model_fields.items()
    return HEAD + "".join("\n" + "\n".join(_lines(*field)) + "\n" for field in fields)


def in_readme(readme: str) -> str:
    """Return README's text with the table as the code has it."""
    before, _, rest = readme.partition(BEGIN)
    return before + table() + rest.partition(END)[2]


def write() -> None:
    readme = ROOT / "README.md"
    text = command_table.in_readme(in_readme(readme.read_text(encoding="utf-8")))
    readme.write_text(text, encoding="utf-8")
    (ROOT / ".env.example").write_text(example(), encoding="utf-8")


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{name.upper()}` | {_default(field)} | {field.description} |\n"


def _lines(name: str, field: FieldInfo) -> Iterator[str]:
    yield from textwrap.wrap(f"# {field.description}", 100, subsequent_indent="# ")
    examples = field.examples or [field.default]
    free = field.is_required() or name == "slack_signing_secret"
    yield f"{'' if free else '#'}{name.upper()}={examples[0]}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{field.default}`"


if __name__ == "__main__":
    write()
