"""Which column of a file means what, in the names that other programs give them."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.text.folding import fold

# Our column → what HubSpot, Salesforce, Zendesk and people call it, the best first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "name": (
        "company name",
        "account name",
        "organization name",
        "organisation name",
        "customer name",
        "customer",
        "company",
        "account",
        "organization",
    ),
    "tier": ("customer tier", "account tier", "support tier", "service tier", "segment"),
    "time_zone": ("time zone", "timezone", "tz"),
    "region": (
        "country/region",
        "country",
        "billing country",
        "billing country/territory",
        "shipping country",
    ),
    "part": (
        "state/region",
        "state",
        "billing state/province",
        "billing state",
        "shipping state/province",
        "shipping state",
    ),
    "channel_id": ("slack channel id", "slack channel"),
    "contract_reference": ("contract number", "contract id", "contract"),
    "contract_starts_on": ("contract start date", "contract start"),
    "contract_ends_on": ("contract end date", "contract end", "renewal date"),
    "contacts": ("contact", "primary contact", "contact email", "email"),
    "arr": ("annual recurring revenue", "annual recurring revenue (arr)"),
}
SHORT = 3  # letters
LIKE = 0.75  # how much a name has to be like one of ours to be a slip of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How the columns of a file were understood.

    Attributes:
        columns: Our column, for the place of each that is used.
        named: Our column → its name in the file.
        is_ours: Places of columns that have our own names: what stands there has to be right.
        unused: Names of the others.
        slips: Names that nearly are one of ours → that one.
    """

    columns: Mapping[int, str]
    named: Mapping[str, str]
    is_ours: frozenset[int]
    unused: tuple[str, ...]
    slips: Mapping[str, str]


def matched(names: Sequence[str]) -> Matched:
    """Return which columns mean what; of several for one thing the best name is used."""
    keys = [_key(name) for name in names]
    columns: dict[int, str] = {}
    for column, others in NAMES.items():
        wanted = [_key(name) for name in ((column, *others) if column != "part" else others)]
        place = next((keys.index(key) for key in wanted if key in keys), None)
        if place is not None:
            columns[place] = column
    unused = [name for place, name in enumerate(names) if place not in columns and name]
    # Of a name as short as "arr" too many others are alike.
    open_ones = [c for c in NAMES if c not in columns.values() and len(c) > SHORT]
    missing = {_key(column): column for column in open_ones}
    slips = {
        name: missing[near[0]]
        for name in unused
        if (near := difflib.get_close_matches(_key(name), missing, 1, LIKE))
    }
    return Matched(
        columns=columns,
        named={column: names[place] for place, column in columns.items()},
        is_ours=frozenset(
            place for place, column in columns.items() if names[place].casefold() == column
        ),
        unused=tuple(unused),
        slips=slips,
    )


def _key(name: str) -> str:
    """Return a column's name without what programs write differently: "BillingCountry"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^\w]|_", "", fold(spaced.removesuffix("__c")))
