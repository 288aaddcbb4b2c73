"""Somebody at the command line."""

import json
from typing import Any

from click.testing import CliRunner

from muster.cli import cli


class Desk:
    """A runner of commands on a record. ``words``: what each of them begins with."""

    def __init__(self, url: str, *words: str) -> None:
        self.runner, self.words = CliRunner(env={"MUSTER_DB": url}), words

    def told(self, *arguments: str) -> str:
        """What a command prints."""
        result = self.runner.invoke(cli, [*self.words, *arguments])
        assert result.exit_code == 0, result.output or result.exception
        return result.stdout

    def json(self, *arguments: str) -> Any:
        """What it answers as JSON."""
        return json.loads(self.told(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        """Why it does not."""
        result = self.runner.invoke(cli, [*self.words, *arguments])
        assert result.exit_code != 0
        return result.output + str(result.exception)
