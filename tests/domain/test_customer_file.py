"""Files of customers as programs write them."""

from datetime import date
from typing import Any

import pytest

from bot.domain.customers import csv_table, file
from bot.domain.customers.file import CustomerFile
from bot.domain.escalation.customer import Contact, Tier
from bot.public_holidays import PublicHolidayBook

BOOK = PublicHolidayBook()
ACME = {"name": "Acme", "tier": Tier.GROWTH}
PLAIN = "name,tier\nAcme,growth\nGlobex,standard\n"


def values(text: str) -> list[dict[str, Any]]:
    found = file.parse(text, BOOK)
    assert found.mistakes == ()
    return [dict(customer.values) for customer in found.customers]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        "sep=;\r\n" + PLAIN.replace(",", ";"),
        '"sep=,"\n' + PLAIN,
        "name,tier,,\nAcme,growth,,\nGlobex,standard,,\n,,,\n,,,\n",
        "name,tier\nAcme,growth,,,\nGlobex,standard\n",
        "\n\nname,tier\n\nAcme,growth\n\nGlobex,standard\n\n",
        '"name","tier"\n"Acme","growth"\n"Globex","standard"',
        " Name , TIER \n Acme , Growth \n Globex , Standard \n",
    ],
    ids=[
        "plain",
        "CRLF",
        "CR",
        "semicolons",
        "tabs",
        "sep=;",
        "quoted sep",
        "Excel's empty rows and columns",
        "empty cells behind",
        "empty lines",
        "all quoted",
        "capitals and spaces",
    ],
)
def test_what_programs_write_is_read(text: str) -> None:
    assert values(text) == [ACME, {"name": "Globex", "tier": Tier.STANDARD}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_decoded_whatever_unicode_it_is_in(encoding: str) -> None:
    assert csv_table.decoded("name\nMüller\n".encode(encoding)) == "name\nMüller\n"


HUBSPOT = """"Record ID","Company name","Company owner","Create Date","Phone Number","City","Country/Region","State/Region","Industry"
"9000001","Acme GmbH","","2026-01-02 10:00","","München","Germany","Bayern","LOGISTICS"
"9000002","Globex, Inc.","eva@example.com","2026-01-03 10:00","+1 555","Boston","United States","Massachusetts",""
"""  # noqa: E501  # as it is exported
SALESFORCE = """"Account Name","Account Owner","Billing State/Province","Billing Country","Type","Contract End Date"
"Acme Ltd","Eva","Scotland","United Kingdom","Customer - Direct","2027-01-31"
"Globex","Eva","","Portugal","Prospect",""


"Accounts with contracts"
"Copyright © 2000-2026 salesforce.com, inc. All rights reserved."
"Confidential Information - Do Not Distribute"
"""  # noqa: E501  # as it is exported
LOADER = """"ID","NAME","BILLINGSTATE","BILLINGCOUNTRY","ANNUALREVENUE"
"001A","Acme","NSW","Australia","5000000"
"""
ZENDESK = """id,name,url,created_at,updated_at,domain_names,details,notes,group_id,tags,external_id
1,Acme,https://x.example/1.json,2026-01-02T10:00:00Z,,acme.example,,,,vip,
"""


@pytest.mark.parametrize(
    ("text", "expected", "unused"),
    [
        (
            HUBSPOT,
            [
                {"name": "Acme GmbH", "region": "DE-BY"},
                {"name": "Globex, Inc.", "region": "US-MA"},
            ],
            {"Record ID", "Company owner", "Create Date", "Phone Number", "City", "Industry"},
        ),
        (
            SALESFORCE,
            [
                {"name": "Acme Ltd", "region": "GB-SCT", "contract_ends_on": date(2027, 1, 31)},
                {"name": "Globex", "region": "PT"},
            ],
            {"Account Owner", "Type"},
        ),
        (LOADER, [{"name": "Acme", "region": "AU-NSW"}], {"ID", "ANNUALREVENUE"}),
        (
            ZENDESK,
            [{"name": "Acme"}],
            set(ZENDESK.partition("\n")[0].split(",")) - {"name"},
        ),
    ],
    ids=["HubSpot", "Salesforce report", "Salesforce Data Loader", "Zendesk"],
)
def test_exports_are_read_as_they_are(
    text: str, expected: list[dict[str, Any]], unused: set[str]
) -> None:
    found = file.parse(text, BOOK)

    assert found.mistakes == ()
    assert [dict(customer.values) for customer in found.customers] == expected
    assert found.columns is not None
    assert set(found.columns.unused) == unused


def contacts(cell: str) -> CustomerFile:
    return file.parse(f'name,contacts\nAcme,"{cell}"\n', BOOK)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("dana@acme.example", Contact(name="", email="dana@acme.example")),
        ("<dana@acme.example>", Contact(name="", email="dana@acme.example")),
        ("Dana Ruiz", Contact(name="Dana Ruiz")),
        ("Dana Ruiz <dana@acme.example>", Contact(name="Dana Ruiz", email="dana@acme.example")),
    ],
)
def test_an_address_is_no_name(cell: str, expected: Contact) -> None:
    (found,) = contacts(cell).customers

    assert found.values["contacts"] == (expected,)


def test_what_is_neither_name_nor_address_is_refused() -> None:
    (mistake,) = contacts("Dana dana@acme.example").mistakes

    assert "people such as Dana Ruiz <dana@acme.example>" in str(mistake)


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("2100000", 2_100_000, ""),
        ("2,100,000 EUR", 2_100_000, "EUR"),
        ("2.100.000,50 €", 2_100_000, "EUR"),
        ("€2.1M", 2_100_000, "EUR"),
        ("2,1 M EUR", 2_100_000, "EUR"),
        ("$450k", 450_000, "USD"),
        ("chf 1 b", 1_000_000_000, "CHF"),
        ("-", None, ""),
    ],
)
def test_what_a_customer_pays_is_an_amount_and_a_currency(
    cell: str, amount: int | None, currency: str
) -> None:
    assert values(f'name,arr\nAcme,"{cell}"\n') == [
        {"name": "Acme", "arr": amount, "arr_currency": currency}
    ]


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("arr", "a lot", "an amount a year such as 2100000"),
        ("region", "Atlantis", "a country or a part of one"),
        ("region", "Georgia", "one of GE, US-GA"),
        ("time_zone", "Mars/Olympus", "an IANA name"),
        ("name", "\u200b", "a name of 1 to 120 characters"),
    ],
)
def test_in_our_own_columns_everything_has_to_be_right(column: str, cell: str, says: str) -> None:
    row = f"{cell}\n" if column == "name" else f"Acme,{cell}\n"
    head = "name\n" if column == "name" else f"name,{column}\n"

    found = file.parse(head + row, BOOK)

    assert says in str(found.mistakes[0])


def test_one_customer_in_two_spellings_is_named_once() -> None:
    found = file.parse("name\nO'Brien\nO\u2019BRIEN\u00a0\n", BOOK)

    assert "each customer once (it stands in line 2 already)" in str(found.mistakes[0])
