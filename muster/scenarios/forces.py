"""The force of a scenario: generated or read from a directory, then changed as the scenario says."""

from pathlib import Path

from muster.domain.directory import Directory, Placed
from muster.domain.errors import without_errors
from muster.domain.schema import Row
from muster.files import read
from muster.scenarios.changes import changed
from muster.scenarios.city import city
from muster.scenarios.scenario import Scenario
from muster.scenarios.small import small_force


def force_of(scenario: Scenario) -> Directory:
    """The force directory of a scenario, its changes made. Raises ``Invalid`` for a change that is at fault, and
    ``FaultyDirectory`` for a directory that cannot be read."""
    entries: dict[str, list[Placed[Row]]] = {}
    for row in changed(_rows_of(scenario), scenario):
        entries.setdefault(row.NOUN, []).append(Placed(row, f"scenario {scenario.name}", None))
    return Directory(entries)


def _rows_of(scenario: Scenario) -> list[Row]:
    if scenario.force == "city":
        return city(scenario.members, scenario.seed)
    if scenario.force == "small":
        return small_force()
    found = read(scenario.folder / Path(scenario.force))  # an absolute path stays as it is
    without_errors(found.faults)
    return [row for rows in found.rows().values() for row in rows]
