"""The demo: a sandbox, the bot on a database of its own, and one escalation already open."""


def show(port: int) -> None: ...
