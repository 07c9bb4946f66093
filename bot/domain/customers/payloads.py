"""What a customer did."""

from dataclasses import dataclass

from bot.domain.escalation.facts import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReplied(Payload):
    """A customer answered; the entry says when, and links to it where there is a link.

    Attributes:
        words: What shows it where there is no link; empty otherwise.
    """

    words: str = ""
