"""The tables of SLA clocks, as SQLModel rows; they never leave this package."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.escalations import escalation_key, json_column


class SlaClockRow(SQLModel, table=True):
    """One promise; what it is computed from is in its segments, `due_at` is for the eye.

    `next_rung_at` is the instant at which somebody has to look at it again.
    """

    __tablename__ = "sla_clocks"
    __table_args__ = (
        UniqueConstraint("escalation_id", "kind", "cycle"),
        Index(
            "ix_sla_clocks_next_rung",
            "next_rung_at",
            "id",
            sqlite_where=text("next_rung_at IS NOT NULL"),
            postgresql_where=text("next_rung_at IS NOT NULL"),
        ),
        Index(
            "ix_sla_clocks_breached",
            "breached_at",
            sqlite_where=text("breached_at IS NOT NULL"),
            postgresql_where=text("breached_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = escalation_key()
    kind: str
    cycle: int
    severity: str
    terms: dict[str, Any] = json_column()
    target: str | None = None
    started_at: datetime
    due_at: datetime | None = None
    next_rung_at: datetime | None = None
    state: str
    has_workaround: bool
    stopped_at: datetime | None = None
    is_confirmed: bool
    breached_at: datetime | None = None
    breached_severity: str | None = None
    cancelled_at: datetime | None = None
    waived_by: str | None = None
    waived_at: datetime | None = None
    waived_why: str = Field(default="", sa_type=Text)
    how: str = Field(default="", sa_type=Text)
    version: int


def clock_key() -> Any:
    """A reference to the clock a row belongs to, and the first part of its key."""
    return Field(
        sa_column=Column(Integer, ForeignKey("sla_clocks.id"), primary_key=True, nullable=False)
    )


class ClockSegmentRow(SQLModel, table=True):
    __tablename__ = "clock_segments"

    clock_id: int = clock_key()
    number: int = Field(primary_key=True)
    from_at: datetime
    to_at: datetime | None = None
    reason: str | None = None
    evidence: str = Field(default="", sa_type=Text)
    by: str | None = None
    until_at: datetime | None = None
    ended_because: str = Field(default="", sa_type=Text)


class PromisedTermsRow(SQLModel, table=True):
    """What was promised when an escalation was opened, by the clocks that begin later."""

    __tablename__ = "promised_terms"

    escalation_id: int = escalation_key(primary=True)
    terms: dict[str, Any] = json_column()


class RungRow(SQLModel, table=True):
    """A rung that was told; one row each, however many replicas look."""

    __tablename__ = "rungs"

    clock_id: int = clock_key()
    rung: str = Field(primary_key=True)
    told_at: datetime
    times: int
    repeat_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None


class ClockNoticeRow(SQLModel, table=True):
    """One message about clocks, whose lines gather what falls together."""

    __tablename__ = "clock_notices"

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = escalation_key()
    spot: str
    made_at: datetime
    lines: list[Any] = json_column()
    people: list[Any] = json_column()
    is_answered: bool
    place: str = ""
    channel_id: str | None = None
    ts: str | None = None
    digest: str = ""


class BreachRow(SQLModel, table=True):
    """A broken promise, and what was written down about it since."""

    __tablename__ = "breaches"

    clock_id: int = clock_key()
    escalation_id: int = escalation_key()
    breached_at: datetime
    is_contractual: bool
    cause: str = Field(default="", sa_type=Text)
    effect: str = Field(default="", sa_type=Text)
    next_target_at: datetime | None = None
    is_customer_told: bool | None = None
    customer_told_at: datetime | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    version: int = 1


class RecoveryRow(SQLModel, table=True):
    """How a promise in danger is to be kept after all; the latest note stands."""

    __tablename__ = "recoveries"

    clock_id: int = clock_key()
    plan: str = Field(sa_type=Text)
    forecast_at: datetime
    noted_by: str
    noted_at: datetime
    version: int
