"""Migrations of what is kept, run by Alembic. Never change one that has been released; add the next."""
