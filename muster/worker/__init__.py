"""The worker: does what is due, and survives being stopped at any instant."""
