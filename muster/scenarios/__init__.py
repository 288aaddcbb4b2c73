"""Scenarios: a force, a clock, commands at their times, and what is expected."""
