"""Escalations alike: one search for SQLite's and Postgres' full text; private ones stay hidden."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import col

from bot.domain.escalation.escalation import CustomerId, Escalation, EscalationId
from bot.domain.people import SlackUserId
from bot.domain.plan.item import ItemState
from bot.domain.plan.kinds import ItemKind
from bot.domain.reading.similar import SimilarEscalation, Similarity, telling_words
from bot.domain.text.folding import fold
from storage.database.database import Row, Transaction
from storage.escalation import escalations
from storage.mapping import to_domain
from storage.tables.escalations import CustomerRow, EscalationRow, ItemRow, RoomRow

# How much each likeness counts beside the words of the best match, which count 1.
SAME_CUSTOMER, SAME_CATEGORY = 0.5, 0.25
TITLE, OTHER_TEXTS = 3.0, 1.0  # weights of a word by where it stands
# Texts in SQLite's index, in its order.
_TEXTS = ("title", "problem", "business_impact", "customer_ask", "situation", "outcome")
RAREST = 10  # words Postgres ranks by
MOST_WORKED = 3  # things that helped, told of one escalation
COMMON = 0.02  # share of escalations from which on a word tells little
# Postgres' rank does not know how rare a word is, and takes its time for every hit: without this,
# words that stand everywhere cost most and tell nothing. SQLite's bm25 weighs them itself. Those
# that its statistics know as common are left out first, because counting them takes longest.
_RARITY = text(
    "WITH common AS (SELECT lexeme FROM (SELECT unnest(most_common_elems::text::text[]) AS lexeme,"
    " unnest(most_common_elem_freqs) AS share FROM pg_stats WHERE schemaname = current_schema()"
    " AND tablename = 'escalation_words' AND attname = 'words') AS known WHERE share > :common),"
    " counted AS (SELECT word, (SELECT count(*) FROM escalation_words"
    " WHERE words @@ to_tsquery('english', quote_literal(word))) AS held"
    " FROM unnest(CAST(:words AS text[])) AS word"
    " WHERE NOT EXISTS (SELECT 1 FROM common"
    " WHERE lexeme = coalesce((ts_lexize('english_stem', word))[1], word)))"
    " SELECT word FROM counted WHERE held >= :least ORDER BY held LIMIT :most"
)
_LEARN_SQLITE = text(
    f"INSERT INTO escalation_words (rowid, {', '.join(_TEXTS)}) SELECT id, {', '.join(_TEXTS)}"  # noqa: S608  # names of columns
    " FROM escalations WHERE id = :id"
    " AND NOT EXISTS (SELECT 1 FROM escalation_words_docsize WHERE id = :id)"
)
_LEARN_POSTGRES = text(
    "INSERT INTO escalation_words SELECT e.id, words_of_escalation(e) FROM escalations e"
    " WHERE e.id = :id ON CONFLICT DO NOTHING"
)
_INDEX = table("escalation_words", column("rowid"), column("escalation_id"))


async def learn(tx: Transaction, escalation_id: EscalationId) -> None:
    """Have an escalation be found from now on; again changes nothing.

    What its texts become later, the index follows by itself. Apart from recording one, because
    indexing takes as long as that, and the person who raised it waits.
    """
    await tx.execute(_LEARN_SQLITE if tx.is_sqlite else _LEARN_POSTGRES, {"id": escalation_id})


async def similar(  # noqa: PLR0913  # each of them is a part of the question
    tx: Transaction,
    words: str | Sequence[str],
    *,
    seen_by: SlackUserId,
    limit: int,
    only_own: bool = False,
    but: EscalationId | None = None,
    customer_id: CustomerId | None = None,
    category: str | None = None,
) -> list[SimilarEscalation]:
    """Return escalations that are alike, past and present, the most alike first.

    Whoever may not know of one does not find it: that is part of the search, so that a page is
    never shorter for it. A customer whose name is among the words counts as the customer.

    Args:
        tx: Of a transaction that reads.
        words: Anything people type; operators of a search mean nothing in it.
        seen_by: Who asks.
        limit: How many at most.
        only_own: For guests and people from outside: only what they have a part in.
        but: The escalation that others are compared with; it is not found itself.
        customer_id: Whose escalations are nearer than others; None when there is no such customer.
        category: Likewise.
    """
    found = telling_words([words] if isinstance(words, str) else words)
    same_customer = _of_customer(found, customer_id)
    same_category = col(EscalationRow.category) == category if category else false()
    alike = _alike(
        tx, await _rarest(tx, found, least=1 if but is None else 2), same_customer, same_category
    )
    condition = and_(
        escalations.known_to(seen_by, only_own=only_own),
        col(EscalationRow.id) != (but or 0),
    )
    rows = await tx.all(_ranked(alike.where(condition), limit))
    worked = await _worked(tx, [EscalationId(row["id"]) for row in rows])
    return [_alike_from(row, worked) for row in rows]


async def _rarest(tx: Transaction, words: Sequence[str], *, least: int) -> Sequence[str]:
    """Return those of the words that tell the most, where the ranking itself cannot know.

    They stand in `least` escalations or more. When all are common, the first ones have to do.
    """
    if tx.is_sqlite or not words:
        return words
    asked = {"words": list(words), "most": RAREST, "least": least, "common": COMMON}
    counted = await tx.all(_RARITY, asked)
    return [row["word"] for row in counted] or words[:RAREST]


def _alike(
    tx: Transaction,
    words: Sequence[str],
    same_customer: ColumnElement[bool],
    same_category: ColumnElement[bool],
) -> Select[Any]:
    """Select the ids of all that is alike in any way, and in which."""
    hits = _hits(tx, words).cte("hits")
    return (
        select(
            col(EscalationRow.id).label("found"),
            hits.c.rank.label("rank"),
            same_customer.label("is_customers"),
            same_category.label("is_category"),
        )
        .select_from(EscalationRow)
        .outerjoin(hits, hits.c.hit == col(EscalationRow.id))
        .where(or_(hits.c.hit.is_not(None), same_customer, same_category))
    )


def _hits(tx: Transaction, words: Sequence[str]) -> Select[Any]:
    """Select what the index holds of any of the words; the rank is higher the better it fits."""
    if not words:
        nothing: Any = select(literal_column("0").label("hit"), literal_column("0.0").label("rank"))
        return cast("Select[Any]", nothing.where(false()))
    if tx.is_sqlite:
        weights = ", ".join(map(str, [TITLE, *[OTHER_TEXTS] * len(_TEXTS[1:])]))
        rank: ColumnElement[Any] = literal_column(f"-bm25(escalation_words, {weights})")
        any_of = " OR ".join(f'"{word}"' for word in words)
        fits: Any = literal_column("escalation_words").op("MATCH")(any_of)
        return select(_INDEX.c.rowid.label("hit"), rank.label("rank")).where(fits)
    query = func.to_tsquery("english", " | ".join(f"'{word}'" for word in words))
    vector: ColumnElement[Any] = literal_column("escalation_words.words", TSVECTOR)
    share = OTHER_TEXTS / TITLE
    weighing: ColumnElement[Any] = literal_column(f"'{{{share},{share},{share},1}}'::real[]")
    # 1: divided by the logarithm of the length, as bm25 does in its way.
    rank_of = func.ts_rank(weighing, vector, query, 1)
    hit = _INDEX.c.escalation_id.label("hit")
    return select(hit, rank_of.label("rank")).where(vector.op("@@")(query))


def _of_customer(words: Sequence[str], customer_id: CustomerId | None) -> ColumnElement[bool]:
    """The condition that an escalation is the customer's, or one's whom the words name."""
    if customer_id is not None:
        return col(EscalationRow.customer_id) == customer_id
    name = col(CustomerRow.folded_name)
    named = [
        or_(name == fold(word), name.startswith(f"{fold(word)} ", autoescape=True))
        for word in words
    ]
    if not named:
        return false()
    return col(EscalationRow.customer_id).in_(select(col(CustomerRow.id)).where(or_(*named)))


def _ranked(alike: Select[Any], limit: int) -> Select[Any]:
    """Select whole rows of the most alike; among equals the newest."""
    part: FromClause = alike.subquery("alike")
    best = func.max(part.c.rank).over()
    score = (
        func.coalesce(part.c.rank / func.nullif(best, 0), 0)
        + case((part.c.is_customers, SAME_CUSTOMER), else_=0)
        + case((part.c.is_category, SAME_CATEGORY), else_=0)
    )
    top = (
        select(part, score.label("score"))
        .order_by(score.desc(), part.c.found.desc())
        .limit(limit)
        .subquery("top")
    )
    return (
        select(
            EscalationRow,
            col(CustomerRow.name).label("customer"),
            col(RoomRow.channel_id).label("room_channel"),
            top.c.rank,
            top.c.is_customers,
            top.c.is_category,
        )
        .select_from(top)
        .join(EscalationRow, col(EscalationRow.id) == top.c.found)
        .join(CustomerRow, col(CustomerRow.id) == col(EscalationRow.customer_id))
        .outerjoin(RoomRow, col(RoomRow.escalation_id) == col(EscalationRow.id))
        .order_by(top.c.score.desc(), top.c.found.desc())
    )


def _alike_from(row: Row, worked: dict[int, list[str]]) -> SimilarEscalation:
    escalation = to_domain(Escalation, row)
    likenesses = (
        (Similarity.CUSTOMER, row["is_customers"]),
        (Similarity.CATEGORY, row["is_category"]),
        (Similarity.WORDS, row["rank"] is not None),
    )
    told = [escalation.outcome, escalation.status_evidence if escalation.is_over else ""]
    helped = [text for text in told if text] + worked.get(escalation.id, [])
    return SimilarEscalation(
        escalation=escalation,
        customer=row["customer"],
        channel_id=row["room_channel"],
        why=tuple(likeness for likeness, is_so in likenesses if is_so),
        worked=tuple(helped[:MOST_WORKED]),
    )


async def _worked(tx: Transaction, ids: Collection[EscalationId]) -> dict[int, list[str]]:
    """Return decisions that stand and actions that were done, by escalation.

    Decisions come first; of each kind what people wrote before what a playbook laid down, and
    the newest first.
    """
    if not ids:
        return {}
    kind, state = col(ItemRow.kind), col(ItemRow.state)
    helped = or_(
        (kind == ItemKind.DECISION.value) & (state == ItemState.OPEN.value),
        (kind == ItemKind.ACTION.value) & (state == ItemState.DONE.value),
    )
    rows = await tx.all(
        select(col(ItemRow.escalation_id), kind, col(ItemRow.number), col(ItemRow.text))
        .where(col(ItemRow.escalation_id).in_(list(ids)), helped)
        .order_by(kind.desc(), col(ItemRow.key).is_not(None), col(ItemRow.number).desc())
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        word = "Decided" if row["kind"] == ItemKind.DECISION else "Done"
        found.setdefault(row["escalation_id"], []).append(f"{word}: {row['text']}")
    return found
