"""The customer: who they are to us, when they work, and how they may be reached."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.escalation.escalation import CustomerId

MAX_NAME = 120  # characters


class Tier(StrEnum):
    STRATEGIC = "strategic"
    ENTERPRISE = "enterprise"
    GROWTH = "growth"
    STANDARD = "standard"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person on the customer's side; one without a name is known by the address alone."""

    name: str
    title: str = ""
    email: str = ""
    may_receive_updates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What was signed; both dates are calendar days, None means not known or open-ended."""

    reference: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer account.

    Attributes:
        time_zone: IANA name; days and business days of this customer are counted in it.
        region: Whose public holidays this customer has, as a code such as PT or DE-BY; empty where
            it is what the time zone stands for.
        arr: What this customer pays in a year, in whole units of `arr_currency` (ISO 4217; empty
            where it was not said); None: not known.
        is_listed: Entered for everybody to know. Of one that was only named in an escalation, just
            those know who may know of that escalation.
        channel_id: The Slack channel shared with the customer; None when there is none.
    """

    id: CustomerId
    name: str
    tier: Tier = Tier.STANDARD
    time_zone: str = "UTC"
    region: str = ""
    arr: int | None = None
    arr_currency: str = ""
    channel_id: str | None = None
    contract: Contract = Contract()
    contacts: tuple[Contact, ...] = ()
    is_listed: bool = True
