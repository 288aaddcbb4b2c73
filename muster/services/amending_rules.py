"""The lines of members held to the hours rules with entries changed: what that would cross which is not crossed now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from muster.domain.duty import HoursRule
from muster.domain.limits import Breach
from muster.domain.planned_lines import crossings, new_at_once, newly_crossed
from muster.domain.presence import DutyFile, as_planned
from muster.domain.profiles import profile_named
from muster.domain.published import DutyLine
from muster.domain.rosters import Crossing
from muster.domain.snapshot import Snapshot
from muster.ports import Views
from muster.services.offices import force_of
from muster.services.publishing import hard_says, waivers_for
from muster.services.snapshots import snapshot

AFTER: Final = timedelta(days=9)
"""So long after a tour its hours still count in a week."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A member's lines of published rosters, as they are to stand: ``file`` before, ``as_amended`` with them.
    ``twice``: in words, tours at once; ``hard``: hard rules that they would cross and do not now, each in words;
    ``waived``: waivers without which they would cross more; ``cautions``: what else they would cross and do not now."""

    member: str
    file: DutyFile
    as_amended: DutyFile
    twice: Sequence[str]
    hard: Mapping[Breach, str]
    waived: Sequence[str]
    cautions: Sequence[Breach]

    @property
    def broken(self) -> Sequence[str]:
        """All that is in the way, in words."""
        return [*self.twice, *self.hard.values()]


def held_to_rules(views: Views, lines: Sequence[DutyLine]) -> dict[str, Altered]:
    """Each member whose lines are to stand like this, with all their lines of all rosters looked at together. Who is
    on duty now goes off when the tour ends: signing off is what nobody does before."""
    if not lines:
        return {}
    by_member: dict[str, list[DutyLine]] = defaultdict(list)
    for line in lines:
        by_member[line.member].append(line)
    start, end = min(line.since for line in lines), max(line.until for line in lines) + AFTER
    back = end - start + profile_named(force_of(views).profile, views.rows(HoursRule)).back
    state = snapshot(views, [], at=end, members=by_member, back=back)
    files = {m: as_planned(state.files.get(m, DutyFile(m)), state.schedule, views.now) for m in by_member}
    return {m: _altered(state, files[m], changed) for m, changed in by_member.items()}


def _altered(state: Snapshot, file: DutyFile, changed: Sequence[DutyLine]) -> Altered:
    zone, start, end = state.schedule.zone, min(x.since for x in changed), max(x.until for x in changed) + AFTER
    keys = {line.key: line for line in changed}
    as_amended = replace(file, lines=[keys.get(line.key, line) for line in file.lines])

    days = [day for line in file.lines if line.key in keys for day in line.changed_days(keys[line.key])]
    new = newly_crossed(file, as_amended, state.schedule, state.profile, (start, end), days) if days else []
    waived: set[str] = set()
    if file.waivers:
        bare = crossings(replace(as_amended, waivers=()), state.schedule, state.profile, start, end)
        waived = {key for b in bare if b.level == "unfit" for key in waivers_for(file, b)}
    twice = [said for _, said in new_at_once(file, as_amended, state.schedule, start, end)]
    hard = {b: hard_says(Crossing(file.member, b), zone) for b in new if b.level == "unfit"}
    cautions = [b for b in new if b.level != "unfit"]
    return Altered(file.member, file, as_amended, twice, hard, sorted(waived), cautions)
