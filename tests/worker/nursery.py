"""What lives are forked from: a process that has imported all a worker needs, and let apprise look at its plugins."""

import alembic.command  # noqa: F401
import psycopg  # noqa: F401

import tests.worker.lives  # noqa: F401
from muster.notify.gateways import Gateways

Gateways("https://muster.example.org", {"sms": "json://127.0.0.1:1/?:to={address}"}).notifier().close()
