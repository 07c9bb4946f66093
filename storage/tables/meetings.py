"""The tables of rhythms, their calls, and reminders; rows never leave this package."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.escalations import json_column


class CadenceRow(SQLModel, table=True):
    """When the next call or update of a kind is; what rests has no `next_at`."""

    __tablename__ = "rhythms"
    __table_args__ = (
        UniqueConstraint("escalation_id", "kind"),
        Index(
            "ix_rhythms_due",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = Field(foreign_key="escalations.id")
    kind: str
    severity: str
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_sequence: int
    skipped: int
    version: int


class MeetingRow(SQLModel, table=True):
    """One occasion of a rhythm, and our message about it.

    It names its rhythm and not its escalation: a sweep that holds rhythms would otherwise wait for
    whoever holds the escalation, and they for the sweep.
    """

    __tablename__ = "calls"
    __table_args__ = (UniqueConstraint("channel_id", "ts"),)

    id: int | None = Field(default=None, primary_key=True)
    rhythm_id: int = Field(foreign_key="rhythms.id", index=True)
    called_at: datetime
    called_by: str | None = None
    since: int
    until: int
    state: str
    ended_by: str | None = None
    ended_at: datetime | None = None
    reason: str = Field(default="", sa_type=Text)
    channel_id: str | None = None
    ts: str | None = None
    digest: str = ""


class ReminderRow(SQLModel, table=True):
    """What somebody was reminded of, and what they answered; what was never said has no row."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("escalation_id", "kind", "subject", "person"),
        Index(
            "ix_reminders_in_hand",
            "person",
            sqlite_where=text("state <> 'told'"),
            postgresql_where=text("state <> 'told'"),
        ),
        Index("ix_reminders_batch", "batch"),
    )

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = Field(foreign_key="escalations.id")
    kind: str
    subject: str
    person: str
    basis: datetime
    state: str
    due_at: datetime
    rung_at: datetime | None = None
    count: int
    snoozed_until: datetime | None = None
    is_stopped: bool
    in_room: bool
    batch: str
    channel: str | None = None
    ts: str | None = None
    said: list[Any] = json_column()
    version: int


class DirectMessageRow(SQLModel, table=True):
    """One direct message of reminders to a person, for as long as more may join it."""

    __tablename__ = "direct_messages"
    __table_args__ = (Index("ix_direct_messages_last", "person", "posted_at"),)

    batch: str = Field(primary_key=True)
    person: str
    posted_at: datetime
    step: int
    is_answered: bool
    channel: str | None = None
    ts: str | None = None
