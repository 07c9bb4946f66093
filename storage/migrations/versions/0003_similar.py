"""An index of escalations' words, by which similar ones are found; what is there is indexed."""

from alembic import op

from storage.migrations.word_index import follow

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("title", "problem", "business_impact", "customer_ask", "situation", "outcome")
# Postgres' own parser takes `order.release` for a host and `a/b` for a path: one word each.
PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[]^_`{|}~'


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        names = ", ".join(COLUMNS)
        op.execute(
            f"CREATE VIRTUAL TABLE escalation_words USING fts5({names}, content='escalations', "
            "content_rowid='id', tokenize='porter unicode61 remove_diacritics 0')"
        )
        follow(op.get_bind())
    else:
        _on_postgres()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("gone", "changed"):
            op.execute(f"DROP TRIGGER IF EXISTS escalation_words_{name}")
    else:
        op.execute("DROP TRIGGER escalation_words_follow ON escalations")
        op.execute("DROP FUNCTION index_escalation_words()")
        op.execute("DROP FUNCTION words_of_escalation(escalations)")
    op.execute("DROP TABLE escalation_words")


def _on_postgres() -> None:
    op.execute(
        "CREATE TABLE escalation_words ("
        " escalation_id integer PRIMARY KEY REFERENCES escalations ON DELETE CASCADE,"
        " words tsvector NOT NULL)"
    )
    op.execute(
        "CREATE FUNCTION words_of_escalation(e escalations) RETURNS tsvector"
        f" LANGUAGE sql IMMUTABLE AS $$ SELECT {_vector('e')} $$"
    )
    op.execute(
        "INSERT INTO escalation_words SELECT e.id, words_of_escalation(e) FROM escalations e"
    )
    op.execute("CREATE INDEX ix_escalation_words_words ON escalation_words USING gin (words)")
    old, new = (", ".join(f"{age}.{name}" for name in COLUMNS) for age in ("OLD", "NEW"))
    op.execute(
        f"""
        CREATE FUNCTION index_escalation_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF ({old}) IS DISTINCT FROM ({new}) THEN
            UPDATE escalation_words SET words = words_of_escalation(NEW)
            WHERE escalation_id = NEW.id;
          END IF;
          RETURN NULL;
        END $$
        """  # noqa: S608  # names of columns
    )
    op.execute(
        "CREATE TRIGGER escalation_words_follow AFTER UPDATE ON escalations"
        " FOR EACH ROW EXECUTE FUNCTION index_escalation_words()"
    )


def _vector(row: str) -> str:
    """The words of a row, those of its title with more weight."""
    title, *others = COLUMNS
    rest = " || ' ' || ".join(f"{row}.{name}" for name in others)
    return f"setweight({_words(f'{row}.{title}')}, 'A') || {_words(rest)}"


def _words(text: str) -> str:
    blanks = " " * len(PUNCTUATION)
    return f"to_tsvector('english', translate({text}, '{PUNCTUATION}', '{blanks}'))"
