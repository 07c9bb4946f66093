"""What waits to be posted says which entries it is about; what was in words is posted in them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
OUTBOX = sa.table("outbox", sa.column("id"), sa.column("kind"), sa.column("payload", JSON))


def upgrade() -> None:
    connection = op.get_bind()
    kinds = ("PostChange", "UnarchiveRoom", "NotifyManager")
    waiting = sa.select(OUTBOX).where(OUTBOX.c.kind.in_(kinds))
    for row in connection.execute(waiting).all():
        payload = json.loads(row.payload) if isinstance(row.payload, str) else row.payload
        kind, wanted = _converted(row.kind, payload)
        of_row = sa.update(OUTBOX).where(OUTBOX.c.id == row.id)
        connection.execute(of_row.values(kind=kind, payload=wanted))


def downgrade() -> None:
    """What waits cannot be read by the version before, and becomes dead letters there."""


def _converted(kind: str, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    escalation = payload.get("escalation_id")
    if kind == "NotifyManager":
        name = str(payload.pop("detail", "")).removeprefix("#")
        return kind, {**payload, "name": name}
    if kind == "UnarchiveRoom":
        return kind, {"escalation_id": escalation, "by": payload.get("by"), "entries": []}
    return "PostInRoom", {"escalation_id": escalation, "text": _sentence(payload), "link": None}


def _sentence(payload: dict[str, Any]) -> str:
    changes = [
        f"{what}: {f'{before} → ' if before else ''}{after}" if after else what
        for what, before, after in payload.get("changes", ())
    ]
    reason = f" ({payload['reason']})" if payload.get("reason") else ""
    return f"<@{payload.get('by')}> changed {'; '.join(changes)}{reason}."
