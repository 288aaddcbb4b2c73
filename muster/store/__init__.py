"""The record and its views, kept in a database."""
