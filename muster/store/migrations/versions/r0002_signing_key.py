"""The key that signs links: kept beside the facts, because whoever reads a fact must not be able to sign."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: a key is made when it is first needed."""
    op.create_table(
        "signing_key",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """There is no way back: links that were sent out would be good no more."""
    raise NotImplementedError
