"""What a clock promises, by severity; which promise was broken; the terms of the opening.

A broken promise is due when it was broken. Which of a clock's severities the contract sets was not
kept before: the claim stays as it was, for all of them.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQLITE = """
UPDATE sla_clocks SET terms = json_set(
    json_remove(terms, '$.source'),
    '$.contractual',
    json(CASE WHEN json_extract(terms, '$.contractual') THEN '["s1","s2","s3","s4"]'
        ELSE '[]' END),
    '$.sources',
    json(CASE WHEN json_extract(terms, '$.source') = 'policy' THEN '{}'
        ELSE json_object(
            's1', json_extract(terms, '$.source'), 's2', json_extract(terms, '$.source'),
            's3', json_extract(terms, '$.source'), 's4', json_extract(terms, '$.source')) END))
"""
POSTGRES = """
UPDATE sla_clocks SET terms = (terms - 'source') || jsonb_build_object(
    'contractual',
    CASE WHEN terms->>'contractual' = 'true' THEN '["s1","s2","s3","s4"]'::jsonb
        ELSE '[]'::jsonb END,
    'sources',
    CASE WHEN terms->>'source' = 'policy' THEN '{}'::jsonb
        ELSE jsonb_build_object('s1', terms->'source', 's2', terms->'source',
            's3', terms->'source', 's4', terms->'source') END)
"""
BACK_ON_SQLITE = """
UPDATE sla_clocks SET terms = json_set(
    json_remove(terms, '$.sources'),
    '$.source', coalesce((SELECT value FROM json_each(terms, '$.sources') LIMIT 1), 'policy'),
    '$.contractual',
    json(CASE WHEN json_array_length(terms, '$.contractual') > 0 THEN 'true' ELSE 'false' END))
"""
BACK_ON_POSTGRES = """
UPDATE sla_clocks SET terms = (terms - 'sources') || jsonb_build_object(
    'source',
    coalesce((SELECT value FROM jsonb_each_text(terms->'sources') LIMIT 1), 'policy'),
    'contractual', jsonb_array_length(terms->'contractual') > 0)
"""
BROKEN = "UPDATE sla_clocks SET due_at = breached_at WHERE breached_at IS NOT NULL"
BROKEN_FOR = """
UPDATE sla_clocks SET breached_severity = severity
WHERE breached_at IS NOT NULL AND target IS NOT NULL
"""
MISSED = """
UPDATE escalations SET next_update_due_at = (
    SELECT min(clock.breached_at) FROM sla_clocks AS clock
    WHERE clock.escalation_id = escalations.id AND clock.kind = 'next_update'
        AND clock.state = 'breached')
WHERE id IN (
    SELECT escalation_id FROM sla_clocks WHERE kind = 'next_update' AND state = 'breached')
"""


def upgrade() -> None:
    op.create_table(
        "promised_terms",
        sa.Column("escalation_id", sa.Integer(), sa.ForeignKey("escalations.id"), primary_key=True),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
    )
    column: sa.Column[str] = sa.Column("breached_severity", sqlmodel.sql.sqltypes.AutoString())
    op.add_column("sla_clocks", column)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # As the driver's own text: a colon in it begins no parameter.
    for statement in (SQLITE if is_sqlite else POSTGRES, BROKEN, BROKEN_FOR, MISSED):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.get_bind().exec_driver_sql(BACK_ON_SQLITE if is_sqlite else BACK_ON_POSTGRES)
    op.drop_column("sla_clocks", "breached_severity")
    op.drop_table("promised_terms")
