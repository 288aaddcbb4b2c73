"""Facts that cannot be changed, and the side table of texts that can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FINAL = "SELECT RAISE(ABORT, 'the record is final')"

# REPLACE deletes without asking the DELETE trigger (unless recursive_triggers is on), so INSERT itself must refuse
# every sequence and version but the next.
TRIGGERS = (
    f"CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN {FINAL}; END",
    f"CREATE TRIGGER fact_kept BEFORE DELETE ON fact BEGIN {FINAL}; END",
    f"""CREATE TRIGGER fact_follows BEFORE INSERT ON fact
    WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM fact)
      OR new.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM fact WHERE stream = new.stream)
      OR new.previous IS NOT coalesce((SELECT hash FROM fact ORDER BY seq DESC LIMIT 1), '{"0" * 64}')
    BEGIN {FINAL}; END""",
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
    for trigger in TRIGGERS if op.get_bind().dialect.name == "sqlite" else ():
        op.execute(trigger)


def downgrade() -> None:
    """There is no way back: a record is not thrown away by a tool for changing schemas."""
    raise NotImplementedError
