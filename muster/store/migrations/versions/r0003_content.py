"""What is too large for a fact: kept once, under its hash, which the fact has; as final as the fact."""

import sqlalchemy as sa
from alembic import op

from muster.store.migrations.versions.r0001_fact_and_secret import FINAL

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ON_SQLITE = (
    f"CREATE TRIGGER content_stays BEFORE UPDATE ON content BEGIN {FINAL}; END",
    f"CREATE TRIGGER content_kept BEFORE DELETE ON content BEGIN {FINAL}; END",
    # REPLACE would delete without asking the trigger above.
    f"""CREATE TRIGGER content_new BEFORE INSERT ON content
    WHEN EXISTS (SELECT 1 FROM content WHERE hash = new.hash)
    BEGIN {FINAL}; END""",
)
ON_POSTGRESQL = (
    "CREATE TRIGGER content_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON content EXECUTE FUNCTION muster_final()"
)


def upgrade() -> None:
    """Make the table, empty, and the triggers that keep it."""
    op.create_table(
        "content",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for words in ON_SQLITE:
            connection.exec_driver_sql(words)
    else:
        connection.exec_driver_sql(ON_POSTGRESQL)


def downgrade() -> None:
    """There is no way back: what facts name by its hash would be gone."""
    raise NotImplementedError
