"""The table of who is in the rooms."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.escalations import escalation_key


class RoomMemberRow(SQLModel, table=True):
    """Whether somebody is in a room.

    Attributes:
        changed_at: When they came or went, by Slack's clock: what is older is not believed.
        recorded_at: When we learnt it, by ours: a comparison that began before it knows less.
    """

    __tablename__ = "room_members"

    escalation_id: int = escalation_key(primary=True)
    user_id: str = Field(primary_key=True, index=True)
    is_member: bool
    changed_at: datetime
    recorded_at: datetime
