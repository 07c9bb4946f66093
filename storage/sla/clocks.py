"""SLA clocks: store with their segments, load equal, change by compare-and-set, find the due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, and_, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity, Status
from bot.domain.people import SlackUserId
from bot.domain.plan.promise import Promise, Targets, Terms
from bot.domain.sla.clock import ClockKind, SlaClock, Waiver
from bot.domain.sla.record import ClockId, ClockRecord
from bot.domain.time.business_hours import Calendar, Hours, Window
from bot.domain.time.duration import Duration
from bot.domain.time.segments import PauseReason, Segment
from storage.database.database import Row, Transaction
from storage.mapping import to_domain, to_row
from storage.tables.clocks import ClockSegmentRow, PromisedTermsRow, SlaClockRow
from storage.tables.escalations import EscalationRow

_ONCE = ["escalation_id", "kind", "cycle"]


async def add_once(
    tx: Transaction,
    escalation_id: EscalationId,
    clock: SlaClock,
    *,
    now: datetime,
    next_rung_at: datetime | None,
) -> ClockRecord | None:
    """Store a new clock; None when the escalation has one of that kind and cycle."""
    kind = sqlite.insert if tx.is_sqlite else postgresql.insert
    values = _values(clock, now) | {
        "escalation_id": escalation_id,
        "next_rung_at": next_rung_at,
        "version": 1,
    }
    statement = kind(SlaClockRow).on_conflict_do_nothing(index_elements=_ONCE)
    row = await tx.one(statement.values(values).returning(col(SlaClockRow.id)))
    if row is None:
        return None
    record = ClockRecord(id=ClockId(row["id"]), escalation_id=escalation_id, clock=clock)
    await _write_segments(tx, record)
    return record


async def of(tx: Transaction, escalation_id: EscalationId) -> list[ClockRecord]:
    """Return the clocks of an escalation in the order they were started."""
    rows = await tx.all(
        select(SlaClockRow)
        .where(col(SlaClockRow.escalation_id) == escalation_id)
        .order_by(col(SlaClockRow.id))
    )
    return await _records(tx, rows)


async def get(tx: Transaction, clock_id: ClockId) -> ClockRecord | None:
    rows = await tx.all(select(SlaClockRow).where(col(SlaClockRow.id) == clock_id))
    return next(iter(await _records(tx, rows)), None)


async def waiting(
    tx: Transaction, customer_ids: Collection[CustomerId]
) -> dict[EscalationId, CustomerId]:
    """Return the escalations of these customers that are on hold or have a clock that is paused."""
    paused = (
        select(col(SlaClockRow.escalation_id))
        .join(ClockSegmentRow, col(ClockSegmentRow.clock_id) == col(SlaClockRow.id))
        .where(col(ClockSegmentRow.reason).is_not(None), col(ClockSegmentRow.to_at).is_(None))
    )
    rows = await tx.all(
        select(col(EscalationRow.id), col(EscalationRow.customer_id))
        .where(
            col(EscalationRow.customer_id).in_(list(customer_ids)),
            or_(
                col(EscalationRow.status) == Status.ON_HOLD.value,
                col(EscalationRow.id).in_(paused),
            ),
        )
        .order_by(col(EscalationRow.id))
    )
    return {row["id"]: row["customer_id"] for row in rows}


async def keep_terms(
    tx: Transaction, escalation_id: EscalationId, terms: Mapping[ClockKind, Terms]
) -> None:
    """Keep what is promised by clocks that begin later; what is kept already stays."""
    kind = sqlite.insert if tx.is_sqlite else postgresql.insert
    written = {clock: _terms_written(promised) for clock, promised in terms.items()}
    row = {"escalation_id": escalation_id, "terms": written}
    statement = kind(PromisedTermsRow).values(row)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["escalation_id"]))


async def terms_kept(tx: Transaction, escalation_id: EscalationId) -> dict[ClockKind, Terms]:
    """Return what was promised at the opening by clocks that begin later; empty: never kept."""
    row = await tx.one(
        select(col(PromisedTermsRow.terms)).where(
            col(PromisedTermsRow.escalation_id) == escalation_id
        )
    )
    kept = row["terms"] if row else {}
    return {ClockKind(kind): _terms_read(written) for kind, written in kept.items()}


async def is_any_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether somebody has to look at a clock; all that an idle sweep costs."""
    look_at = col(SlaClockRow.next_rung_at)
    is_due = and_(look_at.is_not(None), look_at <= now)
    # In order: else Postgres may find it cheaper to read the table until one is due.
    first = select(col(SlaClockRow.id)).where(is_due).order_by(look_at).limit(1)
    return await tx.one(first) is not None


async def due(tx: Transaction, *, now: datetime, most: int) -> list[ClockRecord]:
    """Return the clocks that somebody has to look at, the longest waiting first."""
    rows = await tx.all(
        select(SlaClockRow)
        .where(col(SlaClockRow.next_rung_at).is_not(None), col(SlaClockRow.next_rung_at) <= now)
        .order_by(col(SlaClockRow.next_rung_at), col(SlaClockRow.id))
        .limit(most)
    )
    # Everybody changes clocks in the order of their ids, so that no two wait for each other.
    return sorted(await _records(tx, rows), key=lambda record: record.id)


async def claim(tx: Transaction, record: ClockRecord) -> ClockRecord | None:
    """Make a clock ours until the transaction ends; None when somebody was faster."""
    claimed = replace(record, version=record.version + 1)
    touched = await tx.count_changed(_at_version(record).values(version=claimed.version))
    return claimed if touched else None


async def save(
    tx: Transaction,
    record: ClockRecord,
    clock: SlaClock,
    *,
    now: datetime,
    next_rung_at: datetime | None,
) -> ClockRecord | None:
    """Store what became of the clock that was read; None when somebody was faster."""
    saved = replace(record, clock=clock, version=record.version + 1)
    changed = _values(clock, now) | {"next_rung_at": next_rung_at, "version": saved.version}
    if not await tx.count_changed(_at_version(record).values(changed)):
        return None
    if clock.segments != record.clock.segments:
        await _write_segments(tx, saved)
    return saved


def _at_version(record: ClockRecord) -> Update:
    return update(SlaClockRow).where(
        col(SlaClockRow.id) == record.id, col(SlaClockRow.version) == record.version
    )


async def _write_segments(tx: Transaction, record: ClockRecord) -> None:
    await tx.execute(delete(ClockSegmentRow).where(col(ClockSegmentRow.clock_id) == record.id))
    rows = [
        {**to_row(segment), "clock_id": record.id, "number": number}
        for number, segment in enumerate(record.clock.segments, start=1)
    ]
    await tx.execute(insert(ClockSegmentRow), rows)


async def _records(tx: Transaction, rows: Sequence[Row]) -> list[ClockRecord]:
    segments = await _segments(tx, [row["id"] for row in rows])
    return [
        ClockRecord(
            id=row["id"],
            escalation_id=row["escalation_id"],
            clock=_clock(row, segments[row["id"]]),
            version=row["version"],
        )
        for row in rows
    ]


async def _segments(tx: Transaction, ids: Collection[int]) -> Mapping[int, list[Segment]]:
    found: dict[int, list[Segment]] = {clock_id: [] for clock_id in ids}
    if ids:
        rows = await tx.all(
            select(ClockSegmentRow)
            .where(col(ClockSegmentRow.clock_id).in_(ids))
            .order_by(col(ClockSegmentRow.clock_id), col(ClockSegmentRow.number))
        )
        for row in rows:
            found[row["clock_id"]].append(to_domain(Segment, row))
    return found


def _values(clock: SlaClock, now: datetime) -> Row:
    waiver = clock.waiver
    return {
        "kind": clock.kind,
        "cycle": clock.cycle,
        "severity": clock.severity.value,
        "terms": _terms_written(clock.terms),
        "target": str(clock.target) if clock.target else None,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "state": clock.state(now).value,
        "has_workaround": clock.has_workaround,
        "stopped_at": clock.stopped_at,
        "is_confirmed": clock.is_confirmed,
        "breached_at": clock.breached_at,
        "breached_severity": clock.broken.severity.value if clock.broken else None,
        "cancelled_at": clock.cancelled_at,
        "waived_by": waiver.by if waiver else None,
        "waived_at": waiver.at if waiver else None,
        "waived_why": waiver.why if waiver else "",
        "how": clock.how,
    }


def _clock(row: Row, segments: list[Segment]) -> SlaClock:
    waiver = None
    if row["waived_by"] is not None:
        by = SlackUserId(row["waived_by"])
        waiver = Waiver(by=by, at=row["waived_at"], why=row["waived_why"])
    broken = None
    if row["breached_severity"] is not None:
        target = Duration.parse(row["target"])
        broken = Promise(severity=Severity(row["breached_severity"]), target=target)
    return to_domain(
        SlaClock,
        {name: row[name] for name in row if name != "terms"},
        terms=_terms_read(row["terms"]),
        segments=tuple(segments),
        broken=broken,
        waiver=waiver,
    )


def _terms_written(terms: Terms) -> dict[str, Any]:
    calendar = terms.calendar
    return {
        "targets": _targets_written(terms.targets),
        "after_workaround": _targets_written(terms.after_workaround),
        "contractual": [s.value for s in Severity if s in terms.contractual],
        "pauses": {reason: str(most) if most else None for reason, most in terms.pauses.items()},
        "sources": {severity.value: source for severity, source in terms.sources.items()},
        "calendar": {
            "time_zone": calendar.time_zone,
            "weekly": [_hours_written(hours) for hours in calendar.weekly],
            "days": {day.isoformat(): _hours_written(h) for day, h in calendar.days.items()},
            "holidays": calendar.holidays,
        },
    }


def _terms_read(written: Mapping[str, Any]) -> Terms:
    calendar, pauses = written["calendar"], written["pauses"]
    return Terms(
        targets=_targets_read(written["targets"]),
        after_workaround=_targets_read(written["after_workaround"]),
        contractual=frozenset(Severity(severity) for severity in written["contractual"]),
        pauses={PauseReason(r): Duration.parse(m) if m else None for r, m in pauses.items()},
        sources={Severity(severity): source for severity, source in written["sources"].items()},
        calendar=Calendar(
            time_zone=calendar["time_zone"],
            weekly=tuple(_hours_read(hours) for hours in calendar["weekly"]),
            days={date.fromisoformat(day): _hours_read(h) for day, h in calendar["days"].items()},
            holidays=calendar.get("holidays", ""),  # not kept of clocks that were begun earlier
        ),
    )


def _targets_written(targets: Targets) -> dict[str, str]:
    return {severity.value: str(target) for severity, target in targets.items()}


def _targets_read(written: Mapping[str, str]) -> Targets:
    return {Severity(severity): Duration.parse(text) for severity, text in written.items()}


def _hours_written(hours: Hours) -> list[str]:
    return [str(window) for window in hours]


def _hours_read(written: Sequence[str]) -> Hours:
    return tuple(Window.parse(text) for text in written)
