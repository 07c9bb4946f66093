"""The dossier in its two forms: golden parts of the Markdown, the shape of the JSON."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot import policy_file
from bot.domain.escalation.customer import Customer, Tier
from bot.domain.escalation.escalation import (
    CustomerId,
    Escalation,
    EscalationId,
    Severity,
    Status,
    Visibility,
)
from bot.domain.escalation.room import ChannelId, MessageTs, Room, RoomState
from bot.domain.escalation.timeline import Audience, Entry, EntryKind, Head
from bot.domain.people import ESCALATION_MANAGER, Assignment, SlackUserId, TeamId
from bot.domain.plan.item import Content, Item, ItemId, ItemSource, ItemState, Reschedule
from bot.domain.plan.kinds import KINDS, ItemKind
from bot.domain.plan.plan import Plan
from bot.domain.reading.dossier import Dossier, KeptClock
from bot.domain.reading.war_room import WarRoom
from bot.domain.sla.breach import Breach, Recovery
from bot.domain.sla.clock import RESOLUTION
from bot.domain.sla.explanation import explain
from bot.domain.sla.record import ClockId
from bot.views.reading import dossier_json
from bot.views.reading.dossier import markdown
from tests.domain.calendars import utc
from tests.domain.clocks import CUSTOMER, LEGAL, running

POLICY = policy_file.load(None)
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
EVA, MAX = SlackUserId("U0EVA0001"), SlackUserId("U0MAX0001")
ESCALATION = Escalation(
    id=EscalationId(42),
    team_id=TeamId("T1"),
    customer_id=CustomerId(1),
    title="SSO is *down*",
    problem="- nobody logs in\n- see https://evil.example",
    business_impact="",
    customer_ask="Log in again",
    severity=Severity.S1,
    status=Status.CLOSED,
    visibility=Visibility.PRIVATE,
    owner=EVA,
    raised_by=MAX,
    raised_at=AT,
    submission_key="secret",
    acknowledged_by=EVA,
    acknowledged_at=AT + timedelta(minutes=2),
    critical_on=date(2026, 12, 1),
    outcome="The certificate was renewed.",
    ended_at=AT + timedelta(days=9),
)
SOURCE = ItemSource(
    channel_id=ChannelId("C1"),
    ts=MessageTs("1.1"),
    thread_ts=None,
    author=MAX,
    text="Renew &amp; <@U0EVA0001> tells",
    text_now="Renew it now",
    permalink="https://x.slack.com/archives/C1/p11",
)
BASE = Item(
    id=ItemId(1),
    escalation_id=ESCALATION.id,
    kind=ItemKind.DECISION,
    number=1,
    state=ItemState.SUPERSEDED,
    content=Content(text="Renew & @eva tells", owner=EVA, rationale="It ran out", risks="None"),
    recorded_by=EVA,
    recorded_at=AT,
    said_at=AT - timedelta(minutes=5),
    source=SOURCE,
    replaced_by=2,
)
SLIP = Reschedule(was=AT, now=AT + timedelta(days=1), reason="vendor | late", by=EVA, at=AT)
ACTION = replace(
    BASE,
    kind=ItemKind.ACTION,
    state=ItemState.DONE,
    content=Content(text="Call them", owner=MAX, due_at=SLIP.now, evidence="They answered"),
    source=None,
    replaced_by=None,
    slips=(SLIP,),
    ended_by=MAX,
    ended_at=AT + timedelta(hours=1),
)
CRITERION = replace(
    ACTION,
    kind=ItemKind.CRITERION,
    content=Content(text="It works", evidence="seen", is_customer_safe=True),
    slips=(),
)
ENTRY = Entry(
    escalation_id=ESCALATION.id,
    kind=EntryKind.ITEM_ADDED,
    at=AT,
    said_at=AT - timedelta(minutes=1),
    actor=EVA,
    text="A-1: given to <@U0MAX0001>, see <b>",
    link="https://x.slack.com/archives/C1/p12",
    sequence=1,
    digest="aa",
)
LATER = utc("2026-11-27 12:00")
CLOCK = (
    running(RESOLUTION)  # 8 business hours from Monday, 23 November, 09:00
    .paused(CUSTOMER, at=utc("2026-11-23 10:00"), by=EVA, evidence="asked <@U0MAX0001> & <b>")
    .resumed(at=utc("2026-11-23 11:00"), by=MAX, because="the customer replied")
    .paused(LEGAL, at=utc("2026-11-27 11:00"), by=MAX, evidence="*court*")
)
BREACH = Breach(
    clock_id=ClockId(1),
    escalation_id=ESCALATION.id,
    breached_at=utc("2026-11-23 18:00"),
    is_contractual=False,
    cause="Nobody was on call | [x](y)",
    effect="They may ask for a credit",
    next_target_at=utc("2026-11-28 18:00"),
    is_customer_told=True,
    customer_told_at=utc("2026-11-24 09:00"),
    recorded_by=MAX,
    recorded_at=utc("2026-11-24 10:00"),
)
RECOVERY = Recovery(
    clock_id=ClockId(1),
    plan="Replay by hand",
    forecast_at=utc("2026-11-23 17:00"),
    noted_by=EVA,
    noted_at=utc("2026-11-23 15:00"),
    version=1,
)
DOSSIER = Dossier(
    war_room=WarRoom(
        escalation=ESCALATION,
        customer=Customer(id=CustomerId(1), name="Ácme & Söhne", tier=Tier.STRATEGIC),
        room=Room(escalation_id=ESCALATION.id, state=RoomState.ARCHIVED, name="esc-42"),
        plan=Plan(),
        read_at=AT + timedelta(days=10),
    ),
    items=(BASE, replace(BASE, number=2, state=ItemState.OPEN, source=None), ACTION, CRITERION),
    roles=(
        Assignment(
            role=ESCALATION_MANAGER, user_id=EVA, assigned_by=MAX, assigned_at=AT, ended_at=AT
        ),
    ),
    clocks=(KeptClock(explanation=explain(CLOCK, LATER), breach=BREACH, recovery=RECOVERY),),
    entries=(
        ENTRY,
        replace(ENTRY, sequence=2, actor=None, audience=Audience.CUSTOMER, said_at=None, link=None),
    ),
    head=Head(sequence=2, digest="bb"),
    names={EVA: "eva"},
)

HEAD = """\
# ESC-2026-0042 · Ácme \\& Söhne · SSO is \\*down\\*

Entries marked **customer-safe** may be shown to the customer; all others are internal.

- **Customer:** Ácme \\& Söhne (Strategic, UTC)
- **Severity:** S1 Critical
- **Status:** Closed
- **Visibility:** private; nobody outside of its room may read this
- **Critical to the customer on:** 2026-12-01
- **Room:** esc-42, archived
- **Raised:** 2026-11-24 10:00:00 UTC by U0MAX0001
- **Acknowledged:** 2026-11-24 10:02:00 UTC by eva (U0EVA0001)
- **Ended:** 2026-12-03 10:00:00 UTC
- **Written:** 2026-12-04 10:00:00 UTC

## People

- **Escalation manager:** eva (U0EVA0001), since 2026-11-24 10:00:00 UTC until \
2026-11-24 10:00:00 UTC

## Goal, in the customer's words

> Log in again

## Business impact

*not known*

## Problem

> \\- nobody logs in
> \\- see https\\://evil.example

## Outcome

> The certificate was renewed.

"""
DONE_ACTION = """\
- **A-1** action, done · internal

  > Call them

  - Owner: U0MAX0001
  - Due: 2026-11-25 10:00:00 UTC
  - Evidence: They answered
  - Postponed from 2026-11-24 10:00:00 UTC to 2026-11-25 10:00:00 UTC by eva (U0EVA0001) at \
2026-11-24 10:00:00 UTC: vendor \\| late
"""
REPLACED = """\
- **D-1** decision, replaced by D-2 · internal

  > Renew \\& @\u200beva tells

  - Decided by: eva (U0EVA0001)
  - Why: It ran out
  - Accepted risks: None
  - Said: 2026-11-24 09:55:00 UTC
  - Recorded: 2026-11-24 10:00:00 UTC by eva (U0EVA0001)
  - Message by U0MAX0001, as it was written: Renew \\& @\u200beva tells · \
<https://x.slack.com/archives/C1/p11>
  - Message, as it was edited: Renew it now
- **D-2** decision, open · internal
"""
CLOCKS = """\
## Clocks

- **Resolution** breached · internal
  - Internal target: 8 bh from 2026-11-23 09:00:00 UTC
  - Due: 2026-11-24 10:00:00 UTC
  - Paused from 2026-11-23 10:00:00 UTC to 2026-11-23 11:00:00 UTC by eva (U0EVA0001): \
Waiting for the customer's answer · evidence: asked @\u200bU0MAX0001 \\& \\<b\\> \
· ended: the customer replied
  - Paused from 2026-11-27 11:00:00 UTC and still by U0MAX0001: legal hold · evidence: \\*court\\*
  - Recovery plan of 2026-11-23 15:00:00 UTC by eva (U0EVA0001): Replay by hand
  - Forecast in it: 2026-11-23 17:00:00 UTC
  - Missed: 2026-11-23 18:00:00 UTC
  - Breach record of 2026-11-24 10:00:00 UTC by U0MAX0001
  - Cause: Nobody was on call \\| \\[x\\](y)
  - Impact: They may ask for a credit
  - New target: 2026-11-28 18:00:00 UTC
  - Customer informed: 2026-11-24 09:00:00 UTC

"""
TIMELINE = """\
## Timeline

- 1\\. 2026-11-24 10:00:00 UTC · said 2026-11-24 09:59:00 UTC · eva (U0EVA0001) · internal · \
item added: A-1: given to @\u200bU0MAX0001, see \\<b\\> · <https://x.slack.com/archives/C1/p12>
- 2\\. 2026-11-24 10:00:00 UTC · Warroom · **customer-safe** · item added: A-1: given to \
@\u200bU0MAX0001, see \\<b\\>

## Proof

The timeline has 2 entries."""
LISTS = [spec.json_name for spec in KINDS.values()]


def test_the_markdown_reads_like_this() -> None:
    text = markdown(DOSSIER, POLICY)

    assert text.startswith(HEAD)
    assert DONE_ACTION in text
    assert REPLACED in text
    assert CLOCKS + TIMELINE in text
    assert "exit criterion, met · **customer-safe**" in text
    assert "`bb`" in text
    assert "secret" not in text


def test_the_files_are_named_by_number_customer_and_day() -> None:
    assert DOSSIER.stem == "esc-2026-0042-acme-sohne-2026-12-04"


def test_the_json_has_its_shape() -> None:
    found = dossier_json.document(DOSSIER, POLICY)

    assert list(found) == [
        "format",
        "written_at",
        "escalation",
        "customer",
        "room",
        "people",
        "roles",
        *LISTS,
        "clocks",
        "timeline",
        "chain",
    ]
    assert found["format"] == "warroom-dossier/1"
    assert found["escalation"]["raised_at"] == "2026-11-24T10:00:00.000000+00:00"
    assert found["escalation"]["critical_on"] == "2026-12-01"
    assert found["actions"][0]["slips"][0]["reason"] == "vendor | late"
    assert found["decisions"][0]["message"]["text"] == SOURCE.text
    assert found["decisions"][0]["replaced_by"] == 2
    assert found["people"][0] == {"id": EVA, "name": "eva"}
    assert found["people"][1] == {"id": MAX, "name": None}
    assert "secret" not in dossier_json.text(DOSSIER, POLICY)
    assert set(kinds_of(found)) <= {str, int, bool, type(None)}


def test_the_json_has_each_clock_with_its_pauses_and_records() -> None:
    (clock,) = dossier_json.document(DOSSIER, POLICY)["clocks"]

    assert (clock["title"], clock["kind"], clock["target"]) == ("Resolution", "resolution", "8 bh")
    assert clock["state"] == "breached"
    first, second = clock["pauses"]
    assert first["reason"] == "waiting_customer_info"
    assert first["evidence"] == "asked <@U0MAX0001> & <b>"
    assert (first["by"], first["to_at"]) == (EVA, "2026-11-23T11:00:00.000000+00:00")
    assert (second["by"], second["to_at"]) == (MAX, None)
    assert clock["breach"]["cause"] == "Nobody was on call | [x](y)"
    assert clock["breach"]["is_customer_told"] is True
    assert clock["recovery"]["plan"] == "Replay by hand"
    assert clock["waiver"] is None


def test_what_was_not_written_down_is_said() -> None:
    unrecorded = replace(BREACH, recorded_by=None, recorded_at=None)
    untold = replace(BREACH, is_customer_told=False, customer_told_at=None)
    waived = CLOCK.waived(at=LATER, by=EVA, why="They agreed")
    clocks = tuple(
        KeptClock(explanation=explain(clock, LATER), breach=breach)
        for clock, breach in ((CLOCK, unrecorded), (CLOCK, untold), (waived, None))
    )

    text = markdown(replace(DOSSIER, clocks=clocks), POLICY)

    assert "Breach record: *not yet*" in text
    assert "Customer informed: not yet" in text
    assert "Waived: 2026-11-27 12:00:00 UTC by eva (U0EVA0001): They agreed" in text
    assert "*None.*" in markdown(replace(DOSSIER, clocks=()), POLICY).split("## Clocks")[1]


def test_every_item_has_the_same_fields_of_the_same_kinds() -> None:
    found = dossier_json.document(DOSSIER, POLICY)
    every = [item for name in LISTS for item in found[name]]

    assert len({tuple(item) for item in every}) == 1
    assert {type(item["is_customer_safe"]) for item in every} == {bool}
    assert {type(item["number"]) for item in every} == {int}


def kinds_of(value: Any) -> list[type]:
    """Return the types of everything in it that is neither a list nor an object."""
    if isinstance(value, dict):
        return [kind for one in value.values() for kind in kinds_of(one)]
    if isinstance(value, list):
        return [kind for one in value for kind in kinds_of(one)]
    return [type(value)]
