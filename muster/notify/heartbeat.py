"""The sign of life: one request to somebody outside, who raises the alarm when it stays away."""

from typing import Final

import requests

TIMEOUT: Final = (5.0, 9.0)  # to connect and to read, in seconds


def beat(url: str) -> str:
    """Send it; returns how that went, without the URL, which may hold a secret."""
    try:
        answer = requests.get(url, timeout=TIMEOUT)
    except requests.RequestException as error:
        return f"not sent: {type(error).__name__}"
    return "sent" if answer.ok else f"not sent: answered {answer.status_code}"
