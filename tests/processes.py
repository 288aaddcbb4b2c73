"""``muster serve`` as a process of its own, as whoever runs Muster starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

LONGEST_SECONDS = 20
"""Until a server that does not end is ended: shorter than anything in it would wait for the record."""


def gateways_file(folder: Path) -> Path:
    """A gateways file that says where links lead, and prints what is sent."""
    file = folder / "gateways.toml"
    file.write_text('link = "https://muster.example.org"\n[channels]\ntelephone = "console"\n', encoding="utf-8")
    return file


class Serving:
    """A running server. ``close`` tells it to stop; ``said`` is then what it printed, ``status`` how it ended."""

    def __init__(self, database: str, gateways: Path, *more: str) -> None:
        words = ["serve", "--gateways", str(gateways), "--port", "0", *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "muster", *words],
            env={**os.environ, "MUSTER_DB": database},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        self.status: int | None = None
        self.url = next((word for word in self.said.replace(";", " ").split() if word.startswith("http")), "")

    def close(self) -> None:
        """Tell it to stop, and wait until it has."""
        if self.status is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
            with self.process as ended:
                self.said += ended.stdout.read() if ended.stdout else ""
            self.status = self.process.returncode
