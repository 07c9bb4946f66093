"""An admin brings in customers from a file: all of them or none, and twice as well as once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.admin.customers import findings
from bot.domain.customers import file as customer_file
from bot.domain.escalation.customer import Contact, Customer, Tier
from bot.domain.escalation.escalation import CustomerId
from bot.public_holidays import PublicHolidayBook
from storage.customers import customers
from storage.database.database import Database
from tests.admin.command_line import environment, types_beside

FILE = """name,tier,time_zone,contacts,contract_ends_on
Acme Logistics,strategic,Europe/Berlin,Dana Ruiz <dana@acme.example>; Sam,2027-01-31
Globex,enterprise,America/New_York,,
"""


@pytest.fixture
def settings(database_url: str) -> dict[str, str]:
    return environment(database_url, "http://127.0.0.1:1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


async def known(database: Database) -> list[str]:
    async with database.reading() as tx:
        return sorted(customer.name for customer in (await customers.by_folded_name(tx)).values())


async def test_customers_are_brought_in_once(
    settings: dict[str, str], file: Path, database: Database
) -> None:
    said = [(await types_beside("customers", "import", str(file), **settings)) for _ in range(2)]

    assert said[0].output == "2 added, 0 changed, 0 unchanged.\n"
    assert said[1].output == "0 added, 0 changed, 2 unchanged.\n"
    async with database.reading() as tx:
        acme = await customers.named(tx, "ACME logistics")
    assert acme is not None
    assert (acme.tier, acme.time_zone) == (Tier.STRATEGIC, "Europe/Berlin")
    assert acme.contacts == (
        Contact(name="Dana Ruiz", email="dana@acme.example"),
        Contact(name="Sam"),
    )
    assert str(acme.contract.ends_on) == "2027-01-31"


async def test_a_changed_row_changes_only_the_columns_the_file_has(
    settings: dict[str, str], file: Path, database: Database, tmp_path: Path
) -> None:
    await types_beside("customers", "import", str(file), **settings)
    change = tmp_path / "change.csv"
    change.write_text("Name;Tier\nacme  logistics;growth\n", encoding="utf-8-sig")

    said = await types_beside("customers", "import", str(change), **settings)

    assert said.output == "0 added, 1 changed, 0 unchanged.\n"
    async with database.reading() as tx:
        acme = await customers.named(tx, "Acme Logistics")
    assert acme is not None
    assert (acme.tier, acme.time_zone, len(acme.contacts)) == (Tier.GROWTH, "Europe/Berlin", 2)


async def test_an_empty_cell_says_nothing_and_a_dash_takes_away(
    settings: dict[str, str], file: Path, database: Database, tmp_path: Path
) -> None:
    await types_beside("customers", "import", str(file), **settings)
    change = tmp_path / "change.csv"
    change.write_text("name,tier,time_zone,contacts\nAcme Logistics,,,-\n", encoding="utf-8")

    await types_beside("customers", "import", str(change), **settings)

    async with database.reading() as tx:
        acme = await customers.named(tx, "Acme Logistics")
    assert acme is not None
    assert (acme.tier, acme.time_zone, acme.contacts) == (Tier.STRATEGIC, "Europe/Berlin", ())


def test_a_known_contact_keeps_what_no_file_tells() -> None:
    dana = Contact(name="Dana", title="CTO", email="dana@acme.example", may_receive_updates=True)
    acme = Customer(id=CustomerId(1), name="Acme", contacts=(dana,))
    listed = customer_file.parse("name,contacts\nAcme,Dana Ruiz <DANA@acme.example>; Sam\n")

    changed = listed.customers[0].applied_to(acme)

    assert changed.contacts == (
        replace(dana, name="Dana Ruiz", email="DANA@acme.example"),
        Contact(name="Sam"),
    )


async def test_a_dry_run_counts_and_writes_nothing(
    settings: dict[str, str], file: Path, database: Database
) -> None:
    said = await types_beside("customers", "import", str(file), "--dry-run", **settings)

    assert "2 added" in said.output
    assert "Nothing was written" in said.output
    assert await known(database) == []


async def test_wrong_rows_are_all_named_and_nothing_is_written(
    settings: dict[str, str], database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(
        "name,contract_starts_on,time_zone,contract_ends_on,tier\n"
        "Acme,,Europe/Berlin,,gold\n"
        ",,Mars/Olympus,soon,standard\n"
        "Globex,,UTC,,standard,too many\n"
        "Initech\n"
        "ACME,2026-01-02,,2026-01-01,\n",
        encoding="utf-8",
    )

    said = await types_beside("customers", "import", str(file), **settings)

    assert said.exit_code == 1
    for words in (
        "line 2, tier: found 'gold', expected one of strategic, enterprise, growth, standard",
        "line 3, name: found '', expected a name",
        "line 3, time_zone: found 'Mars/Olympus', expected an IANA name",
        "line 3, contract_ends_on: found 'soon', expected a day",
        "line 4: found '6 cells', expected 5 cells, as the first row has",
        "line 5: found '1 cells', expected 5 cells, as the first row has",
        "line 6, name: found 'ACME', expected each customer once (it stands in line 2 already)",
        "line 6, contract_ends_on: found '2026-01-01', expected a day after contract_starts_on",
        "Nothing was written.",
    ):
        assert words in said.output
    assert await known(database) == []


async def test_a_large_file_is_brought_in(
    settings: dict[str, str], database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    rows = "".join(f"Customer {number}\n" for number in range(10_000))
    file.write_text("name\n" + rows, encoding="utf-8")

    said = await types_beside("customers", "import", str(file), **settings)

    assert said.output.startswith("10000 added")
    assert len(await known(database)) == 10_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "a first row that names the columns"),
        (b"tier\nstandard\n", "name among them"),
        (b"name,teir\nAcme,growth\n", "columns among name, tier, time_zone"),
        (b"name,time zome\nAcme,UTC\n", "(did you mean time_zone?)"),
        (b"name,name\nAcme,Acme\n", "each column once"),
        (b'name,"tier"x\nAcme,standard\n', "expected well-formed CSV"),
        (b"name\nM\xfcller\n", "isn't UTF-8"),
    ],
)
async def test_a_file_that_makes_no_sense_is_refused_in_words(
    settings: dict[str, str], tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "strange.csv"
    file.write_bytes(content)

    said = await types_beside("customers", "import", str(file), **settings)

    assert said.exit_code in {1, 2}
    assert says in said.output


async def test_a_missing_file_is_said(settings: dict[str, str]) -> None:
    said = await types_beside("customers", "import", "/no/such.csv", **settings)

    assert said.exit_code == 2
    assert "Can't read" in said.output


async def test_a_database_without_tables_is_said(file: Path, tmp_path: Path) -> None:
    settings = environment(f"sqlite:///{tmp_path / 'not-there.db'}", "http://127.0.0.1:1")

    said = await types_beside("customers", "import", str(file), **settings)

    assert said.exit_code == 2
    assert "The database is empty. Run `warroom doctor` for what to do." in said.output


def test_hostile_cells_are_only_text() -> None:
    listed = customer_file.parse('name,contract_reference\n"=1+1 <!channel>, Ltd",";DROP"\n')

    assert listed.mistakes == ()
    assert listed.customers[0].name == "=1+1 <!channel>, Ltd"


async def test_a_dry_run_says_how_columns_were_read_and_what_has_no_holidays(
    settings: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "hubspot.csv"
    file.write_text(
        '"Record ID","Company name","Country/Region","Time Zone","Segment"\n'
        '"101","Acme","Portugal","europe_slash_lisbon","Enterprise"\n'
        '"102","Globex","Atlantis","Eastern Time (US & Canada)","Big"\n',
        encoding="utf-8",
    )

    said = await types_beside("customers", "import", str(file), "--dry-run", **settings)

    for words in (
        "Column 'Company name' is read as name.",
        "Column 'Country/Region' is read as region.",
        "Not read: 'Record ID'.",
        "line 3, Country/Region: found 'Atlantis', expected a country or a part of one",
        "line 3, Segment: found 'Big', expected one of strategic",
        "line 3, Time Zone: found 'Eastern Time (US & Canada)', expected an IANA name",
        "2 added",
        "No public holidays are known of Globex (UTC).",
    ):
        assert words in said.output


def test_the_doctor_names_who_has_no_holidays_and_who_is_spelled_twice() -> None:
    people = [
        Customer(id=CustomerId(1), name="Acme", time_zone="Europe/Lisbon"),
        Customer(id=CustomerId(2), name="Globex", time_zone="UTC"),
        Customer(id=CustomerId(3), name="ACME", time_zone="UTC", region="GB-SCT"),
    ]

    said = [finding.says for finding in findings(people, PublicHolidayBook())]

    assert said == [
        "Some customers have the same name in different spellings: Acme (no. 1), ACME (no. 3).",
        "No public holidays are known of Globex (UTC).",
    ]
    (well,) = findings(people[:1], PublicHolidayBook())
    assert well.says == "1 known, each with public holidays."
