"""Loading a force directory into the record, and reading the force back out of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from muster.domain.checks import check
from muster.domain.directory import Directory, Placed
from muster.domain.errors import Fault, Refused, without_errors
from muster.domain.force import Force
from muster.domain.nouns import FORCE_ROWS
from muster.domain.record import Fact, entered, removed
from muster.domain.schema import Row
from muster.ports import Record, Views
from muster.services.provenance import LOADED, loaded_rows
from muster.services.sealing import opened, sealed

RECORD: Final = "(the record)"
"""Stands for a file in faults of rows that only the record has."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. Counts are by noun.

    ``kept``: rows in which the record goes before the directory, because a command made, changed or removed them
    after they were loaded. ``missing``: rows that were loaded once and are no longer in the directory, but stay.
    """

    entered: Mapping[str, int]
    changed: Mapping[str, int]
    removed: Mapping[str, int]
    unchanged: int
    kept: Sequence[str]
    missing: Sequence[str]
    warnings: Sequence[Fault]


@dataclass(slots=True)
class _Plan:
    """What a load is going to do, row by row, with the row as it is in the record (sealed) before."""

    enter: list[tuple[Row, Row | None]] = field(default_factory=list)
    remove: list[Row] = field(default_factory=list)
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stay: list[Row] = field(default_factory=list)  # rows of the record that the directory lacks or says otherwise
    overruled: set[str] = field(default_factory=set)  # streams of rows of the directory that the record goes before


def load(record: Record, directory: Directory, *, remove: bool = False) -> Loaded:
    """Bring the record up to the directory: one fact for each row entered, changed or, with ``remove``, taken out.

    Where a command has changed a row since it was loaded and the directory still says what was loaded, the record
    stays; where the directory says something new, the directory goes before. Rows that commands made stay.
    Without ``remove`` rows that the directory no longer has stay too, and are named.

    Raises ``FaultyDirectory`` when anything is wrong with the directory, alone or together with the rows that stay,
    and ``Refused`` when the record has another force.
    """
    faults = without_errors(check(directory, record.now))
    _refuse_other_force(record, directory)
    plan = _planned(record, directory, remove=remove)
    if plan.stay or plan.overruled:
        without_errors(check(_together(directory, plan), record.now))
    _append(record, directory, plan)
    return Loaded(
        entered=Counter(row.NOUN for row, before in plan.enter if before is None),
        changed=Counter(row.NOUN for row, before in plan.enter if before is not None),
        removed=Counter(row.NOUN for row in plan.remove),
        unchanged=plan.unchanged,
        kept=plan.kept,
        missing=plan.missing,
        warnings=faults,
    )


def export(views: Views, *, at: datetime | None = None, known_at: datetime | None = None) -> dict[str, list[Row]]:
    """The rows of the force directory in the record, by noun, with sealed texts opened; erased ones are empty.

    ``known_at``: as believed at that instant; ``at``: only what holds then.
    """
    found: dict[str, list[Row]] = {}
    for row in FORCE_ROWS:
        rows: list[Row] = [*views.rows(row, at=at, known_at=known_at)]
        if rows:
            found[row.NOUN] = opened(views, row, rows)
    return found


def _refuse_other_force(record: Record, directory: Directory) -> None:
    there, new = {f.force for f in record.rows(Force)}, {placed.row.force for placed in directory.of(Force)}
    if there and there != new:
        says = f"the record is of force {', '.join(sorted(there))}, the directory of {', '.join(sorted(new))}"
        raise Refused(f"{says}; a record has one force: name another database, or give the force its old name")


def _planned(record: Record, directory: Directory, *, remove: bool) -> _Plan:
    plan = _Plan()
    first = record.head()[0] == 0
    for row in FORCE_ROWS:
        wanted = {placed.row.key: placed.row for placed in directory.of(row)}
        if first:
            plan.enter += [(wanted[key], None) for key in sorted(wanted)]
        else:
            _plan_noun(plan, record, row, wanted, remove=remove)
    return plan


def _plan_noun(plan: _Plan, record: Record, row: type[Row], wanted: Mapping[str, Row], *, remove: bool) -> None:
    there: list[Row] = [*record.rows(row)]
    present = {r.key: r for r in there}
    said = {r.key: r for r in opened(record, row, there)}
    differ = sorted(key for key in wanted if said.get(key) != wanted[key])
    lacking = sorted(key for key in present if key not in wanted)
    plan.unchanged += len(wanted) - len(differ)
    loaded = loaded_rows(record, row, [*differ, *lacking])
    for key in differ:
        if loaded.get(key) == wanted[key]:
            _keep(plan, wanted[key].stream, said.get(key))
        else:
            plan.enter.append((wanted[key], present.get(key)))
    for key in lacking:
        if loaded.get(key) is None:
            plan.kept.append(present[key].stream)
            plan.stay.append(said[key])
        elif remove:
            plan.remove.append(present[key])
        else:
            plan.missing.append(present[key].stream)
            plan.stay.append(said[key])


def _keep(plan: _Plan, stream: str, row: Row | None) -> None:
    """The record goes before the directory: with its own row, or with none where a command removed it."""
    plan.kept.append(stream)
    plan.overruled.add(stream)
    if row is not None:
        plan.stay.append(row)


def _together(directory: Directory, plan: _Plan) -> Directory:
    """The rows that will stand in the record after the load."""
    entries = {
        noun: [placed for placed in rows if placed.row.stream not in plan.overruled]
        for noun, rows in directory.entries.items()
    }
    for row in plan.stay:
        entries.setdefault(row.NOUN, []).append(Placed(row, RECORD, None))
    return Directory(entries)


def _append(record: Record, directory: Directory, plan: _Plan) -> None:
    """Append the facts of a load, and the fact that says which facts those are. Nothing when nothing changed."""
    now = record.now
    rows = sealed(record, plan.enter)
    facts = [entered(row, before, now) for row, (_, before) in zip(rows, plan.enter, strict=True)]
    facts += [removed(row, now) for row in plan.remove]
    if not facts:
        return
    recorded = record.append(facts)
    force = directory.of(Force)[0].row
    body = {"first": recorded[0].seq, "last": recorded[-1].seq, "facts": _counts(facts)}
    record.append([Fact(f"directory/{force.force}", LOADED, now, body)])


def _counts(facts: Iterable[Fact]) -> dict[str, int]:
    return dict(sorted(Counter(fact.kind for fact in facts).items()))
