"""One function per thing a person, or the worker, does."""
