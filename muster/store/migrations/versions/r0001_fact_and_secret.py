"""Facts that cannot be changed, and the side table of texts that can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FINAL = "SELECT RAISE(ABORT, 'the record is final')"

# On SQLite REPLACE deletes without asking the DELETE trigger (unless recursive_triggers is on), so INSERT itself must
# refuse every sequence and version but the next.
ON_SQLITE = (
    f"CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN {FINAL}; END",
    f"CREATE TRIGGER fact_kept BEFORE DELETE ON fact BEGIN {FINAL}; END",
    f"""CREATE TRIGGER fact_follows BEFORE INSERT ON fact
    WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM fact)
      OR new.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM fact WHERE stream = new.stream)
      OR new.previous IS NOT coalesce((SELECT hash FROM fact ORDER BY seq DESC LIMIT 1), '{"0" * 64}')
    BEGIN {FINAL}; END""",
)

# On PostgreSQL one trigger looks at all that a statement inserted, with one look into an index for each fact. In the
# order of their sequence each version must follow one that is there: as no two are equal, that leaves the next only.
FUNCTIONS = {
    "muster_final": """
BEGIN
    RAISE EXCEPTION 'the record is final' USING ERRCODE = 'integrity_constraint_violation';
END
""",
    "muster_follows": f"""
DECLARE
    first bigint;
    last bigint;
    new_ones bigint;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO first, last, new_ones FROM added;
    IF new_ones = 0 THEN
        RETURN NULL;
    END IF;
    IF last - first + 1 <> new_ones
        OR last <> (SELECT max(seq) FROM fact)
        OR first <> coalesce((SELECT max(seq) FROM fact WHERE seq < first), 0) + 1
        OR EXISTS (
            SELECT FROM added
            WHERE previous <> coalesce((SELECT hash FROM fact WHERE fact.seq = added.seq - 1), '{"0" * 64}')
                OR CASE version
                    WHEN 1 THEN false
                    ELSE NOT coalesce(
                        (SELECT before.seq < added.seq FROM fact before
                            WHERE before.stream = added.stream AND before.version = added.version - 1),
                        false
                    )
                END
        )
    THEN
        RAISE EXCEPTION 'the record is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
""",
}
# A table of the same name, which anybody may make for their session, is not looked at: pg_temp comes last.
ON_POSTGRESQL = (
    *(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {{schema}}, pg_temp AS $${body}$$"
        for name, body in FUNCTIONS.items()
    ),
    "CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON fact EXECUTE FUNCTION muster_final()",
    "CREATE TRIGGER fact_follows AFTER INSERT ON fact REFERENCING NEW TABLE AS added EXECUTE FUNCTION muster_follows()",
    # What the server notes about the values of a column are values of it, and stay when one is erased.
    *(f"ALTER TABLE secret ALTER COLUMN {name} SET STATISTICS 0" for name in ("salt", "text")),
)


def upgrade() -> None:
    """Make the two tables, and the triggers that keep facts as they are."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "fact",
        sa.Column("seq", whole, primary_key=True, autoincrement=False),
        sa.Column("stream", ordered, nullable=False),
        sa.Column("version", whole, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("recorded_at", "effective_at")),
        sa.Column("kind", ordered, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("body", "previous", "hash")),
        sa.UniqueConstraint("stream", "version", name="fact_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "secret",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for words in ON_SQLITE:
            connection.exec_driver_sql(words)
    else:
        schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        for words in ON_POSTGRESQL:
            connection.exec_driver_sql(words.replace("{schema}", schema))


def downgrade() -> None:
    """There is no way back: a record is not thrown away by a tool for changing schemas."""
    raise NotImplementedError
