"""The audit of the record: what it finds, with and without a key and an anchor; erasures."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.escalation import anchors
from bot.domain.escalation.chain import Keyring
from bot.domain.escalation.customer import Customer
from bot.domain.escalation.escalation import CustomerId, EscalationId, Status
from bot.domain.escalation.payloads import StatusChanged
from bot.domain.escalation.timeline import Entry, EntryKind
from bot.domain.people import SlackUserId
from bot.services.reading.audit import Audit, AuditReport
from storage.customers import customers
from storage.database.database import Database
from storage.escalation import escalations, timeline
from tests.domain.records import escalation


class At:
    """A clock that stands still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY = "the key of today, long enough"
ONE, TWO = EscalationId(1), EscalationId(2)


@pytest.fixture
async def keyed(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, Keyring.of([KEY]))
    await filled(opened)
    yield opened
    await opened.close()


async def filled(database: Database) -> None:
    """Write three entries about each of two escalations."""
    for number in (ONE, TWO):
        async with database.transaction() as tx:
            customer = await customers.find_or_add(tx, Customer(id=CustomerId(0), name="Acme"))
            drafted = escalation(customer_id=customer.id, submission_key=str(number))
            added = await escalations.add(tx, replace(drafted, id=EscalationId(0)))
            assert added is not None
            assert added.id == number
            for place in range(3):
                await timeline.add(tx, entry(number, place))


def entry(number: EscalationId, place: int) -> Entry:
    return Entry(
        escalation_id=number,
        kind=EntryKind.STATUS_CHANGED,
        at=NOW,
        actor=SlackUserId("U0EVA0001"),
        payload=StatusChanged(
            before=Status.TRIAGE, after=Status.ACTIVE, reason=f"Ana asked, {place}"
        ),
    )


async def audited(database: Database, anchor: anchors.Anchor | None = None) -> AuditReport:
    return await Audit(database, At(NOW)).verify(anchor)


async def changed(database: Database, statement: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(text(statement))


async def test_an_untouched_record_is_whole(keyed: Database) -> None:
    report = await audited(keyed)

    assert (report.escalations, report.entries) == (2, 6)
    assert report.is_whole
    assert report.is_keyed
    assert report.withheld == ()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE timeline SET actor = 'U0LEA0001' WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET actor = NULL WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET text = 'more' WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET link = 'https://x' WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET kind = 'reopened' WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET subject_kind = 'role', subject_id = 'x' WHERE sequence = 2", "not"),
        ("UPDATE timeline SET commitments = '{}' WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET version = 1 WHERE sequence = 2", "not as it was written"),
        ("UPDATE timeline SET payload = NULL WHERE sequence = 2", "not as it was written"),
        ("DELETE FROM timeline WHERE sequence = 2", "entry 2 is missing"),
        ("DELETE FROM timeline WHERE sequence = 3", "it ends at entry 2, and 3 were written"),
        ("UPDATE timeline SET sequence = 9 WHERE sequence = 2", "is missing"),
        ("UPDATE timeline_heads SET mac = 'ab' WHERE escalation_id = 1", "its end was forged"),
        ("UPDATE timeline_heads SET mac = NULL", "carries no proof of the audit key"),
        ("UPDATE timeline_heads SET mac_key = 'other'", "is not among ours"),
        (
            "UPDATE timeline SET actor = NULL, field_keys = NULL, payload = NULL WHERE id = 2",
            "was taken away, and nothing says why",
        ),
    ],
)
async def test_whatever_was_done_is_found(keyed: Database, statement: str, problem: str) -> None:
    await changed(keyed, statement)

    report = await audited(keyed)

    assert not report.is_whole
    assert any(problem in found.problem for found in report.breaks), report.breaks


async def shortened(database: Database) -> None:
    """Take the last entries of the first escalation away, and move its head back."""
    async with database.transaction() as tx:
        first = (await timeline.of(tx, ONE))[0]
        await tx.execute(text("DELETE FROM timeline WHERE escalation_id = 1 AND sequence > 1"))
        moved = "UPDATE timeline_heads SET sequence = 1, digest = :digest WHERE escalation_id = 1"
        await tx.execute(text(moved), {"digest": first.digest})


async def test_a_chain_that_was_shortened_with_its_head_is_found_with_the_key_alone(
    keyed: Database, database_url: str
) -> None:
    await shortened(keyed)

    assert [found.problem for found in (await audited(keyed)).breaks] == ["its end was forged"]
    unkeyed = Database(database_url)
    report = await audited(unkeyed)
    await unkeyed.close()
    assert report.is_whole  # nothing in the database tells
    assert not report.is_keyed


async def test_an_append_does_not_prove_a_forged_end(keyed: Database) -> None:
    await shortened(keyed)
    async with keyed.transaction() as tx:
        await timeline.add(tx, entry(ONE, 4))

    assert not (await audited(keyed)).is_whole


async def test_a_timeline_that_is_gone_with_its_head_is_found_with_the_key(keyed: Database) -> None:
    await changed(keyed, "DELETE FROM timeline WHERE escalation_id = 2")
    await changed(keyed, "DELETE FROM timeline_heads WHERE escalation_id = 2")

    assert [found.escalation_id for found in (await audited(keyed)).breaks] == [TWO]


async def test_an_anchor_finds_what_was_cut_off_and_what_is_gone_whole(keyed: Database) -> None:
    anchor = await Audit(keyed, At(NOW)).anchor()
    assert (await audited(keyed, anchor)).lost == ()
    await shortened(keyed)
    await changed(keyed, "DELETE FROM timeline WHERE escalation_id = 2")
    await changed(keyed, "DELETE FROM timeline_heads WHERE escalation_id = 2")

    report = await audited(keyed, anchor)

    assert report.lost == (
        "escalation 1 was cut off before entry 3",
        "escalation 2 is gone; it had 3 entries",
    )


async def test_what_was_appended_since_an_anchor_is_no_loss(keyed: Database) -> None:
    anchor = await Audit(keyed, At(NOW)).anchor()
    async with keyed.transaction() as tx:
        await timeline.add(tx, entry(ONE, 4))

    assert (await audited(keyed, anchor)).is_whole


async def test_a_file_of_an_anchor_is_read_again_and_refused_when_it_was_edited(
    keyed: Database,
) -> None:
    anchor = await Audit(keyed, At(NOW)).anchor()
    lines = list(anchor.lines())

    assert anchors.parsed("\n".join(lines), keyed.keyring) == anchor
    for edited in (
        [lines[0], lines[1]],
        [lines[0].replace("escalations", "rooms"), *lines[1:]],
        [json.dumps(json.loads(lines[0]) | {"mac": "00"}), *lines[1:]],
        [json.dumps(json.loads(lines[0]) | {"at": "2026-12-02T09:00:00+00:00"}), *lines[1:]],
        ["no JSON"],
        [],
    ):
        with pytest.raises(InvalidInput, match="The anchor cannot be used"):
            anchors.parsed("\n".join(edited), keyed.keyring)


async def test_a_rotated_key_is_known_until_the_ends_are_sealed_anew(
    keyed: Database, database_url: str
) -> None:
    both = Database(database_url, Keyring.of(["a new key, long enough", KEY]))
    assert (await audited(both)).is_whole
    assert await Audit(both, At(NOW)).seal() == 2
    await both.close()
    new = Database(database_url, Keyring.of(["a new key, long enough"]))
    assert (await audited(new)).is_whole
    await new.close()
    assert not (await audited(keyed)).is_whole  # which knows the earlier key alone


async def test_nothing_is_sealed_without_a_key(database: Database) -> None:
    with pytest.raises(InvalidInput, match="AUDIT_KEY"):
        await Audit(database, At(NOW)).seal()


@pytest.mark.parametrize("field", ["actor", "payload"])
async def test_an_erased_field_is_gone_and_breaks_nothing(keyed: Database, field: str) -> None:
    await Audit(keyed, At(NOW)).erase(ONE, 2, field, by="Dee, DPO", ground="GDPR art. 17")

    report = await audited(keyed)
    assert report.is_whole
    (told,) = report.withheld
    assert (told.sequence, told.field, told.by, told.ground) == (
        2,
        field,
        "Dee, DPO",
        "GDPR art. 17",
    )
    async with keyed.reading() as tx:
        entries = await timeline.of(tx, ONE)
    assert getattr(entries[1], field) is None
    assert entries[1].withheld == (field,)
    assert field in entries[1].commitments
    assert entries[-1].kind is EntryKind.FIELD_ERASED


@pytest.mark.parametrize(
    ("number", "sequence", "field", "by", "ground"),
    [
        (ONE, 2, "kind", "Dee", "law"),
        (ONE, 2, "link", "Dee", "law"),
        (ONE, 2, "actor", " ", "law"),
        (ONE, 2, "actor", "Dee", ""),
    ],
)
async def test_what_cannot_be_erased_is_refused_in_words(
    keyed: Database, number: EscalationId, sequence: int, field: str, by: str, ground: str
) -> None:
    with pytest.raises(InvalidInput):
        await Audit(keyed, At(NOW)).erase(number, sequence, field, by=by, ground=ground)
    with pytest.raises(NotFound):
        await Audit(keyed, At(NOW)).erase(number, 99, "actor", by="Dee", ground="law")

    assert (await audited(keyed)).entries == 6
