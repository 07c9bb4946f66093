"""What people do in Slack, delivered to the bot as Slack delivers it."""

from bot.sandbox.play.channels import Channels
from bot.sandbox.play.commands import Commands
from bot.sandbox.play.forms import Forms, Submission
from bot.sandbox.play.messages import Messages


class Play(Commands, Forms, Messages, Channels):
    """Every method is one act of one person; `user` and `channel` are ids.

    Raises:
        NotPossibleError: Slack's own window would not let that person do it; from any method.
    """


__all__ = ["Play", "Submission"]
