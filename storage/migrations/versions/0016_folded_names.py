"""Names of customers folded anew: quotes, dashes and invisible characters make no difference.

Where two that were different become the same, the older one is found by that name. The others stay
as they are and keep their escalations; `warroom doctor` names them.
"""

import sqlalchemy as sa
from alembic import op

from bot.domain.text.folding import fold

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# No folded name holds it, so that nothing anybody types is equal to such a name.
APART = "\x1f"
CUSTOMERS = sa.table(
    "customers",
    sa.column("id", sa.Integer),
    sa.column("name", sa.Text),
    sa.column("folded_name", sa.Text),
)


def upgrade() -> None:
    taken: set[str] = set()
    wanted: dict[int, str] = {}
    for row in _rows():
        folded = fold(row.name)
        is_free = bool(folded) and folded not in taken
        taken.add(folded)
        wanted[row.id] = folded if is_free else f"{folded}{APART}{row.id}"
    _write(wanted)


def downgrade() -> None:
    _write({row.id: " ".join(row.name.split()).casefold() for row in _rows()})


def _rows() -> list[sa.Row[tuple[int, str, str]]]:
    return list(op.get_bind().execute(sa.select(*CUSTOMERS.c).order_by(CUSTOMERS.c.id)))


def _write(wanted: dict[int, str]) -> None:
    changed = {r.id: wanted[r.id] for r in _rows() if wanted[r.id] != r.folded_name}
    # Out of each other's way first: one may get the name that another still has.
    for names in ({number: f"{APART}{number}" for number in changed}, changed):
        for number, name in names.items():
            update = CUSTOMERS.update().where(CUSTOMERS.c.id == number)
            op.execute(update.values(folded_name=name))
