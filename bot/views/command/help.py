"""`/escalate help`: every command under the moment in which it is needed."""

from bot.domain.command.commands import COMMANDS, WHERE, Usage
from bot.views.block_kit.blocks import Message, bold, bullets, line, rich, words


def command(usage: Usage) -> str:
    return f"/escalate {usage.typed}".rstrip()


def help_text() -> Message:
    """List every command under the moment in which it is needed."""
    parts = []
    for moment, usages in COMMANDS.items():
        rows = [line(bold(command(u)), words(f"  {u.does.replace('`', '')}")) for u in usages]
        parts += [line(bold(moment.value)), bullets(*rows)]
    return Message(
        "Warroom runs customer escalations. Try /escalate",
        [rich(*parts), rich(line(words(WHERE)))],
    )
