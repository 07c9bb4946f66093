"""The outbox: put an effect beside the state it belongs to, claim it, settle it.

A claim is a lease with an attempt number. Whoever settles must still hold both, so a worker
that was thought dead cannot undo what its successor did. What is done is deleted; what was
given up stays as a dead letter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlmodel import col

from bot.domain.effect import Effect
from bot.domain.effects import EFFECTS
from storage.database.database import Transaction
from storage.mapping import to_domain, to_json
from storage.tables.escalations import OutboxRow

PENDING, LEASED, DEAD = "pending", "leased", "dead"
UNREADABLE = "Written by another version of Warroom; this one can't read it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One effect that this worker may perform until `lease_until`.

    Attributes:
        attempt: 1 for the first try.
        failures: How many earlier tries failed for a reason nobody foresaw.
        in_doubt: An earlier try may have been performed; look before repeating anything.
    """

    id: int
    effect: Effect
    owner: str
    attempt: int
    failures: int
    generation: int
    in_doubt: bool
    put_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How the outbox stands.

    Attributes:
        oldest_at: Since when the oldest effect that is not done has been owed: when it was put, or
            falls due if it has not been tried; None when nothing is left to do.
    """

    waiting: int
    dead: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An effect that was given up; it stays until an admin tries it again.

    Attributes:
        escalation_id: None when it belongs to no escalation.
        attempt: How often it was tried.
        put_at: When it was asked for.
        problem: Why the last try failed, in plain words.
    """

    id: int
    kind: str
    escalation_id: int | None
    attempt: int
    put_at: datetime
    problem: str


def _is(state: str) -> ColumnElement[bool]:
    # Spelt out rather than bound: a partial index is only used for the very text it was made with.
    return col(OutboxRow.state) == literal_column(f"'{state}'")


def _put(statement: "sqlite.Insert | postgresql.Insert") -> Executable:
    """Add what happens when an effect of that key is there: it stays one, due the sooner time.

    One that was given up begins anew, as if it had never been tried.
    """
    waiting, revived = col(OutboxRow.state) == PENDING, col(OutboxRow.state) == DEAD
    sooner = statement.excluded.due_at < col(OutboxRow.due_at)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "generation": col(OutboxRow.generation) + 1,
            "state": case((revived, literal(PENDING)), else_=col(OutboxRow.state)),
            "attempt": case((revived, literal(0)), else_=col(OutboxRow.attempt)),
            "failures": case((revived, literal(0)), else_=col(OutboxRow.failures)),
            # What an older version gave up may be unreadable; the new one says the same anew.
            "kind": case((revived, statement.excluded.kind), else_=col(OutboxRow.kind)),
            "payload": case((revived, statement.excluded.payload), else_=col(OutboxRow.payload)),
            "due_at": case(
                (or_(revived, and_(waiting, sooner)), statement.excluded.due_at),
                else_=col(OutboxRow.due_at),
            ),
        },
    )


# Statements are built once, because acknowledgements and every effect wait for them.
_TABLE = OutboxRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_PUT_SQLITE, _PUT_POSTGRES = _put(sqlite.insert(_TABLE)), _put(postgresql.insert(_TABLE))


def _claim(due: Select[Any]) -> Executable:
    """Return the lease of what `due` selects; parameters: owner, most, now, lease_until."""
    return (
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(due))
        .values(
            state=LEASED,
            lease_owner=bindparam("owner"),
            lease_until=bindparam("lease_until"),
            attempt=col(OutboxRow.attempt) + 1,
        )
        .returning(*_TABLE.columns)
    )


_DUE = (
    select(col(OutboxRow.id))
    .where(_is(PENDING), col(OutboxRow.due_at) <= bindparam("now"))
    .order_by(col(OutboxRow.urgency), col(OutboxRow.due_at), col(OutboxRow.id))
    .limit(bindparam("most", type_=Integer()))
)
_CLAIM_SQLITE = _claim(_DUE)
# The limit must be evaluated once, hence the CTE; locked rows are another replica's.
_CLAIM_POSTGRES = _claim(select(_DUE.with_for_update(skip_locked=True).cte("picked").c.id))
_HELD = (
    col(OutboxRow.id),
    col(OutboxRow.lease_owner),
    col(OutboxRow.attempt),
    col(OutboxRow.generation),
)
_FORGET = (
    delete(OutboxRow)
    .where(_is(LEASED), tuple_(*_HELD).in_(bindparam("held", expanding=True)))
    .returning(col(OutboxRow.id))
)
# Sets whatever columns it is given values for.
_RELEASE = update(OutboxRow).where(
    col(OutboxRow.id) == bindparam("of"),
    _is(LEASED),
    col(OutboxRow.lease_owner) == bindparam("held_by"),
    col(OutboxRow.attempt) == bindparam("at_attempt"),
)


async def enqueue(
    tx: Transaction,
    effect: Effect,
    *,
    at: datetime,
    due_at: datetime | None = None,
    in_doubt: bool = False,
) -> None:
    """Ask for `effect`, not before `due_at` (None: at once).

    An effect with a key that is waiting already is not put twice: it keeps the sooner due
    time. One that is being performed is performed once more afterwards.
    """
    values = {
        "kind": type(effect).__name__,
        "key": effect.key,
        "payload": to_json(effect),
        "urgency": int(effect.urgency),
        "due_at": due_at or at,
        "state": PENDING,
        "attempt": 0,
        "failures": 0,
        "generation": 1,
        "in_doubt": in_doubt,
        "put_at": at,
        "problem": "",
    }
    await tx.execute(_PUT_SQLITE if tx.is_sqlite else _PUT_POSTGRES, values)
    tx.after_commit(tx.ring)


async def claim(
    tx: Transaction, *, owner: str, most: int, now: datetime, lease: timedelta
) -> list[Claim]:
    """Take up to `most` due effects, the most urgent first."""
    parameters = {"owner": owner, "most": most, "now": now, "lease_until": now + lease}
    rows = await tx.all(_CLAIM_SQLITE if tx.is_sqlite else _CLAIM_POSTGRES, parameters)
    rows.sort(key=lambda row: (row["urgency"], row["due_at"], row["id"]))
    claims = []
    for row in rows:
        effect = _effect(row["kind"], row["payload"])
        if effect is None:
            await _bury(tx, row["id"])
            continue
        claims.append(
            Claim(
                id=row["id"],
                effect=effect,
                owner=owner,
                attempt=row["attempt"],
                failures=row["failures"],
                generation=row["generation"],
                in_doubt=row["in_doubt"],
                put_at=row["put_at"],
            )
        )
    return claims


async def settle_done(
    tx: Transaction, done: Sequence[Claim], *, again_at: datetime
) -> Collection[int]:
    """Forget performed effects; return the ids of those no other worker has taken over.

    Those asked for again while they were being performed fall due at `again_at` instead.
    """
    held = [(claim.id, claim.owner, claim.attempt, claim.generation) for claim in done]
    forgotten = {row["id"] for row in await tx.all(_FORGET, {"held": held})}
    for claim in done:
        if claim.id not in forgotten and await _release(
            tx, claim, attempt=0, failures=0, in_doubt=False, due_at=again_at, problem=""
        ):
            forgotten.add(claim.id)
    return forgotten


async def settle_later(
    tx: Transaction,
    failed: Claim,
    *,
    due_at: datetime,
    in_doubt: bool,
    problem: str,
    is_failure: bool = False,
) -> bool:
    """Put a temporarily failed effect back until `due_at`; False when it was taken over.

    `is_failure` says that nobody foresaw the reason; such tries are counted.
    """
    return await _release(
        tx,
        failed,
        attempt=failed.attempt,
        failures=failed.failures + int(is_failure),
        due_at=due_at,
        in_doubt=failed.in_doubt or in_doubt,
        problem=problem,
    )


async def settle_dead(tx: Transaction, failed: Claim, *, problem: str) -> bool:
    """Give an effect up for good, keeping it as a dead letter; False when it was taken over."""
    return await _release(tx, failed, state=DEAD, problem=problem)


async def renew(
    tx: Transaction, ids: Collection[int], *, owner: str, now: datetime, lease: timedelta
) -> None:
    """Keep the leases of effects that take long."""
    await tx.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.lease_owner) == owner)
        .values(lease_until=now + lease)
    )


async def reclaim_leases(tx: Transaction, *, expired_at: datetime | None) -> int:
    """Make leased effects due again whose worker did not come back; return how many.

    What they were doing is in doubt from then on. None takes back every lease, which is only
    right where no other worker can exist.
    """
    lost = _is(LEASED)
    if expired_at is not None:
        lost = and_(lost, col(OutboxRow.lease_until) <= expired_at)
    return await tx.count_changed(
        update(OutboxRow)
        .where(lost)
        .values(state=PENDING, in_doubt=True, lease_owner=None, lease_until=None)
    )


async def dead_letters(tx: Transaction) -> list[DeadLetter]:
    """Return what was given up for good, the oldest first."""
    rows = await tx.all(select(OutboxRow).where(_is(DEAD)).order_by(col(OutboxRow.id)))
    return [
        to_domain(DeadLetter, row, escalation_id=_escalation_id(row["payload"])) for row in rows
    ]


async def revive_letters(tx: Transaction, ids: Collection[int], *, at: datetime) -> None:
    """Make dead letters due again; what is none is left alone."""
    await tx.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(ids), _is(DEAD))
        .values(state=PENDING, due_at=at, attempt=0, failures=0)
    )


async def backlog(tx: Transaction) -> Backlog:
    state = col(OutboxRow.state)
    # A failing effect falls due again and again; what it is owed since does not move.
    owed_at = case((col(OutboxRow.attempt) > 0, col(OutboxRow.put_at)), else_=col(OutboxRow.due_at))
    row = await tx.one(
        select(
            func.count().filter(state != DEAD).label("waiting"),
            func.count().filter(state == DEAD).label("dead"),
            func.min(owed_at).filter(state != DEAD).label("oldest_at"),
        ).select_from(OutboxRow)
    )
    return Backlog(**(row or {}))


async def waiting_of(tx: Transaction, kind: type[Effect]) -> int:
    """Return how many effects of a kind are waiting or being performed."""
    count = select(func.count().label("count")).where(
        col(OutboxRow.kind) == kind.__name__, or_(_is(PENDING), _is(LEASED))
    )
    row = await tx.one(count.select_from(OutboxRow))
    return int((row or {"count": 0})["count"])


async def _release(tx: Transaction, claim: Claim, state: str = PENDING, **values: Any) -> bool:
    held = {"of": claim.id, "held_by": claim.owner, "at_attempt": claim.attempt}
    free = {"state": state, "lease_owner": None, "lease_until": None}
    return await tx.count_changed(_RELEASE, {**held, **free, **values}) > 0


async def _bury(tx: Transaction, effect_id: int) -> None:
    """Keep an effect that cannot be read as a dead letter."""
    await tx.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id) == effect_id)
        .values(state=DEAD, problem=UNREADABLE, lease_owner=None, lease_until=None)
    )


def _escalation_id(payload: Any) -> int | None:  # JSON, of whichever version wrote it
    """Return the escalation that a stored effect is about; None when it does not say."""
    return payload.get("escalation_id") if isinstance(payload, dict) else None


def _effect(kind: str, payload: Mapping[str, Any]) -> Effect | None:
    """Return a stored effect; None when this version cannot read what another one wrote."""
    try:
        return to_domain(KINDS[kind], payload)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


KINDS: dict[str, type[Effect]] = {kind.__name__: kind for kind in EFFECTS}
