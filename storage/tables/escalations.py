"""The tables, as SQLModel rows; they never leave this package.

Enums are stored as their text, so a new member needs no migration. Instants are aware UTC:
SQLModel's `datetime` column restores the zone on SQLite and refuses naive values.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

# Constraints need names, or SQLite migrations cannot drop them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
NullableJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def json_column() -> Any:
    return Field(sa_column=Column(Json, nullable=False))


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that meet a condition, which queries have to say in the same words."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def escalation_key(*, primary: bool = False) -> Any:
    """A reference to the escalation a row belongs to."""
    return Field(
        sa_column=Column(
            Integer,
            ForeignKey("escalations.id"),
            primary_key=primary,
            nullable=False,
            index=not primary,
        )
    )


class CustomerRow(SQLModel, table=True):
    __tablename__ = "customers"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    # Names are compared without case; the folded copy makes that one index on both databases.
    folded_name: str = Field(sa_type=Text, unique=True)
    tier: str
    time_zone: str
    region: str = ""
    arr: int | None = Field(default=None, sa_type=BigInteger)
    arr_currency: str = ""
    channel_id: str | None = Field(default=None, index=True)
    contract_reference: str = ""
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    contacts: list[dict[str, Any]] = json_column()
    is_listed: bool = True


class EscalationRow(SQLModel, table=True):
    """What is not over has no `ended_at`, and indexes that know nothing of the past."""

    __tablename__ = "escalations"
    __table_args__ = (
        partial_index("ix_escalations_open", "id", where="ended_at IS NULL"),
        partial_index(
            "ix_escalations_open_customer", "customer_id", "id", where="ended_at IS NULL"
        ),
        Index("ix_escalations_raised", "raised_by", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    customer_id: int = Field(foreign_key="customers.id", index=True)
    title: str = Field(sa_type=Text)
    problem: str = Field(sa_type=Text)
    business_impact: str = Field(sa_type=Text)
    customer_ask: str = Field(sa_type=Text)
    severity: str
    status: str
    visibility: str
    owner: str
    raised_by: str
    raised_at: datetime
    # One submission opens one escalation, however often and to whichever replica it comes.
    submission_key: str = Field(unique=True)
    version: int
    critical_on: date | None = None
    impact_started_at: datetime | None = None
    ticket_url: str | None = Field(default=None, sa_type=Text)
    crm_url: str | None = Field(default=None, sa_type=Text)
    source_permalink: str | None = Field(default=None, sa_type=Text)
    next_update_due_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    category: str | None = None
    situation: str = Field(default="", sa_type=Text)
    confidence: str | None = None
    confidence_why: str = Field(default="", sa_type=Text)
    status_reason: str = Field(default="", sa_type=Text)
    status_evidence: str = Field(default="", sa_type=Text)
    status_until: datetime | None = None
    hold_reason: str = ""
    held_at: datetime | None = None
    outcome: str = Field(default="", sa_type=Text)
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    reopen_count: int = 0
    archive_due_at: datetime | None = Field(default=None, index=True)
    handover_to: str | None = None
    handover_note: str = Field(default="", sa_type=Text)


class RoomRow(SQLModel, table=True):
    __tablename__ = "rooms"

    escalation_id: int = escalation_key(primary=True)
    state: str
    channel_id: str | None = Field(default=None, unique=True)
    name: str = ""
    is_private: bool
    card_ts: str | None = None
    plan_ts: str | None = None
    announcement_channel: str | None = None
    announcement_ts: str | None = None
    dm_channel: str | None = None
    dm_ts: str | None = None
    progress_view_id: str | None = None
    response_url: str | None = Field(default=None, sa_type=Text)
    topic: str = Field(default="", sa_type=Text)
    card_digest: str = ""
    plan_digest: str = ""
    announcement_digest: str = ""
    clocks_ts: str | None = None
    clocks_digest: str = ""
    failure: str = Field(default="", sa_type=Text)
    is_shared: bool = False
    reconciled_at: datetime | None = None
    reconcile_due_at: datetime | None = Field(default=None, index=True)


class RoomStepRow(SQLModel, table=True):
    __tablename__ = "room_steps"

    escalation_id: int = escalation_key(primary=True)
    step: str = Field(primary_key=True)
    state: str
    problem: str = Field(default="", sa_type=Text)


class ItemRow(SQLModel, table=True):
    """Everything the record keeps; of the message behind one, `source_ts` names it there."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("escalation_id", "kind", "number"),
        # A playbook applied twice adds nothing the second time.
        UniqueConstraint("escalation_id", "key"),
        # One message is one item of a kind, however many people say so and however often.
        UniqueConstraint("source_channel", "source_ts", "kind"),
        Index("ix_items_told", "told_channel", "told_ts"),
        partial_index("ix_items_owned", "escalation_id", "owner", where="ended_at IS NULL"),
        partial_index("ix_items_due", "owner", "due_at", where="ended_at IS NULL"),
        partial_index("ix_items_standing", "kind", "due_at", where="ended_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = escalation_key()
    kind: str
    number: int
    state: str
    recorded_by: str
    recorded_at: datetime
    said_at: datetime
    version: int
    key: str | None = None
    text: str = Field(sa_type=Text)
    owner: str | None = None
    role: str | None = None
    due_at: datetime | None = None
    forecast_at: datetime | None = None
    priority: str
    phase: str | None = None
    milestone: int | None = None
    done_when: str = Field(default="", sa_type=Text)
    mitigation: str = Field(default="", sa_type=Text)
    blocked_by: str = Field(default="", sa_type=Text)
    evidence: str = Field(default="", sa_type=Text)
    rationale: str = Field(default="", sa_type=Text)
    alternatives: str = Field(default="", sa_type=Text)
    risks: str = Field(default="", sa_type=Text)
    review_on: date | None = None
    is_customer_safe: bool = False
    source_channel: str | None = None
    source_ts: str | None = None
    source_thread_ts: str | None = None
    source_author: str = ""
    source_text: str = Field(default="", sa_type=Text)
    source_permalink: str = Field(default="", sa_type=Text)
    source_text_now: str | None = Field(default=None, sa_type=Text)
    source_is_gone: bool = False
    slips: list[dict[str, Any]] = json_column()
    ended_by: str | None = None
    ended_at: datetime | None = None
    replaced_by: int | None = None
    is_marked: bool = False
    ticked_on: str | None = None
    told_channel: str | None = None
    told_ts: str | None = None
    told_digest: str = ""


class PersonRow(SQLModel, table=True):
    __tablename__ = "people"

    id: str = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    kind: str
    time_zone: str
    locale: str = ""
    fetched_at: datetime
    is_admin: bool = False


class AssignmentRow(SQLModel, table=True):
    __tablename__ = "assignments"
    __table_args__ = (
        partial_index(
            "uq_assignments_held",
            "escalation_id",
            "role",
            "user_id",
            unique=True,
            where="ended_at IS NULL",
        ),
        partial_index(
            "ix_assignments_held_by", "user_id", "escalation_id", where="ended_at IS NULL"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = escalation_key()
    role: str
    user_id: str = Field(index=True)
    assigned_by: str
    assigned_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


class TimelineRow(SQLModel, table=True):
    __tablename__ = "timeline"
    __table_args__ = (
        UniqueConstraint("escalation_id", "sequence"),
        Index("ix_timeline_kind_at", "kind", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = escalation_key()
    sequence: int
    digest: str
    kind: str
    at: datetime
    actor: str | None = None
    text: str = Field(sa_type=Text)
    audience: str
    link: str | None = Field(default=None, sa_type=Text)
    said_at: datetime | None = None
    from_state: str | None = None
    to_state: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    payload: dict[str, Any] | None = Field(
        default=None, sa_column=Column(NullableJson, nullable=True)
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    commitments: dict[str, str] | None = Field(
        default=None, sa_column=Column(NullableJson, nullable=True)
    )
    field_keys: dict[str, str] | None = Field(
        default=None, sa_column=Column(NullableJson, nullable=True)
    )


class TimelineHeadRow(SQLModel, table=True):
    """Where each timeline ends, so that a last entry that was taken away is missed.

    Whatever is recorded moves the head; that is also how reminders hear of it.
    """

    __tablename__ = "timeline_heads"
    __table_args__ = (
        partial_index("ix_timeline_heads_remind", "remind_at", where="remind_at IS NOT NULL"),
    )

    escalation_id: int = escalation_key(primary=True)
    sequence: int
    digest: str
    progress_at: datetime | None = None
    remind_at: datetime | None = None
    mac: str | None = None
    mac_key: str | None = None


class DigestSubscriptionRow(SQLModel, table=True):
    """A channel's digest; `next_send_at` is the deadline, moved on by whoever claims it."""

    __tablename__ = "digest_subscriptions"

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    channel_id: str = Field(unique=True)
    zone: str
    at: time
    days: list[int] = json_column()
    filters: dict[str, Any] = json_column()
    asked_by: str
    asked_at: datetime
    next_send_at: datetime = Field(index=True)
    version: int
    claimed_for: datetime | None = None
    sent_for: datetime | None = None
    last_sent_at: datetime | None = None
    numbers: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))


class OutboxRow(SQLModel, table=True):
    """Effects not yet settled, and those given up; what is done is deleted.

    `generation` counts the times an effect was put again while waiting or being performed;
    it settles as done only at the generation it was claimed at.
    `in_doubt` says that an earlier try may have been performed without our knowing.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        partial_index("ix_outbox_due", "urgency", "due_at", "id", where="state = 'pending'"),
        partial_index("ix_outbox_lease", "lease_until", where="state = 'leased'"),
        UniqueConstraint("key"),
        # No number is given again when its effect is done: messages are told apart by them.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str | None = None
    payload: dict[str, Any] = json_column()
    urgency: int
    due_at: datetime
    state: str
    attempt: int
    failures: int = 0
    generation: int
    in_doubt: bool
    lease_owner: str | None = None
    lease_until: datetime | None = None
    put_at: datetime
    problem: str = Field(default="", sa_type=Text)


class InboxRow(SQLModel, table=True):
    __tablename__ = "inbox"

    key: str = Field(primary_key=True)
    seen_at: datetime = Field(index=True)
