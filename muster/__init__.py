"""Muster: who is in command, who decides, who acts when nobody answers, and a record that proves it."""

__version__ = "0.1.0"
