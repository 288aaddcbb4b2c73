"""A member's duty as somebody meets it: signed on and off by the member or whoever runs their unit; absences by those
who command them, and sickness by the member themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeVar, get_args

from muster.domain.duty import Reachability, Squad, Tour
from muster.domain.errors import Invalid, NotEntitled, Refused, Unknown
from muster.domain.force import Unit
from muster.domain.members import Absence, Attachment
from muster.domain.presence import Status, holds
from muster.domain.record import removed
from muster.domain.snapshot import path_up
from muster.domain.watch import Watch
from muster.ports import Record, Views
from muster.services import attachments, correcting, duty
from muster.services.acts import member_of, must_hold
from muster.services.entitled import not_entitled, serves_in
from muster.services.gate import Viewer
from muster.services.member_file import Plain, plain
from muster.services.members import member_page
from muster.services.publishers import holder_of
from muster.services.signing_rights import bar_of
from muster.services.watch import watches_at

T = TypeVar("T")
Act = Literal["sign-on", "sign-off", "hold-over", "unreachable", "rest", "absent", "end", "lend", "recall"]
Away = Absence | Reachability
Kind = Literal["leave", "sick", "training", "court", "military", "suspended"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""The absences that are entered by themselves: terminal leave follows from papers."""
SELF: Final = ("sick",)
"""Those that a member enters of themselves; leave is asked for, and decided."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do about a member's duty. ``home``: where the member serves, by name, and is on duty;
    ``runs``: sign them on and off; ``commands``: read of their absences, and enter them; ``bar``: why neither is for
    them to do all the same, of somebody above them."""

    viewer: Viewer
    member: str
    home: Sequence[str]
    runs: bool
    commands: bool
    bar: str

    @property
    def own(self) -> bool:
        """Whether it is about themselves."""
        return self.member == self.viewer.member

    @property
    def kinds(self) -> Sequence[str]:
        """The absences that they may enter: nobody commands themselves."""
        return SELF if self.own else KINDS if self.commands and not self.bar else ()

    def may(self, act: Act) -> bool:
        """Whether they may do it."""
        if act in ("lend", "recall"):
            return bool(self.kinds) and not self.own
        if act in ("rest", "absent", "end"):
            return bool(self.kinds)
        return (self.runs and not self.bar) or (self.own and act != "hold-over")

    def may_end(self, away: Away) -> bool:
        """Whether they may say that it has ended: of themselves what they entered of themselves."""
        return self.may("end") and not (self.own and isinstance(away, Absence) and away.kind not in SELF)


@dataclass(frozen=True, slots=True)
class DutySeen:
    """A member's duty as somebody may see it. ``away``, ``lent``: what is stated, and where they are attached, now and
    later, for those who may read it; ``watches``: of the units concerned, by name; ``units``: the name of every one;
    ``squads`` with their units, and ``tours``: that they may be lent to."""

    rights: Rights
    plain: Plain
    status: Status
    away: Sequence[Away]
    lent: Sequence[Attachment]
    watches: Sequence[tuple[str, Watch]]
    units: Mapping[str, str]
    squads: Mapping[str, str]
    tours: Sequence[str]


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody says about a member's duty. ``unit`` is of signing on and lending, ``kind`` of an absence; ``row``:
    the stream of what has ended, or is taken back. Of lending ``by`` is the position that signs it; ``squad`` or
    ``tour``: what they work there."""

    act: Act
    since: datetime
    until: datetime | None = None
    unit: str = ""
    kind: str = ""
    why: str | None = None
    row: str = ""
    by: str = ""
    squad: str = ""
    tour: str = ""


def rights_of(views: Views, viewer: Viewer, member: str, at: datetime) -> Rights:
    """What somebody may do about a member's duty by the positions that they hold now. Raises ``Unknown``."""
    duty.known_member(views, member)
    serves = serves_in(views, member, at)
    status = duty.status(views, member, at)
    here = serves | ({status.unit} if status.unit else set())
    units = {u.unit: u for u in views.rows(Unit)}
    over = {above.unit for unit in here for above in path_up(units, unit)}
    runs, commands = viewer.runs(over), not serves.isdisjoint(viewer.commands)
    by, above = viewer.member, runs or commands
    bar = bar_of(views, by, viewer.offices, member, at) if above and by is not None and by != member else ""
    return Rights(viewer, member, sorted(here), runs, commands, bar)


def must_see(views: Views, viewer: Viewer, member: str, at: datetime) -> Rights:
    """The same. Raises ``NotEntitled`` for somebody who may do nothing about it."""
    found = rights_of(views, viewer, member, at)
    if not (found.own or found.runs or found.commands):
        what = f"what {member} does on duty"
        if not found.home:
            raise NotEntitled(f"{what} is for {member} alone: they serve in no unit now")
        raise not_entitled(views, what, found.home[0], commands=False)
    return found


def duty_seen(views: Views, viewer: Viewer, member: str, at: datetime, *, full: bool) -> DutySeen:
    """A member's duty, now. ``full``: with absences, of which it is recorded that they are looked at."""
    rights = must_see(views, viewer, member, at)
    page = member_page(views, member, at)
    watches = watches_at(views, rights.home, at)
    units = {u.unit: u.name for u in views.rows(Unit) if not u.civil and holds(u, at)}
    found = [(units[name], watches.watch(name)) for name in rights.home if name in units]
    lent = [a for a in views.rows(Attachment, member=member) if a.until is None or a.until > at]
    away = _away(views, member, at)
    squads, tours = _work(views, rights) if rights.may("lend") else ({}, ())
    return DutySeen(
        rights=rights,
        plain=plain(views, page),
        status=page.status,
        away=away if full else (),
        lent=lent if full else (),
        watches=found,
        units=units,
        squads=squads,
        tours=tours,
    )


def _work(views: Views, rights: Rights) -> tuple[Mapping[str, str], Sequence[str]]:
    """The squads of other units that the viewer commands, and the tours that there are."""
    squads = sorted(views.rows(Squad, unit=rights.viewer.commands - {*rights.home}), key=lambda s: (s.unit, s.squad))
    return {s.squad: s.unit for s in squads}, sorted(t.tour for t in views.rows(Tour))


def _away(views: Views, member: str, at: datetime) -> list[Away]:
    """What is stated of now and of later: not the rest that is owed by itself."""
    stated = [r for r in views.rows(Reachability, member=member) if r.kind != "owed"]
    found: list[Away] = [*views.rows(Absence, member=member), *stated]
    return sorted((a for a in found if a.until is None or a.until > at), key=lambda a: (a.since, a.key))


def state(record: Record, viewer: Viewer, member: str, said: Stated) -> None:
    """What somebody says about a member's duty is recorded, with who said it. Raises ``Refused`` for what they may
    not, with who may."""
    by, at = member_of(viewer), record.now
    rights = must_see(record, viewer, member, at)
    if not rights.may(said.act):
        raise Refused(_who_may(rights, said.act))
    match said.act:
        case "sign-on":
            _must_run(record, rights, _given("unit", said.unit))
            duty.sign_on(record, member, said.unit, at, said.why, by)
        case "sign-off":
            duty.sign_off(record, member, at, by)
        case "hold-over":
            duty.hold_over(record, member, at, said.why, by)
        case "unreachable":
            _must_be_new(record, member, "unreachable", at)
            duty.unreachable(record, member, at, said.until, by)
        case "rest":
            _must_be_new(record, member, "rest", at)
            duty.rest(record, member, at, _given("until", said.until), by)
        case "absent":
            _absent(record, rights, said)
        case "end":
            _end(record, rights, said.row)
        case "lend" | "recall":
            _lend(record, rights, said)


def _must_be_new(views: Views, member: str, kind: str, since: datetime) -> None:
    """Raise ``Refused`` where the same is stated already: a form that is sent twice states it once, and one end ends
    it."""
    if any(a.kind == kind and holds(a, since) for a in _away(views, member, since)):
        raise Refused(f"{kind} is stated of {member} already for that time: say that it has ended, then state it anew")


def _who_may(rights: Rights, act: Act) -> str:
    if rights.bar:
        return rights.bar
    if act == "hold-over" or not rights.own:
        whose = "command or tour position" if act == "hold-over" else "command position"
        return (
            f"you hold no {whose} in {', '.join(rights.home) or 'their unit'} or above it: somebody who does enters it"
        )
    return "somebody who commands you enters it"


def _must_run(views: Views, rights: Rights, unit: str) -> None:
    """Raise ``Refused`` for signing somebody else on in a unit that is not one's own to run."""
    if rights.own:
        return
    units = {u.unit: u for u in views.rows(Unit)}
    if not (unit in units and rights.viewer.runs({u.unit for u in path_up(units, unit)})):
        raise Refused(f"unit {unit}: you hold no command or tour position in {unit} or above it: its desk signs on")


def _given(name: str, said: T | None) -> T:
    if not said:
        raise Invalid(f"{name} must be given")
    return said


def _absent(record: Record, rights: Rights, said: Stated) -> None:
    if said.kind not in rights.kinds:
        raise Invalid(f"kind {said.kind[:40]!r} must be one of {', '.join(rights.kinds)}")
    _must_be_new(record, rights.member, said.kind, said.since)
    absence = Absence(member=rights.member, kind=said.kind, since=said.since, until=said.until, reason=said.why)
    duty.absent(record, absence, rights.viewer.member)


def _lend(record: Record, rights: Rights, said: Stated) -> None:
    """Lent to another unit, or home again, signed in a position of the viewer's. Raises ``Refused`` where another
    holder of the position signs."""
    must_hold(rights.viewer, _given("by", said.by))
    at, why = record.now, said.why or ""
    if holder_of(record, said.by, at) != rights.viewer.member:
        raise Refused(f"whoever serves as {said.by} now signs it, and that is not you")
    if said.act == "recall":
        coming = any(a.stream == said.row and a.since > at for a in record.rows(Attachment, member=rights.member))
        if coming:
            correcting.take_back(record, said.row, member_of(rights.viewer), why, at)
        else:
            attachments.detach(record, rights.member, said.by, at, why)
        return
    wanted = Attachment(
        member=rights.member,
        unit=said.unit,
        since=said.since,
        until=said.until,
        squad=said.squad or None,
        tour=said.tour or None,
        reason=why,
    )
    attachments.attach(record, wanted, said.by, at)


def _end(record: Record, rights: Rights, name: str) -> None:
    """An absence, or what was stated, ends now; what has not begun is taken back."""
    at = record.now
    found = next((a for a in _away(record, rights.member, at) if a.stream == name), None)
    if found is None:
        raise Unknown(f"{name[:80]!r} is nothing that is stated of {rights.member} now or later: open the page again")
    if not rights.may_end(found):
        raise Refused(f"your {found.kind} ends when whoever commands you enters that it has ended")
    if holds(found, at) and found.since < at:
        duty.keep(record, replace(found, until=at), rights.viewer.member)
    else:
        gone = removed(found, at)
        record.append([replace(gone, body={"by": rights.viewer.member, "why": "taken back before it began"})])
