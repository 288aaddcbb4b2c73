"""Reaching people: gateways for messages, and the signed links that they answer with."""
