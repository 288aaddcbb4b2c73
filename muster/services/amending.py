"""Amending published rosters: entries of lines, by somebody entitled, each for a reason."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.instants import local_text
from muster.domain.limits import Breach
from muster.domain.published import AMENDED, OFF, DutyLine, Published, changed_digest, entry_of, said_of
from muster.domain.record import Fact
from muster.domain.schedule import Turn, turn_on
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services.amending_rules import Altered, held_to_rules
from muster.services.offices import force_of, unit_named
from muster.services.publishers import signer_of
from muster.services.publishing import lines_of
from muster.services.roster_faults import told
from muster.services.roster_parts import gaps_of, meets


@dataclass(frozen=True, slots=True)
class Amendment:
    """One entry that is to be another. ``tour``: a tour, or ``off``. ``request``: by which it is; None: by none."""

    unit: str
    member: str
    day: date
    tour: str
    reason: str
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is in the way of amendments: ``entry``, its place among those wanted from 0 on, None: of all of them.
    ``missing``: nothing is published there. ``breach``: the hard rule of which a waiver would let it pass."""

    entry: int | None
    says: str
    missing: bool = False
    breach: Breach | None = None


class EntriesRefused(Refused):
    """Entries that cannot be amended, with all that is in the way of each."""

    def __init__(self, wrong: Sequence[Wrong], rosters: Sequence[Published]) -> None:
        self.wrong = tuple(wrong)
        of = " and ".join(f"{p.unit} from {p.first}" for p in rosters) or "what is wanted"
        super().__init__(f"roster of {of}: {told([w.says for w in wrong])}")


@dataclass(frozen=True, slots=True)
class Amendments:
    """What came of it: the rosters as they stand then, the entries that were changed, and those that stood so."""

    rosters: tuple[Published, ...]
    made: tuple[Amendment, ...]
    stood: tuple[Amendment, ...]


@dataclass(slots=True)
class _Entry:
    """An entry that is wanted, with its place among them, its roster and the line as it stands."""

    place: int
    wanted: Amendment
    roster: Published
    line: DutyLine

    @property
    def was(self) -> str:
        return self.line.entry(self.wanted.day) or OFF

    @property
    def stands(self) -> bool:
        return self.was == entry_of(self.wanted.tour)


def amend(record: Record, wanted: Amendment, by: str, at: datetime) -> Published:
    """Amend one entry, see ``amend_all``; returns the roster as it stands then. Raises ``Unknown`` where nothing is
    published for it."""
    try:
        return amend_all(record, [wanted], by, at).rosters[0]
    except EntriesRefused as said:
        if all(wrong.missing for wrong in said.wrong):
            raise Unknown("; ".join(wrong.says for wrong in said.wrong)) from None
        raise


def amend_all(
    record: Record, wanted: Sequence[Amendment], by: str, at: datetime, read: Collection[Published] = (),
    signer: str | None = None,
) -> Amendments:  # fmt: skip
    """Amend published rosters as wanted, all of it in this transaction or nothing: the rules look at the lines with all
    entries changed. Safe to repeat: entries that stand already are left alone.

    ``read``: rosters that the entries were made for; one that was amended since is in the way. ``signer``: the holder
    of the position, where it was looked at already that they may; None: look, by who may publish. Raises
    ``EntriesRefused`` with all that is in the way: no right to it, a tour that has begun, a rule that would be crossed
    without a waiver, a member who is not there, an entry of which nothing is published.
    """
    found = judged(record, wanted, by, at, read, signer)
    rosters = {entry.roster.key: entry.roster for entry in found.entries}
    if found.wrong:
        raise EntriesRefused(found.wrong, [*rosters.values()])
    changing = [entry for entry in found.entries if not entry.stands]
    record.append(_facts(record, changing, found.altered, by, found.signer, at))
    now = tuple(row for key in rosters if (row := record.row(Published, key)) is not None)
    stood = tuple(entry.wanted for entry in found.entries if entry.stands)
    return Amendments(now, tuple(entry.wanted for entry in changing), stood)


@dataclass(frozen=True, slots=True)
class Judged:
    """What would come of amendments: who would sign, what is in the way, and the lines that were held to the rules, by
    member."""

    signer: str
    entries: Sequence[_Entry]
    wrong: Sequence[Wrong]
    altered: Mapping[str, Altered]


def judged(
    views: Views, wanted: Sequence[Amendment], by: str, at: datetime, read: Collection[Published] = (),
    signer: str | None = None,
) -> Judged:  # fmt: skip
    """What would come of amendments; nothing is recorded. See ``amend_all``."""
    entries, wrong = _found(views, wanted)
    changing = [entry for entry in entries if not entry.stands]
    signer, unsigned = _signed(views, changing, by, at) if signer is None else (signer, [])
    tours = {t.tour: t for t in views.rows(Tour)} if changing else {}
    zone = ZoneInfo(force_of(views).zone)
    wrong += [*unsigned, *_moved(changing, read)]
    wrong += [w for entry in changing for w in _tour_wrong(entry, tours, zone, at)]
    altered = held_to_rules(views, _lines(changing))
    wrong += [w for entry in changing for w in _away(entry, altered, tours, zone)]
    wrong += _broken(changing, altered)
    return Judged(signer, entries, sorted(wrong, key=lambda w: -1 if w.entry is None else w.entry), altered)


def _found(views: Views, wanted: Sequence[Amendment]) -> tuple[list[_Entry], list[Wrong]]:
    """The entries with their lines, and what is wrong with what is wanted by itself."""
    rosters = {unit: views.rows(Published, unit=unit) for unit in {each.unit for each in wanted}}
    members = {each.member for each in wanted}
    lines: dict[str, dict[str, DutyLine]] = {}
    entries: list[_Entry] = []
    wrong: list[Wrong] = []
    first: dict[tuple[str, str, date], int] = {}
    for place, each in enumerate(wanted):
        roster = next((p for p in rosters[each.unit] if p.first <= each.day <= p.last), None)
        if roster is not None and roster.key not in lines:
            lines[roster.key] = {line.member: line for line in lines_of(views, roster, members=members)}
        line = None if roster is None else lines[roster.key].get(each.member)
        before = first.setdefault((each.unit, each.member, each.day), place)
        wrong += [Wrong(place, says) for says in _said_wrong(each, wanted[before])]
        if roster is None or line is None:
            wrong.append(Wrong(place, _missing(views, each, roster), missing=True))
        elif before == place:
            entries.append(_Entry(place, each, roster, line))
    return entries, wrong


def _said_wrong(each: Amendment, before: Amendment) -> Iterator[str]:
    """What is wrong with what is said, whatever is published; ``before``: the first of the same day and member."""
    try:
        valid_text(f"amending the roster of {each.unit}", "reason", each.reason)
    except Invalid as said:
        yield str(said)
    if before.tour != each.tour:
        yield f"{each.member} on {each.day} must be given once: it is {before.tour!r} before, and {each.tour!r} here"


def _missing(views: Views, each: Amendment, roster: Published | None) -> str:
    """What is not there of an entry: its unit, a roster of the day, or a line of the member."""
    if roster is not None:
        missing = f"member {each.member!r} has no line in the roster of {each.unit} from {roster.first}"
        return f"{missing}: who came since gets one by a roster published in its place"
    try:
        unit_named(views, each.unit)
    except Unknown as said:
        return str(said)
    return f"unit {each.unit} has no published roster for {each.day}: publish one first"


def _signed(views: Views, changing: Sequence[_Entry], by: str, at: datetime) -> tuple[str, list[Wrong]]:
    """Who signs as the holder of the position, and why they may not; of each unit once."""
    signer, wrong = "", list[str]()
    for unit, roster in {entry.wanted.unit: entry.roster for entry in changing}.items():
        signer, says = signer_of(views, by, unit, len(lines_of(views, roster)), at)
        wrong += says
    return signer, [Wrong(None, says) for says in dict.fromkeys(wrong)]


def _moved(changing: Sequence[_Entry], read: Collection[Published]) -> Iterator[Wrong]:
    """Rosters that are not any more as they were read."""
    then = {roster.key: roster for roster in read}
    for key, now in {entry.roster.key: entry.roster for entry in changing}.items():
        if key in then and now.digest != then[key].digest:
            was = f"was version {then[key].version} when it was read, and is {now.version} by now"
            yield Wrong(None, f"the roster of {now.unit} from {now.first} {was}: read it again")


def _tour_wrong(entry: _Entry, tours: Mapping[str, Tour], zone: ZoneInfo, at: datetime) -> Iterator[Wrong]:
    """A tour that is not in the record, or has begun: what was worked is not touched."""
    wanted = entry.wanted
    if wanted.tour not in (said_of(OFF), *tours):
        yield Wrong(entry.place, f"tour {wanted.tour!r} is not in the record; for a day off say {said_of(OFF)}")
    for name in (entry.was, entry_of(wanted.tour)):
        if name in tours:
            said = begun(turn_on(tours[name], wanted.day, zone), zone, at)
            yield from [] if said is None else [Wrong(entry.place, said)]


def begun(turn: Turn, zone: ZoneInfo, at: datetime) -> str | None:
    """That a tour has begun, and why it cannot be amended; None: it has not."""
    if turn.start > at:
        return None
    return f"tour {turn.tour} of {turn.day} began at {local_text(turn.start, zone)}: it is not touched"


def _lines(entries: Iterable[_Entry]) -> list[DutyLine]:
    """The lines of these entries as they are to stand, each with all of its entries."""
    changed: dict[str, DutyLine] = {}
    for entry in entries:
        line = changed.get(entry.line.key, entry.line)
        changed[line.key] = line.with_entry(entry.wanted.day, entry_of(entry.wanted.tour), line.version)
    return [*changed.values()]


def _away(entry: _Entry, altered: Mapping[str, Altered], tours: Mapping[str, Tour], zone: ZoneInfo) -> Iterator[Wrong]:
    """A tour for which the member is not there."""
    wanted, tour = entry.wanted, tours.get(entry_of(entry.wanted.tour))
    if tour is not None and wanted.member in altered:
        turn = turn_on(tour, wanted.day, zone)
        if meets(list(gaps_of(altered[wanted.member].file, wanted.unit)), turn.start, turn.end):
            yield Wrong(entry.place, f"{wanted.member} is absent, leaving or attached elsewhere on {wanted.day}")


def _broken(changing: Sequence[_Entry], altered: Mapping[str, Altered]) -> Iterator[Wrong]:
    """Rules that lines would cross, told at the member's first entry."""
    place = {entry.wanted.member: entry.place for entry in reversed(changing)}
    for member, line in altered.items():
        yield from (Wrong(place[member], says) for says in line.twice)
        yield from (Wrong(place[member], says, breach=b) for b, says in line.hard.items())


def _facts(
    record: Record, changing: Sequence[_Entry], altered: Mapping[str, Altered], by: str, signer: str, at: datetime
) -> Iterator[Fact]:
    """A fact for each entry, each with a hash over that of the version before."""
    of: dict[str, list[_Entry]] = defaultdict(list)
    for entry in changing:
        of[entry.roster.key].append(entry)
    for entries in of.values():
        roster = entries[0].roster
        sealed = record.seal({entry.wanted.reason for entry in entries})
        digest = roster.digest
        for version, entry in enumerate(entries, roster.version + 1):
            wanted, waived = entry.wanted, altered[entry.wanted.member].waived
            body: dict[str, Any] = {
                "member": wanted.member, "day": wanted.day.isoformat(), "was": said_of(entry.was), "tour": wanted.tour,
                "reason": sealed[wanted.reason], "by": by, "signer": signer, "version": version,
                **{k: v for k, v in (("waived", list(waived)), ("request", wanted.request)) if v},
            }  # fmt: skip
            digest = changed_digest(digest, body)
            yield Fact(roster.stream, AMENDED, at, {**body, "digest": digest})
