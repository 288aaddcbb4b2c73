"""What is said of an entry of a roster is held to what happens: amendments are made on a copy, and all is counted."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.errors import Refused, Unknown
from muster.domain.ledger import ledger_of
from muster.domain.planned_lines import crossings
from muster.domain.published import OFF, Content, DutyLine, entry_of, said_of
from muster.domain.rosters import UnitRoster
from muster.domain.schedule import turn_on
from muster.domain.spans import within
from muster.ports import Record, Views
from muster.roster.checker import check
from muster.roster.result import Line
from muster.services.amending import Amendment, amend, amend_all
from muster.services.cell_answers import Asked, WhyCell
from muster.services.cell_sources import PublishedSource, Source
from muster.services.ledger import duty_of
from muster.services.publishers import signer_of, signers_of
from muster.services.replan_ask import Ask, case_to_change
from muster.services.rosters import Case, crossed_by
from muster.services.why_cell import why_cell
from tests.ground import NEW_YORK, InRecord, local
from tests.publishing import DAY, EVENING, MONDAY, NIGHT, amended, charted, day
from tests.services.small import CO, OFFICER, PCT, sees
from tests.services.test_force_duty_rostered import put

CREW = ("M0023", "M0027", "M0029", "M0032", "M0036", "M0033", "M0037", "M0041")
"""Desk officers, sergeants and officers of all three tours."""
AT = local("2020-10-19T12:00")
ENTRIES = (OFF, NIGHT, DAY, EVENING)


class Undone(Exception):
    """What was tried is not to stand."""


def drawn(force: InRecord, seed: int) -> None:
    """A published roster of two weeks, as nobody would plan it, and absences."""
    chance = random.Random(seed)
    plan = charted(force, weeks=2)
    lines = {m: list(plan.lines[m]) for m in CREW}
    for _ in range(25):
        lines[chance.choice(CREW)][chance.randrange(14)] = chance.choice(ENTRIES)
    lines["M0041"][:8] = [EVENING] * 6 + [OFF, EVENING]  # one more makes more than 60 hours of a week
    content = Content(PCT, MONDAY, {m: tuple(line) for m, line in lines.items()}, [])
    force.act(lambda record: put(record, PCT, MONDAY, content))
    for member in chance.sample(CREW, 2):
        first = day(chance.randrange(1, 12))
        force.absent(member, first.isoformat(), (first + timedelta(days=chance.randrange(1, 4))).isoformat())


def tried(force: InRecord, look: Callable[[Record], None]) -> None:
    """Do something in a transaction that comes to nothing."""
    with suppress(Undone), force.store.writing() as record:
        look(record)
        raise Undone


def asked(force: InRecord, member: str, on: date, to: str | None = None) -> WhyCell:
    """The answer, with everybody held to the rules."""
    return sees(
        force, lambda views: why_cell(PublishedSource(views, PCT, on, AT), Asked(member, on, to, everybody=True))
    )


def lines_now(views: Views) -> dict[str, Line]:
    return {line.member: line.tours for line in views.rows(DutyLine, unit=PCT)}


def plan_now(views: Views) -> UnitRoster:
    lines = lines_now(views)
    return UnitRoster(PCT, MONDAY, len(next(iter(lines.values()))), "", lines, {}, 0.0, False, 0.0)


def problem(views: Views) -> Case:
    """The unit's problem as re-planning reads it."""
    return case_to_change(views, plan_now(views), Ask((), day(0), day(0), (), local("2020-10-18T12:00")))


def wanted(member: str, on: date, entry: str) -> Amendment:
    return Amendment(PCT, member, on, said_of(entry), "a trial")


def counts(case: Case, lines: dict[str, Line], number: int, tour: str) -> dict[str, tuple[int, int, int]]:
    """By whom the cover of a tour asks for: how many it has, its minimum and its target."""
    return {
        c.who: (
            sum(lines[m][number] == tour for m in case.counted[number, tour, c.who] if m in lines), c.minimum, c.target
        )
        for c in case.cover
        if c.tour == tour and c.holds_on(day(number))
    }  # fmt: skip


def crossed(views: Views, member: str) -> set[tuple[str, object, str]]:
    """Everything that a member's published line crosses, read anew."""
    end = local("2020-11-02") + timedelta(days=9)
    state, file = duty_of(views, member, end, back=timedelta(days=90))
    said = crossings(file, state.schedule, state.profile, local("2020-10-19"), end)
    return {(b.rule, b.since, b.level) for b in said}


@pytest.mark.parametrize("seed", range(2))
def test_who_could_have_it_can_and_who_could_not_cannot(small: InRecord, seed: int) -> None:
    drawn(small, seed)
    lines = sees(small, lines_now)
    case = sees(small, problem)
    before = check(case.instance, lines).penalty.total
    kinds: set[str] = set()
    for member in CREW:
        for number in (1 + seed, 8 + 2 * seed):
            tour = lines[member][number]
            if tour != OFF:
                found = asked(small, member, day(number))
                _hold_others(small, found, case, lines, before)
                kinds |= {why.split()[0] for why in found.cannot} | ({"can"} if found.others else set())
    assert {"on", "no", "can"} <= kinds


def _hold_others(force: InRecord, found: WhyCell, case: Case, lines: dict[str, Line], before: int) -> None:
    number, tour = (found.day - MONDAY).days, found.tour
    could_not = {m: why for why, members in found.cannot.items() for m in members}
    assert not found.unasked
    assert sorted([*could_not, *(o.member for o in found.others)]) == sorted(set(CREW) - {found.member})
    for o in found.others:

        def both(record: Record, other: str = o.member, penalty: int | None = o.penalty) -> None:
            amend(record, wanted(found.member, found.day, OFF), "PCT-047-CO", AT)
            amend(record, wanted(other, found.day, tour), "PCT-047-CO", AT)
            now = lines_now(record)
            assert check(case.instance, now).penalty.total - before == penalty
            for who, (have, minimum, _) in counts(case, now, number, tour).items():
                assert have >= min(minimum, counts(case, lines, number, tour)[who][0])

        tried(force, both)
    for other, why in could_not.items():
        entry = lines[other][number]
        if entry != OFF:
            assert why == f"on {entry} that day"
        elif why.startswith("no "):
            who = why.removeprefix("no ").split(",")[0]
            have, minimum, _ = counts(case, lines, number, tour)[who]
            assert have - 1 < minimum
            assert other not in case.counted[number, tour, who]
            assert found.member in case.counted[number, tour, who]
        else:
            with pytest.raises(Refused), force.store.writing() as record:
                amend_all(
                    record, [wanted(found.member, found.day, OFF), wanted(other, found.day, tour)], "PCT-047-CO", AT
                )


def test_what_another_entry_would_do_is_what_it_does(small: InRecord) -> None:
    drawn(small, 10)
    lines, case = sees(small, lines_now), sees(small, problem)
    before = {m: sees(small, lambda views, m=m: crossed(views, m)) for m in CREW}  # type: ignore[misc]
    done = {"refused": 0, "cautioned": 0, "made": 0}
    for number, to in ((0, OFF), (2, NIGHT), (6, EVENING), (9, DAY)):
        for member in CREW:
            if lines[member][number] != to:
                found = asked(small, member, day(number), to)
                done[_hold_change(small, found, case, lines, before[member])] += 1
    assert all(done.values())


def _hold_change(
    force: InRecord, found: WhyCell, case: Case, lines: dict[str, Line], before: set[tuple[str, object, str]]
) -> str:
    change, number = found.change, (found.day - MONDAY).days
    assert change is not None
    if change.wrong:
        with pytest.raises(Refused) as said, force.store.writing() as record:
            amend(record, wanted(found.member, found.day, change.to), change.signers[0][0], AT)
        assert all(wrong in str(said.value) for wrong in change.wrong)
        return "refused"

    def made(record: Record) -> None:
        amend(record, wanted(found.member, found.day, change.to), change.signers[0][0], AT)
        now = lines_now(record)
        assert change.penalty == tuple(check(case.instance, each).penalty.total for each in (lines, now))
        new = crossed(record, found.member) - before
        assert {level for _, _, level in new} <= {"caution"}
        assert sorted(rule for rule, _, _ in new) == sorted(says.split()[0] for says in change.cautions)
        told = {(s.tour, s.who): (s.have, s.would, s.minimum, s.target) for s in change.covers}
        for tour in {found.tour, change.to} - {OFF}:
            had = counts(case, lines, number, tour)
            for who, (have, minimum, target) in counts(case, now, number, tour).items():
                assert told.pop((tour, who), (have, have, minimum, target)) == (had[who][0], have, minimum, target)
        assert not told

    tried(force, made)
    return "cautioned" if change.cautions else "made"


@pytest.mark.parametrize("number", [0, 13])
def test_the_hours_around_an_entry_are_the_most_of_all_windows_that_meet_it(small: InRecord, number: int) -> None:
    drawn(small, 3)
    small.absent("M0033", "2020-11-02", "2020-12-20")  # what is most lies before the entry
    for member in ("M0023", "M0033"):
        entry = sees(small, lines_now)[member][number] or NIGHT
        found = asked(small, member, day(number), entry)
        with small.store.writing() as record:
            state, file = duty_of(record, member, local("2020-12-20"), back=timedelta(days=90))
        lines = [x.with_entry(day(number), entry, 9) for x in file.lines]
        tours = state.schedule.tours
        turn = turn_on(tours[entry], day(number), NEW_YORK)
        since, until = turn.start - timedelta(days=40), turn.end + timedelta(days=40)
        spans = ledger_of(replace(file, lines=lines), state.schedule, since, until).spans
        assert found.change is not None
        for days, said in ((7, found.change.around.in_week), (28, found.change.around.in_month)):
            length, step = timedelta(days=days), timedelta(minutes=5)
            begin = turn.start - length
            starts_at = [begin + n * step for n in range(int((turn.end - begin) / step) + 1)]
            most = max(within(spans, at, at + length) for at in starts_at)
            assert said == most
        ends = [b for _, b in spans if b <= turn.start]
        starts = [a for a, _ in spans if turn.end <= a < turn.end + timedelta(days=28)]
        assert found.change.around.rest_before == turn.start - max(ends)
        assert found.change.around.rest_after == (min(starts) - turn.end if starts else None)


def test_where_an_entry_comes_from_is_told(rostered: InRecord) -> None:
    found = asked(rostered, OFFICER, MONDAY)
    assert (found.tour, found.chart, found.amended) == (NIGHT, NIGHT, ())
    assert found.origin == f"as the chart has it; published, signed PCT-047-CO ({CO})"
    amended(rostered, OFFICER, MONDAY, "off", reason="surgery")
    found = asked(rostered, OFFICER, MONDAY)
    assert (found.tour, found.chart, [a.reason for a in found.amended]) == (OFF, NIGHT, [None])
    assert found.origin == f"amended from {NIGHT} in version 2, signed PCT-047-CO ({CO})"
    read = sees(rostered, lambda v: PublishedSource(v, PCT, MONDAY, AT, CO).amended(OFFICER, MONDAY))
    assert [a.reason for a in read] == ["surgery"]
    assert asked(rostered, OFFICER, day(1)).amended == ()


def test_a_day_off_between_nights_has_no_rest_before_it(rostered: InRecord) -> None:
    """The night before ends within it; what rest there is belongs to the tours around."""
    found = asked(rostered, OFFICER, day(1), OFF)
    assert (found.tour, found.around.rest_before is None) == (NIGHT, False)
    assert found.change is not None
    assert (found.change.around.rest_before, found.change.around.rest_after) == (None, None)


def test_nobody_could_have_a_tour_that_has_begun(rostered: InRecord) -> None:
    at = local("2020-10-20T00:30")
    found = sees(rostered, lambda views: why_cell(PublishedSource(views, PCT, MONDAY, at), Asked(OFFICER, MONDAY, OFF)))
    assert found.others == ()
    assert any(why.startswith(f"tour {NIGHT} of {MONDAY} began at") for why in found.cannot)
    assert found.change is not None
    assert found.change.wrong == (f"tour {NIGHT} of {MONDAY} began at 2020-10-19T23:15: it is not touched",)


def test_where_nobody_may_sign_nothing_may_be_amended(rostered: InRecord) -> None:
    at = local("1990-01-01")
    found = sees(rostered, lambda views: why_cell(PublishedSource(views, PCT, MONDAY, at), Asked(OFFICER, MONDAY, OFF)))
    assert (found.others, found.change and found.change.signers) == ((), ())
    nobody = "nobody holds a position that may sign it at that time: appoint somebody"
    assert found.change is not None
    assert found.change.wrong == (nobody,)
    assert found.cannot[nobody]


def test_whoever_may_sign_may_and_nobody_else(rostered: InRecord) -> None:
    def holds(views: Views) -> None:
        told = dict(signers_of(views, PCT, 21, AT))
        for post in (p for p in POSTS if p.startswith(("PCT-047", "PBBX", "CHIEF", "POLICE", "PD"))):
            signer, wrong = signer_of(views, post, PCT, 21, AT)
            assert (post in told) == (not wrong), post
            assert told.get(post, signer) == signer
        assert next(iter(told)) == "PCT-047-CO"

    sees(rostered, holds)


POSTS = ("PCT-047-CO", "PCT-047-XO", "PCT-047-DESK", "PBBX-CO", "PBBX-DUTY-CAPTAIN", "CHIEF-OF-PATROL", "CITY-HALL")


def test_a_file_is_told_of_as_if_it_were_published(small: InRecord) -> None:
    plan = charted(small, weeks=2)
    line = list(plan.lines[OFFICER])
    line[2] = EVENING
    plan = replace(plan, lines={**plan.lines, OFFICER: tuple(line)})
    found = sees(small, lambda views: why_cell(Source(views, plan), Asked(OFFICER, day(2), NIGHT, everybody=True)))
    assert (found.origin, found.chart, found.amended) == ("the plan has it so, and no chart", NIGHT, ())
    assert found.change is not None
    assert (found.change.wrong, found.change.signers, found.change.off_chart) == ((), (), (1, 0))
    case = sees(small, lambda views: case_to_change(views, plan, Ask((), day(0), day(0), (), local("2020-10-18"))))
    for other in found.others:
        swapped = {**plan.lines, other.member: _with(plan.lines[other.member], 2, EVENING)}
        before = {(c.member, c.breach.rule, c.breach.since) for c in crossed_by(case, plan.lines)}
        new = [c for c in crossed_by(case, swapped) if (c.member, c.breach.rule, c.breach.since) not in before]
        assert not any(c.hard for c in new)
        assert len(new) == len(other.cautions)
    assert any("crosses rest-unfit" in why for why in found.cannot)


def _with(line: Line, number: int, entry: str) -> Line:
    return (*line[:number], entry, *line[number + 1 :])


def test_what_is_not_there_is_told(rostered: InRecord) -> None:
    with pytest.raises(Unknown, match="member 'M0005' has no line in the roster of PCT-047 from 2020-10-19"):
        asked(rostered, "M0005", MONDAY)
    with pytest.raises(Unknown, match="day 2020-10-18 must be one of the roster of PCT-047, 2020-10-19 to 2020-11-15"):
        asked(rostered, OFFICER, day(-1))
    found = asked(rostered, OFFICER, MONDAY, entry_of("1234x1234"))
    assert found.change is not None
    assert found.change.wrong == ("tour '1234x1234' is not in the record; for a day off say off",)
    assert found.change.penalty is None
