"""Tables of what somebody has read, and of what they prefer."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.escalations import escalation_key


class ReadMarkerRow(SQLModel, table=True):
    """How far into a timeline somebody has looked."""

    __tablename__ = "looks"

    user_id: str = Field(primary_key=True)
    escalation_id: int = escalation_key(primary=True)
    sequence: int
    looked_at: datetime


class PreferenceRow(SQLModel, table=True):
    __tablename__ = "preferences"

    user_id: str = Field(primary_key=True)
    is_muted: bool
