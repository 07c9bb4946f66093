"""Slack's ways of refusing: to the bot, and to people."""


class SlackError(Exception):
    """An answer with ok=false; `code` is Slack's word, `details` go beside it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotPossibleError(Exception):
    """Slack's own window would not let a person do that; says why."""
