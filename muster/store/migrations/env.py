"""How Alembic gets its connection: from us, inside a transaction that is ours to end."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
