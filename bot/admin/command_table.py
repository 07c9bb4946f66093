"""The commands as the README shows them, made from what `/escalate help` says."""

from bot.domain.command.commands import COMMANDS, CommandGroup, Usage
from bot.views.command.help import command

BEGIN, END = "<!-- commands -->", "<!-- /commands -->"


def table() -> str:
    """Return the commands as a Markdown table, under the moment in which each is needed."""
    rows = "".join(_group(moment) for moment in COMMANDS)
    return f"{BEGIN}\n| type | to |\n|---|---|\n{rows}{END}"


def in_readme(readme: str) -> str:
    """Return README's text with the table as the code has it."""
    before, _, rest = readme.partition(BEGIN)
    return before + table() + rest.partition(END)[2]


def _group(moment: CommandGroup) -> str:
    return f"| **{moment.value}** | |\n" + "".join(_row(usage) for usage in COMMANDS[moment])


def _row(usage: Usage) -> str:
    typed = command(usage).replace("|", "\\|")
    return f"| `{typed}` | {usage.does} |\n"
