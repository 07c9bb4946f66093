"""Every expected failure; each message is fit to be read by the person who caused it.

WarRoomError
├── InvalidInput      something typed cannot be used; names the field
├── NotAllowed        the person may not do this
├── NotFound          what was named does not exist, or may not be seen
├── NotNow            the thing asked for does not fit the present state
└── Conflict          somebody else changed the same thing meanwhile

Replayed              the same request was recorded before; it is answered, and changes nothing

Unavailable           the database is away, full or busy; nobody did anything wrong
"""

from collections.abc import Collection, Mapping


class WarRoomError(Exception):
    """Something a person did that we expected and can explain.

    Attributes:
        template: One or two sentences: what was wrong and what to do. Whoever they name stands in
            it as a placeholder, such as {owner}.
        people: Placeholder to Slack id.
    """

    def __init__(self, template: str, **people: str) -> None:
        super().__init__(template)
        self.template = template
        self.people = people

    @property
    def message(self) -> str:
        """The sentences for where nobody can be named: people by their ids."""
        text = self.template
        for name, user in self.people.items():
            text = text.replace(f"{{{name}}}", f"@{user}")
        return text

    def __str__(self) -> str:
        return self.message


class InvalidInput(WarRoomError):
    """One or more fields hold something unusable.

    Attributes:
        fields: Field name to what is wrong with it, in plain words.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class NotAllowed(WarRoomError):
    pass


class NotFound(WarRoomError):
    pass


class NotNow(WarRoomError):
    pass


class Conflict(WarRoomError):
    """Somebody else changed what the person was changing; nothing was overwritten.

    Attributes:
        names: The fields that both changed; empty when they are not known.
    """

    def __init__(self, template: str, names: Collection[str] = (), **people: str) -> None:
        super().__init__(template, **people)
        self.names = frozenset(names)


class Replayed(Exception):
    """The request was recorded before: a copy of it changes nothing and is acknowledged."""


class Unavailable(Exception):
    """The database cannot be used at this moment, and nothing of what was asked was recorded.

    It is no WarRoomError: the same request may succeed a moment later, so work is retried.

    Attributes:
        message: What is wrong, that nothing was recorded, and what to do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
