"""Slack's way of refusing."""


class SlackError(Exception):
    """An answer with ok=false; `code` is Slack's word, `details` go beside it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
