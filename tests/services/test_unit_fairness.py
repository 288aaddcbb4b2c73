"""What fell to each member of a unit, beside the same counted cell by cell of five minutes."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from muster.domain.calling_in import CallIn
from muster.domain.duty import HOURS_KINDS, Signing, Squad, SquadPlace, TimeRecord
from muster.domain.errors import Invalid, Unknown
from muster.domain.fairness import FIGURES, Fairness, Share
from muster.domain.force import Position
from muster.domain.ledger import Entry, ledger_of
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.presence import as_planned, holds, planned_turns
from muster.domain.published import Content
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.ports import Record, Views
from muster.services.business_days import public_holidays
from muster.services.call_ins import answer, open_call_in
from muster.services.fairness import entries_of, fairness_of, share_of, window_of
from muster.services.ledger import duty_of
from muster.services.offices import force_of
from tests.ground import NEW_YORK, InRecord, local
from tests.publishing import MONDAY, NIGHT, amended, charted, published
from tests.services.small import CO, OFFICER, PCT, sees
from tests.services.test_force_duty_rostered import ENTRIES, put

CELL = timedelta(minutes=5)
CREW = ("M0023", "M0027", "M0032", "M0033", "M0037", "M0041", "M0016")
"""Desk officers, a sergeant and officers of all three tours, and a captain of the borough."""
WINDOWS = (
    (date(2020, 10, 28), date(2020, 11, 3), "2020-11-01T01:30-05:00"),
    (date(2020, 3, 5), date(2020, 3, 9), "2020-03-08T04:10"),
    (date(2019, 12, 30), date(2020, 1, 2), "2021-01-01"),
    (date(2020, 12, 24), date(2021, 1, 1), "2020-10-01"),
)
"""Over the two changes of the clocks, past, and to come; over two ends of years."""


def lives(chance: random.Random, squads: Sequence[Squad], first: date, days: int) -> list[Row]:
    """What happens to the crew in and around these days: everything that may bear on it, on the grid of cells."""
    rows: list[Row] = []
    start = datetime.combine(first, datetime.min.time(), NEW_YORK).astimezone(UTC) - timedelta(days=2)

    def span(longest: float) -> tuple[datetime, datetime]:
        since = start + chance.randrange(int(timedelta(days=days + 4) / CELL)) * CELL
        return since, since + chance.randrange(1, int(timedelta(hours=longest) / CELL)) * CELL

    for m in CREW:
        for _ in range(chance.randrange(3)):
            kind = chance.choice(["leave", "sick", "court", "training"])
            a, b = span(60)
            rows.append(Absence(member=m, kind=kind, since=a, until=b))
        for _ in range(chance.randrange(4)):
            a, b = span(14)
            rows.append(TimeRecord(member=m, since=a, until=b, kind=chance.choice(HOURS_KINDS)))
        for _ in range(chance.randrange(6)):
            kind = chance.choice(["on", "off", "off", "held-over"])
            rows.append(Signing(member=m, at=span(1)[0], kind=kind, unit=None if kind == "off" else PCT))
        if chance.random() < 0.5:
            a, b = span(70)
            rows.append(Attachment(member=m, unit=chance.choice([PCT, "PBBX"]), since=a, until=b))
        if chance.random() < 0.3:
            rows.append(SquadPlace(member=m, squad=chance.choice(squads).squad, since=span(1)[0]))
    leaver = chance.choice(CREW)
    leaves, gone = span(60)
    rows.append(
        Separation(
            separation="S", member=leaver, filed=leaves, effective=gone, leave_from=leaves, kind="retirement",
            state="accepted",
        )
    )  # fmt: skip
    return list({(row.NOUN, row.key): row for row in rows}.values())


def happen(record: Record, chance: random.Random, first: date, days: int) -> None:
    squads = record.rows(Squad)
    record.append([entered(row, None, record.now) for row in lives(chance, squads, first, days)])
    if chance.random() < 0.6:
        lines = {m: tuple(chance.choice(ENTRIES) for _ in range(14)) for m in chance.sample(CREW, 4)}
        put(record, PCT, first - timedelta(days=2), Content(PCT, first - timedelta(days=2), lines, [CREW[-1]]))


class Cells:
    """A member's time, cell by cell: what it was, and whether they served in the precinct."""

    def __init__(self, views: Views, member: str, first: date, last: date, at: datetime) -> None:
        self.views, self.member, self.first, self.last, self.at = views, member, first, last, at
        self.start = local(first.isoformat())
        self.end = local((last + timedelta(days=1)).isoformat())
        state, self.file = duty_of(views, member, self.end, back=self.end - self.start + timedelta(days=40))
        self.schedule = state.schedule
        posts = {p.position for p in views.rows(Position, unit=PCT)}
        squads = {s.squad for s in views.rows(Squad, unit=PCT)}
        self.home: list[Appointment | SquadPlace] = [
            *(a for a in views.rows(Appointment, member=member) if a.position in posts),
            *(p for p in views.rows(SquadPlace, member=member) if p.squad in squads),
        ]
        planned = as_planned(self.file, self.schedule, at)
        self.entries = ledger_of(planned, self.schedule, self.start, self.end).entries
        self.turns = [p[0] for p in planned_turns(self.file, self.schedule, self.start, self.end)]

    def __iter__(self) -> Iterator[datetime]:
        at = self.start
        while at < self.end:
            yield at
            at += CELL

    def serves(self, at: datetime) -> bool:
        attached = [a.unit for a in self.file.attachments if holds(a, at)]
        return PCT in attached or (not attached and any(holds(row, at) for row in self.home))

    def away(self, at: datetime) -> bool:
        gone = [s for s in self.file.separations if s.stands() and (s.leave_from or s.effective) <= at]
        return bool(gone) or any(holds(a, at) and a.kind not in ("court", "training") for a in self.file.absences)

    def kind(self, at: datetime) -> str | None:
        return next((e.kind for e in self.entries if e.start <= at < e.end), None)


def naive(cells: Cells, holiday: Callable[[date], str | None]) -> dict[str, tuple[float, float]]:
    """What was worked and what is planned of each figure."""
    worked: Counter[tuple[str, date]] = Counter()
    both: Counter[tuple[str, date]] = Counter()
    hours = {True: 0.0, False: 0.0}
    served = {True: timedelta(), False: timedelta()}
    for at in cells:
        behind = at < cells.at
        if not cells.serves(at):
            continue
        served[behind] += timedelta() if cells.away(at) else CELL
        kind, here = cells.kind(at), at.astimezone(NEW_YORK)
        if kind in (None, "travel"):
            continue
        if not any(t.start <= at < t.end for t in cells.turns):
            hours[behind] += CELL / timedelta(hours=1)
        if kind != "extra-duty":
            figures = [("weekend-days", here.date())] if here.isoweekday() > 5 else []
            figures += [("nights", here.date())] if here.hour < 5 else []
            figures += [("holidays", here.date())] if holiday(here.date()) else []
            both.update(figures)
            worked.update(figures if behind else [])
    found: dict[str, tuple[float, float]] = {"overtime": (hours[True], hours[False])}
    for figure in ("nights", "weekend-days", "holidays"):
        done, all_ = (sum(n >= 36 for (f, _), n in of.items() if f == figure) for of in (worked, both))
        found[figure] = done, all_ - done
    found["held-over"] = held_over(cells), 0
    found["ordered-in"] = 0, 0
    found["served"] = served[True] / timedelta(days=1), served[False] / timedelta(days=1)
    return found


def held_over(cells: Cells) -> int:
    signed = sorted((s for s in cells.file.signings if s.at <= cells.at), key=lambda s: (s.at, s.kind != "off", s.kind))
    before = [None, *(s.kind for s in signed)]
    mine = [s for b, s in zip(before, signed, strict=False) if s.kind == "held-over" and b != "held-over"]
    return sum(cells.start <= s.at < cells.end and cells.serves(s.at) for s in mine)


def told(share: Share) -> dict[str, tuple[float, float]]:
    day = timedelta(days=1)
    return {f: (share.worked(f), share.planned(f)) for f in FIGURES} | {
        "served": (share.served / day, share.to_serve / day)
    }


def fairness(force: InRecord, first: date, last: date, at: str, known_at: datetime | None = None) -> Fairness:
    return sees(force, lambda views: fairness_of(views, PCT, window_of(views, first, last, local(at)), known_at))


@pytest.mark.parametrize(("first", "last", "at"), WINDOWS)
@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_counted_cell_by_cell(small: InRecord, first: date, last: date, at: str, seed: int) -> None:
    chance = random.Random(f"{first} {seed}")
    small.act(lambda record: happen(record, chance, first, (last - first).days + 1))
    found = {share.member: share for share in fairness(small, first, last, at).shares}
    assert any(share.all("nights") for share in found.values())
    with small.store.reading() as views:
        holiday = public_holidays(force_of(views))
        for member in CREW:
            cells = Cells(views, member, first, last, local(at))
            wanted = naive(cells, holiday)
            if member not in found:
                assert not any(cells.serves(cell) for cell in cells)
                continue
            of = told(found[member])
            assert {name: pytest.approx(pair) for name, pair in wanted.items()} == of, member


def test_a_year_is_the_ledger_of_the_year_though_it_is_reckoned_in_parts(small: InRecord) -> None:
    first, last = date(2020, 9, 1), date(2020, 12, 20)
    small.act(lambda record: happen(record, random.Random(5), first, 110))
    with small.store.reading() as views:
        window = window_of(views, first, last, local("2020-11-07T03:00"))
        for member in CREW:
            cells = Cells(views, member, first, last, window.at)
            parts = entries_of(as_planned(cells.file, cells.schedule, window.at), cells.schedule, window)
            assert _whole(parts, cells.start) == _whole(cells.entries, cells.start)


def _whole(entries: Sequence[Entry], start: datetime) -> list[tuple[datetime, datetime, str, object]]:
    """The entries from an instant on; those of one row that touch are one: how signed duty is cut hangs on the
    tours that were looked at."""
    found: list[tuple[datetime, datetime, str, object]] = []
    for e in (e for e in entries if max(e.start, start) < e.end):
        if found and (found[-1][1], *found[-1][2:]) == (e.start, e.kind, e.row):
            found[-1] = (found[-1][0], e.end, e.kind, e.row)
        else:
            found.append((max(e.start, start), e.end, e.kind, e.row))
    return found


def test_days_that_follow_each_other_add_up(small: InRecord) -> None:
    first, middle, last = date(2020, 10, 26), date(2020, 11, 1), date(2020, 11, 8)
    small.act(lambda record: happen(record, random.Random(7), first, 14))
    all_, one, two = (
        {s.member: told(s) for s in fairness(small, a, b, "2020-11-01T05:10").shares}
        for a, b in ((first, last), (first, middle), (middle + timedelta(days=1), last))
    )
    nothing = dict.fromkeys([*FIGURES, "served"], (0.0, 0.0))
    for member, figures in all_.items():
        for name, (worked, planned) in figures.items():
            parts = [each.get(member, nothing)[name] for each in (one, two)]
            assert (worked, planned) == pytest.approx((sum(w for w, _ in parts), sum(p for _, p in parts)))


def test_a_night_over_new_year_counts_in_the_year_of_its_small_hours(small: InRecord) -> None:
    eve, day = date(2020, 12, 31), date(2021, 1, 1)
    old, new = (fairness(small, first, first, "2021-02-01") for first in (eve, day))
    with small.store.reading() as views:
        nights = [s.member for s in new.shares if _has_tour(Cells(views, s.member, eve, day, local("2021-02-01")), eve)]
    assert nights
    for member in nights:
        (counted,) = [c for c in share_of(new, member).counted if c.figure == "nights"]
        assert (counted.day, counted.time, f"tour {NIGHT} of {eve}" in counted.says) == (day, timedelta(hours=5), True)
        assert all(f"of {eve}" not in c.says for c in share_of(old, member).counted if c.figure == "nights")


def _has_tour(cells: Cells, day: date) -> bool:
    return any((turn.day, turn.tour) == (day, NIGHT) for turn in cells.turns)


def test_whoever_was_away_is_compared_by_the_days_they_served(small: InRecord) -> None:
    small.absent(OFFICER, "2020-10-05", "2020-10-19")
    found = fairness(small, date(2020, 10, 5), date(2020, 11, 1), "2020-11-02")
    share, other = share_of(found, OFFICER), share_of(found, "M0034")
    assert (share.served, other.served) == (timedelta(days=14, hours=1), timedelta(days=28, hours=1))
    assert share.worked("nights") < other.worked("nights")
    assert share.per_28_days("nights") == pytest.approx(share.worked("nights") * 28 / (14 + 1 / 24))
    half = share_of(fairness(small, date(2020, 10, 5), date(2020, 11, 1), "2020-10-26"), OFFICER)
    assert (half.served, half.to_serve) == (timedelta(days=7), timedelta(days=7, hours=1))
    assert half.per_28_days("nights") == share.per_28_days("nights")
    gone = fairness(small, date(2020, 10, 6), date(2020, 10, 10), "2020-11-02")
    assert share_of(gone, OFFICER).per_28_days("nights") is None
    spread = gone.spread_per_28_days("nights")
    rates = [s.per_28_days("nights") for s in gone.shares if s.member != OFFICER]
    assert spread is not None
    known = sorted(r for r in rates if r is not None)
    assert (spread.least, spread.median, spread.most) == (known[0], known[len(known) // 2], known[-1])


def test_a_hold_over_that_was_ordered_counts_once_and_an_excused_order_not_at_all(small: InRecord) -> None:
    stays = call_in(small, "stay", "hold-over", "2020-10-07T07:50", "2020-10-07T09:50")
    comes = call_in(small, "come", "call-in", "2020-10-08T16:00", "2020-10-08T20:00")
    small.sign_on(OFFICER, PCT, "2020-10-06T23:15")
    for name, at in ((stays, "2020-10-07T07:00"), (comes, "2020-10-07T10:00")):
        small.act(lambda r, n=name, t=at: answer(r, n, OFFICER, "ordered", CO, local(t), "nobody else"), at)  # type: ignore[misc]
    small.sign_off(OFFICER, "2020-10-07T09:50")
    days = date(2020, 10, 5), date(2020, 10, 11)
    share = share_of(fairness(small, *days, "2020-10-08T12:00"), OFFICER)
    assert [share.worked(f) for f in ("held-over", "ordered-in", "overtime")] == [1, 0, 2.0]
    assert [share.planned(f) for f in ("held-over", "ordered-in", "overtime")] == [0, 1, 0]
    (held,) = [c for c in share.counted if c.figure == "held-over"]
    assert {stream.split("/")[0] for stream in held.streams} == {"signing", "call_in_answer"}
    small.act(
        lambda r: answer(r, comes, OFFICER, "excused", CO, local("2020-10-08T13:00"), "court"), "2020-10-08T13:00"
    )
    assert share_of(fairness(small, *days, "2020-10-09"), OFFICER).all("ordered-in") == 0


def call_in(force: InRecord, name: str, kind: str, since: str, until: str) -> str:
    at = local("2020-10-06T12:00")
    row = CallIn(
        call_in=name, unit=PCT, kind=kind, since=local(since), until=local(until), contract="equalisation",
        opened_by=CO, at=at,
    )  # fmt: skip
    force.act(lambda record: open_call_in(record, row), "2020-10-06T12:00")
    return name


def test_what_was_not_known_then_is_not_counted(small: InRecord) -> None:
    known = sees(small, lambda views: views.now)
    published(small, charted(small))
    amended(small, OFFICER, MONDAY, "off")
    days = MONDAY, MONDAY + timedelta(days=2)
    now, then = (share_of(fairness(small, *days, "2020-10-12", k), OFFICER) for k in (None, known))
    assert [share.planned("nights") for share in (now, then)] == [2, 3]
    assert {c.says.split()[1] for c in now.counted} == {"chart", "roster"}


def test_everything_that_counted_stands_on_facts(small: InRecord) -> None:
    small.act(lambda record: happen(record, random.Random(2), date(2020, 10, 26), 14))
    found = fairness(small, date(2020, 10, 26), date(2020, 11, 8), "2020-11-02")
    assert any(share.counted for share in found.shares)
    with small.store.reading() as views:
        for share in found.shares:
            streams = {stream for c in share.counted for stream in c.streams}
            assert all(c.streams for c in share.counted)
            assert {fact.stream for fact in views.facts(streams=sorted(streams))} == streams


def test_refusals_are_not_in_it(small: InRecord) -> None:
    name = call_in(small, "asked", "call-in", "2020-10-08T16:00", "2020-10-08T20:00")
    days = date(2020, 10, 5), date(2020, 10, 11)
    before = fairness(small, *days, "2020-10-09")
    first = min(s.member for s in before.shares if s.squad and s.member != CO)
    small.act(
        lambda r: answer(r, name, first, "refused", first, local("2020-10-07T12:00"), "away"), "2020-10-07T12:00"
    )  # fmt: skip
    assert fairness(small, *days, "2020-10-09").shares == before.shares


def test_what_cannot_be_is_refused(small: InRecord) -> None:
    with pytest.raises(Unknown, match="unit 'PCT-099' is not in the record"):
        sees(small, lambda v: fairness_of(v, "PCT-099", window_of(v, MONDAY, MONDAY, local("2020-10-19"))))
    with pytest.raises(Invalid, match="Fairness: last day 2020-10-18 must not be before the first day, 2020-10-19"):
        fairness(small, MONDAY, MONDAY - timedelta(days=1), "2020-10-19")
    with pytest.raises(Unknown, match="member 'M0001' did not serve in PCT-047 from 2020-10-19 to 2020-10-19"):
        share_of(fairness(small, MONDAY, MONDAY, "2020-10-19"), "M0001")
