"""What processes of tests are forked from: one that has imported all they need, and let apprise look at its plugins."""

import importlib

import alembic.command  # noqa: F401
import psycopg  # noqa: F401

import tests.store.timers
import tests.store.writers
import tests.worker.lives  # noqa: F401
from muster.cli import COMMANDS
from muster.notify.gateways import Gateways

for module, _ in COMMANDS.values():
    importlib.import_module(f"muster.cli.{module.partition(':')[0]}")
Gateways("https://muster.example.org", {"sms": "json://127.0.0.1:1/?:to={address}"}).notifier().close()
