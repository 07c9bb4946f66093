"""The policy's part about time: what ships is sound, and each mistake is told with its line."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.escalation.customer import Contract, Customer, Tier
from bot.domain.escalation.escalation import CustomerId, Severity
from bot.domain.policy.policy import Policy
from bot.domain.policy.terms import first_update_due, terms_for
from bot.domain.sla.clock import (
    FIRST_RESPONSE,
    KNOWN_KINDS,
    NEXT_UPDATE,
    RESOLUTION,
    WORKAROUND,
    ClockKind,
)
from bot.domain.sla.ladder import CLOCK_OWNER, Asks, NoticePlace
from bot.domain.sla.policy import End, Moment
from bot.domain.time.business_hours import ALWAYS, NOTHING
from bot.domain.time.segments import PauseReason
from bot.policy_file import PolicyError, load
from tests.domain.calendars import local, utc
from tests.domain.test_policy_file import SOUND as BASE

TIME = """\
calendars:
  customer:
    hours: {mon: [09:00-17:00], tue: [09:00-12:00, 13:00-17:00]}
  berlin:
    time_zone: Europe/Berlin
    holidays: DE
    hours: {mon: [08:00-18:00], sat: [10:00-12:00]}
    days:
      12-24: [08:00-12:00]
      2026-12-31: []
  always: {always_open: true}
clocks:
  next_update: {title: Next update, targets: {s1: 30 min}}
  workaround:
    title: Workaround
    calendar: berlin
    owner: technical_lead
    targets: {s1: 4 h, s2: 8 bh, s3: 3 bd}
    tiers:
      strategic: {s2: 4 bh}
    contracts:
      ACME-1: {calendar: always, targets: {s3: 2 bd}, pauses: [vendor]}
  staffed: {title: Room staffed, starts: acknowledged, targets: {s1: 15 min}}
pauses:
  asked: {title: Waiting, stops: [workaround], evidence: a link, most: 2 bd, ends_on_reply: true}
  vendor: {title: Vendor, contract_only: [workaround], evidence: mail, approver: technical_lead}
ladder:
  gaps: [20 min, 1 h]
  deputy: technical_lead
  rungs:
    - {at: 50 %, tell: [clock_owner]}
    - {at: 100 %, tell: [technical_lead], where: [room, leadership], asks: breach_record}
    - {at: 150 %, or_at: {s1: +2 h}, tell: [escalation_manager], asks: decision}
  short: {up_to: 15 min, rungs: [{at: 80 %, tell: [clock_owner]}]}
  next_update: [{at: -15 min, tell: [clock_owner]}, {at: 0 min, tell: [technical_lead]}]
  quiet_hours: {severities: [s3, s4], outside: berlin}
"""
SOUND = BASE + TIME
FIRST = BASE.count("\n")  # lines before the part about time


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


@pytest.fixture
def policy(file: Path) -> Policy:
    file.write_text(SOUND)
    return load(file)


def customer(tier: Tier = Tier.STANDARD, **contract: object) -> Customer:
    return Customer(
        id=CustomerId(1),
        name="Acme",
        tier=tier,
        time_zone="Europe/Lisbon",
        contract=Contract(**contract),  # type: ignore[arg-type]  # its own fields
    )


def test_the_policy_that_ships_has_every_clock_and_the_whole_ladder() -> None:
    policy = load(None)

    assert tuple(policy.clocks) == (*KNOWN_KINDS, "review")
    assert policy.clocks[ClockKind("review")].ends is End.REVIEWED
    assert [rung.key for rung in policy.ladder.rungs] == [
        "50 %", "75 %", "90 %", "100 %", "150 %", "200 %",
    ]  # fmt: skip
    assert [rung.key for rung in policy.ladder.next_update] == [
        "-15 min", "-5 min", "0 min", "+10 min",
    ]  # fmt: skip
    assert policy.ladder.quiet_hours is not None
    for reason, pause in policy.pauses.items():
        assert NEXT_UPDATE not in {*pause.stops, *pause.contract_only}, reason


def test_the_policy_that_ships_rests_on_the_holidays_of_the_customer() -> None:
    calendar = load(None).calendar("customer", "Europe/Lisbon")

    assert calendar.hours(date(2026, 12, 1)) == ()  # Portugal's, a Tuesday
    assert calendar.hours(date(2026, 12, 2)) != ()
    assert calendar.holidays == "PT"
    nowhere = load(None).calendar("customer", "UTC")  # lies in no country
    assert (nowhere.days, nowhere.holidays) == ({}, "")


def test_a_customers_own_region_wins_over_what_the_zone_stands_for() -> None:
    st_andrews = date(2026, 11, 30)  # a Monday, a holiday in Scotland alone
    english = load(None).calendar("customer", "Europe/London")
    scottish = load(None).calendar("customer", "Europe/London", "GB-SCT")

    assert (english.holidays, scottish.holidays) == ("GB-ENG", "GB-SCT")
    assert english.hours(st_andrews) != ()
    assert scottish.hours(st_andrews) == ()
    acme = Customer(id=CustomerId(1), name="Acme", time_zone="Europe/London", region="GB-SCT")
    assert load(None).business_days(acme).holidays == "GB-SCT"
    at = utc("2026-11-20 12:00")
    assert terms_for(load(None), WORKAROUND, acme, at=at).calendar.holidays == "GB-SCT"


def test_everything_about_time_in_the_file_is_in_the_policy(policy: Policy) -> None:
    tuesday = policy.calendar("customer", "Europe/Lisbon").hours(date(2026, 11, 24))
    assert [str(window) for window in tuesday] == ["09:00-12:00", "13:00-17:00"]
    berlin = policy.calendar("berlin", "Europe/Lisbon")
    assert berlin.time_zone == "Europe/Berlin"
    assert berlin.hours(date(2026, 12, 24)) == berlin.hours(date(2027, 12, 24)) != ()
    assert berlin.hours(date(2026, 12, 31)) == berlin.hours(date(2026, 12, 25)) == ()
    assert policy.calendar("always", "Europe/Lisbon").is_always
    staffed = policy.clocks[ClockKind("staffed")]
    assert (staffed.title, staffed.starts) == ("Room staffed", Moment.ACKNOWLEDGED)
    assert policy.pauses[PauseReason("asked")].ends_on_reply
    assert list(map(str, policy.ladder.gaps)) == ["20 min", "1 h"]
    first, breach, high = policy.ladder.rungs
    assert first.tell == (CLOCK_OWNER,)
    assert (breach.where, breach.asks) == (
        (NoticePlace.ROOM, NoticePlace.LEADERSHIP),
        Asks.BREACH_RECORD,
    )
    assert str(high.or_at[Severity.S1]) == "+120 min"


def test_terms_are_the_policys_then_the_tiers_then_the_contracts(policy: Policy) -> None:
    at = utc("2026-11-23 09:00")
    plain = terms_for(policy, WORKAROUND, customer(), at=at)
    strategic = terms_for(policy, WORKAROUND, customer(Tier.STRATEGIC), at=at)
    signed = terms_for(policy, WORKAROUND, customer(Tier.STRATEGIC, reference="ACME-1"), at=at)

    assert [str(plain.target(s)) for s in Severity] == ["4 h", "8 bh", "3 bd", "None"]
    assert [str(strategic.target(s)) for s in Severity] == ["4 h", "4 bh", "3 bd", "None"]
    assert [str(signed.target(s)) for s in Severity] == ["4 h", "4 bh", "2 bd", "None"]
    # The tier and the contract are named on what they set, and nowhere else.
    assert plain.sources == {}
    assert strategic.sources == {Severity.S2: "strategic"}
    assert signed.sources == {Severity.S2: "strategic", Severity.S3: "ACME-1"}
    assert plain.contractual == strategic.contractual == frozenset()
    assert signed.contractual == frozenset({Severity.S3})
    assert signed.calendar.is_always
    assert list(plain.pauses) == ["asked"]
    assert list(signed.pauses) == ["asked", "vendor"]
    assert terms_for(policy, NEXT_UPDATE, customer(), at=at).pauses == {}


@pytest.mark.parametrize(
    ("zone", "at", "is_promised"),
    [
        ("Europe/Lisbon", "2025-12-31 23:59", False),
        ("Europe/Lisbon", "2026-01-01 00:00", True),
        ("Europe/Lisbon", "2026-12-31 23:59", True),
        ("Europe/Lisbon", "2027-01-01 00:00", False),
        ("Asia/Tokyo", "2025-12-31 23:59", False),
        ("Asia/Tokyo", "2026-01-01 00:00", True),  # 31 December, 15:00 in UTC
        ("America/Los_Angeles", "2026-12-31 23:59", True),  # 1 January, 07:59 in UTC
        ("America/Los_Angeles", "2027-01-01 00:00", False),
    ],
)
def test_a_contract_holds_from_its_first_day_to_its_last_where_the_customer_is(
    policy: Policy, zone: str, at: str, is_promised: bool
) -> None:
    signed = replace(
        customer(reference="ACME-1", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),
        time_zone=zone,
    )

    found = terms_for(policy, WORKAROUND, signed, at=local(zone, at))
    assert (Severity.S3 in found.contractual) is is_promised


def test_what_the_contract_promises_holds_with_a_workaround_too(file: Path) -> None:
    update = "{title: Next update, targets: {s1: 30 min}"
    more = ", after_workaround: {s1: 4 h, s2: 9 h}, contracts: {ACME-1: {targets: {s1: 15 min}}}"
    file.write_text(SOUND.replace(update, update + more))

    found = terms_for(
        load(file), NEXT_UPDATE, customer(reference="ACME-1"), at=utc("2026-11-23 09:00")
    )
    assert str(found.target(Severity.S1, after_workaround=True)) == "15 min"
    assert str(found.target(Severity.S2, after_workaround=True)) == "9 h"


def test_what_ships_makes_the_due_times_of_the_matrix() -> None:
    policy, at = load(None), local("Europe/Lisbon", "2026-11-23 15:10")
    targets = {
        kind: [str(terms_for(policy, kind, customer(), at=at).target(s)) for s in Severity]
        for kind in (FIRST_RESPONSE, RESOLUTION)
    }

    assert targets[FIRST_RESPONSE] == ["30 min", "1 h", "8 bh", "2 bd"]
    assert targets[RESOLUTION] == ["24 h", "3 bd", "10 bd", "30 bd"]
    due = first_update_due(policy, Severity.S3, customer(), at=at)
    assert due == local("Europe/Lisbon", "2026-11-24 15:10")
    critical = first_update_due(policy, Severity.S1, customer(), at=at)
    assert critical == at + timedelta(minutes=30)
    assert ALWAYS.elapsed(at, at) == NOTHING


# What is changed in the sound file, the line counted within the part about time, and what is said.
MISTAKES = {
    "opening hours with a typo": (
        "mon: [09:00-17:00]",
        "mon: [9-17]",
        '3: calendars.customer.hours.mon[0]: "9-17"; expected opening hours such as 09:00-17:00 '
        "(24:00 is the end of the day)",
    ),
    "a day that the week does not have": (
        "mon: [09:00",
        "monday: [09:00",
        '3: calendars.customer.hours.monday: "monday"; '
        "expected one of mon, tue, wed, thu, fri, sat, sun",
    ),
    "windows that overlap": (
        "tue: [09:00-12:00, 13:00-17:00]",
        "tue: [09:00-13:30, 13:00-17:00]",
        '3: calendars.customer.hours.tue: "09:00-13:30, 13:00-17:00"; '
        "expected windows that do not overlap",
    ),
    "a zone that does not exist": (
        "time_zone: Europe/Berlin",
        "time_zone: Berlin",
        '5: calendars.berlin.time_zone: "Berlin"; '
        "expected customer, or an IANA name such as Europe/Lisbon",
    ),
    "holidays of nowhere": (
        "holidays: DE",
        "holidays: Germany",
        '6: calendars.berlin.holidays: "Germany"; '
        "expected customer, or a region's code such as PT or DE-BY",
    ),
    "a date that does not exist": (
        "2026-12-31",
        "2026-02-29",
        '10: calendars.berlin.days.2026-02-29: "2026-02-29"; '
        "expected a date such as 2026-12-24, or 12-24 for every year",
    ),
    "a calendar that never opens": (
        "  always: {always_open: true}",
        "  always: {always_open: false}",
        "11: calendars.always.hours: no day that is open; "
        "expected the hours of some day, or always_open: true",
    ),
    "hours beside always": (
        "always_open: true",
        "always_open: true, holidays: DE",
        "11: calendars.always.always_open: hours as well; "
        "expected no hours, days or holidays beside always_open",
    ),
    "no calendar of the customer": (
        "  customer:\n    hours",
        "  office:\n    hours",
        "2: calendars: customer missing; "
        "expected it, because business days of plans are counted in it",
    ),
    "a target with a typo": (
        "s2: 8 bh",
        "s2: 8 hours",
        '18: clocks.workaround.targets.s2: "8 hours"; expected a duration such as "30 min", '
        '"4 h", "8 bh" (business hours) or "2 bd" (business days)',
    ),
    "a calendar from nowhere": (
        "calendar: berlin",
        "calendar: munich",
        '16: clocks.workaround.calendar: "munich"; expected one of customer, berlin, always',
    ),
    "an owner from nowhere": (
        "    owner: technical_lead",
        "    owner: tech_lead",
        '17: clocks.workaround.owner: "tech_lead"; '
        "expected one of escalation_manager, technical_lead",
    ),
    "a tier that does not exist": (
        "strategic:",
        "gold:",
        '20: clocks.workaround.tiers.gold: "gold"; '
        "expected one of strategic, enterprise, growth, standard",
    ),
    "a reason that the policy does not have": (
        "pauses: [vendor]",
        "pauses: [holiday]",
        '22: clocks.workaround.contracts.ACME-1.pauses[0]: "holiday"; '
        "expected one of asked, vendor",
    ),
    "a clock with a name that nobody can type": (
        "  staffed:",
        "  Room staffed:",
        '23: clocks.Room staffed: "Room staffed"; '
        "expected lowercase letters, digits and _, such as workaround",
    ),
    "a pause of the next update": (
        "stops: [workaround]",
        "stops: [workaround, next_update]",
        '25: pauses.asked.stops[1]: "next_update"; '
        "expected another clock; the next update never pauses",
    ),
    "a pause of a clock that is not there": (
        "contract_only: [workaround]",
        "contract_only: [resolution]",
        '26: pauses.vendor.contract_only[0]: "resolution"; '
        "expected one of next_update, workaround, staffed",
    ),
    "an approver from nowhere": (
        "approver: technical_lead",
        "approver: boss",
        '26: pauses.vendor.approver: "boss"; expected one of escalation_manager, technical_lead',
    ),
    "a rung with a typo": (
        "{at: 50 %,",
        "{at: half,",
        '31: ladder.rungs[0].at: "half"; expected a share such as "75 %", or a time from the due '
        'time such as "-15 min", "0 min" or "+2 h"',
    ),
    "rungs that do not ascend": (
        "at: 100 %",
        "at: 40 %",
        '32: ladder.rungs[1].at: "40 %"; expected a point after 50 %',
    ),
    "somebody from nowhere on a rung": (
        "tell: [escalation_manager]",
        "tell: [escalation_manager, boss]",
        '33: ladder.rungs[2].tell[1]: "boss"; '
        "expected one of clock_owner, escalation_manager, technical_lead",
    ),
    "a place that does not exist": (
        "where: [room, leadership]",
        "where: [room, roof]",
        '32: ladder.rungs[1].where[1]: "roof"; expected one of clocks, direct, room, leadership',
    ),
    "a repetition in business time": (
        "gaps: [20 min, 1 h]",
        "gaps: [20 min, 1 bd]",
        '28: ladder.gaps[1]: "1 bd"; expected real time, such as 30 min',
    ),
    "gaps that shrink": (
        "gaps: [20 min, 1 h]",
        "gaps: [1 h, 20 min]",
        '28: ladder.gaps: "1 h, 20 min"; expected gaps that grow, such as 30 min, 1 h, 2 h, 4 h',
    ),
    "a deputy from nowhere": (
        "  deputy: technical_lead",
        "  deputy: boss",
        '29: ladder.deputy: "boss"; expected one of escalation_manager, technical_lead',
    ),
    "quiet hours of no calendar": (
        "outside: berlin",
        "outside: night",
        '36: ladder.quiet_hours.outside: "night"; expected one of customer, berlin, always',
    ),
}


@pytest.mark.parametrize(("sound", "wrong", "said"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_told_with_its_line_and_what_was_expected(
    file: Path, sound: str, wrong: str, said: str
) -> None:
    assert TIME.count(sound) >= 1
    file.write_text(BASE + TIME.replace(sound, wrong, 1))
    line, _, words = said.partition(": ")

    with pytest.raises(PolicyError) as refused:
        load(file)

    found = [finding.removeprefix(f"{file}:") for finding in refused.value.findings]
    assert f"{FIRST + int(line)}: {words}" in found
