"""Items replace plans; timelines become chains; lifecycle, looks and preferences."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("forecast_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("priority", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phase", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("milestone", sa.Integer(), nullable=True),
        sa.Column("done_when", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("is_customer_safe", sa.Boolean(), nullable=False),
        sa.Column("source_channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_ts", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_thread_ts", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("source_permalink", sa.Text(), nullable=False),
        sa.Column("source_text_now", sa.Text(), nullable=True),
        sa.Column("source_is_gone", sa.Boolean(), nullable=False),
        sa.Column(
            "slips",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("ended_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("is_marked", sa.Boolean(), nullable=False),
        sa.Column("ticked_on", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("told_channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("told_ts", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("told_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_items_escalation_id_escalations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("escalation_id", "key", name=op.f("uq_items_escalation_id_key")),
        sa.UniqueConstraint(
            "escalation_id", "kind", "number", name=op.f("uq_items_escalation_id_kind_number")
        ),
        sa.UniqueConstraint(
            "source_channel",
            "source_ts",
            "kind",
            name=op.f("uq_items_source_channel_source_ts_kind"),
        ),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_items_due",
            ["owner", "due_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_items_escalation_id"), ["escalation_id"], unique=False)
        batch_op.create_index("ix_items_told", ["told_channel", "told_ts"], unique=False)

    op.create_table(
        "looks",
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_looks_escalation_id_escalations")
        ),
        sa.PrimaryKeyConstraint("user_id", "escalation_id", name=op.f("pk_looks")),
    )
    op.create_table(
        "timeline_heads",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_timeline_heads_escalation_id_escalations"),
        ),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_timeline_heads")),
    )
    _keep_plans()
    op.drop_table("plans")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )

    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("situation", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("confidence", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("confidence_why", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("status_reason", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("status_evidence", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("status_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(sa.Column("outcome", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("resolved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("reopen_count", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("archive_due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("handover_to", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("handover_note", sa.Text(), server_default="", nullable=False)
        )
        batch_op.create_index(
            batch_op.f("ix_escalations_archive_due_at"), ["archive_due_at"], unique=False
        )

    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "digest", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )

    _chain_timelines()
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f("uq_timeline_escalation_id_sequence"), ["escalation_id", "sequence"]
        )


def downgrade() -> None:
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_timeline_escalation_id_sequence"), type_="unique")
        batch_op.drop_column("said_at")
        batch_op.drop_column("digest")
        batch_op.drop_column("sequence")

    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalations_archive_due_at"))
        batch_op.drop_column("handover_note")
        batch_op.drop_column("handover_to")
        batch_op.drop_column("archive_due_at")
        batch_op.drop_column("reopen_count")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("resolved_at")
        batch_op.drop_column("outcome")
        batch_op.drop_column("status_until")
        batch_op.drop_column("status_evidence")
        batch_op.drop_column("status_reason")
        batch_op.drop_column("confidence_why")
        batch_op.drop_column("confidence")
        batch_op.drop_column("situation")
        batch_op.drop_column("category")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_column("accepted_at")

    op.create_table(
        "plans",
        sa.Column("escalation_id", sa.INTEGER(), nullable=False),
        sa.Column(
            "exit_criteria",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "milestones",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "actions",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_plans_escalation_id_escalations")
        ),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_plans")),
    )
    op.drop_table("timeline_heads")
    op.drop_table("looks")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index("ix_items_told")
        batch_op.drop_index(batch_op.f("ix_items_escalation_id"))
        batch_op.drop_index(
            "ix_items_due",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("items")
    op.drop_table("preferences")


def _keep_plans() -> None:
    """Make each entry of a plan an item of its own."""
    connection = op.get_bind()
    plans, items = _table("plans"), _table("items")
    raised = _table("escalations")
    about = {row["id"]: row for row in connection.execute(sa.select(raised)).mappings().all()}
    for plan in connection.execute(sa.select(plans)).mappings().all():
        escalation = about[plan["escalation_id"]]
        for kind, entries in (
            ("criterion", [{"text": text} for text in plan["exit_criteria"]]),
            ("milestone", plan["milestones"]),
            ("action", plan["actions"]),
        ):
            for number, entry in enumerate(entries, 1):
                values = _item(escalation, kind, number, entry)
                connection.execute(items.insert().values(values))


def _item(escalation: Any, kind: str, number: int, entry: dict[str, Any]) -> dict[str, Any]:
    text = entry.get("text") or entry["title"]
    due_at = entry.get("due_at")
    at = escalation["raised_at"]
    empty = ("mitigation", "blocked_by", "evidence", "rationale", "alternatives", "risks")
    unset = ("source_author", "source_text", "source_permalink", "told_digest")
    return {
        **dict.fromkeys((*empty, *unset), ""),
        **dict.fromkeys(("source_is_gone", "is_marked"), False),
        "escalation_id": escalation["id"],
        "kind": kind,
        "number": number,
        "state": "open",
        "recorded_by": escalation["raised_by"],
        "recorded_at": at,
        "said_at": at,
        "version": 1,
        "key": f"{kind}:{text.casefold()}",
        "text": text,
        "role": entry.get("role"),
        "due_at": datetime.fromisoformat(due_at) if due_at else None,
        "priority": "normal",
        "phase": entry.get("phase"),
        "done_when": entry.get("done_when", ""),
        "is_customer_safe": kind != "action",
        "slips": [],
    }


def _chain_timelines() -> None:
    """Number the entries of each escalation and prove each of them, as new ones are."""
    connection = op.get_bind()
    entries, heads = _table("timeline"), _table("timeline_heads")
    last: dict[int, tuple[int, str]] = {}
    for row in connection.execute(sa.select(entries).order_by(entries.c.id)).mappings().all():
        sequence, previous = last.get(row["escalation_id"], (0, ""))
        digest = _digest(row, sequence + 1, previous)
        last[row["escalation_id"]] = (sequence + 1, digest)
        placed = entries.update().where(entries.c.id == row["id"])
        connection.execute(placed.values(sequence=sequence + 1, digest=digest))
    for escalation_id, (sequence, digest) in last.items():
        values = {"escalation_id": escalation_id, "sequence": sequence, "digest": digest}
        connection.execute(heads.insert().values(values))


def _digest(row: Any, sequence: int, previous: str) -> str:
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = [previous, row["escalation_id"], sequence, row["kind"], at, None]
    said += [row["actor"], row["text"], row["audience"], row["link"]]
    canonical = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _table(name: str) -> sa.Table:
    """Return a table as it is at this step, its instants aware and its JSON read."""
    connection = op.get_bind()

    def typed(_inspector: Any, _table: Any, column: dict[str, Any]) -> None:
        if column["name"] in {"at", "said_at", "due_at", "forecast_at", "recorded_at", "raised_at"}:
            column["type"] = sqlmodel.sql.sqltypes.UTCDateTime()

    return sa.Table(
        name,
        sa.MetaData(),
        autoload_with=connection,
        listeners=[("column_reflect", typed)],
    )
