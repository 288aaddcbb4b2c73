"""Ways out of a shortage: each is carried out by its own commands, then counted by something else; none is missing."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from muster.bootstrap import open_store
from muster.domain.duty import Squad
from muster.domain.rules import fitness_at
from muster.domain.ways_out import Fill, Way, WaysOut
from muster.services.call_ins import answer, contract_of, open_call_in
from muster.services.calling import listed
from muster.services.load import load
from muster.services.publishing import publish
from muster.services.snapshots import snapshot
from tests.ground import SMALL, directory_from, local
from tests.publishing import as_charted
from tests.shell import run
from tests.support import SettableClock
from tests.ways import AT, HERE, NIGHT, Count, Drawn, asked, done, drawn, reading

SEEDS = range(3)


@dataclass(frozen=True)
class Case:
    """A drawn force, its ways out, and who is there before anything is done."""

    force: Drawn
    found: WaysOut
    was: Count


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A drawn force that is short of one or two officers on a tour."""
    force = _drawn(int(request.param), tmp_path_factory)
    with reading(force.url) as views:
        yield Case(force, asked(force), Count(views, force.day))


def _drawn(seed: int, folders: pytest.TempPathFactory) -> Drawn:
    """The force of a seed, drawn once; each test that changes anything does so in a copy."""
    if seed not in FORCES:
        FORCES[seed] = drawn(seed, folders.mktemp("ways"), 1 + seed % 2)
    return FORCES[seed]


FORCES: dict[int, Drawn] = {}


def some_of_each(ways: Sequence[Way]) -> Iterator[Way]:
    """The last of each kind, with a waiver and without, and the first that is no part."""
    kinds: dict[tuple[str, bool, bool], list[Way]] = {}
    for way in ways:
        kinds.setdefault((way.kind, way.waived is None, way.whole), []).append(way)
    for (_, _, whole), same in kinds.items():
        yield from {w.member: w for w in (same[0 if whole else -1], same[-1])}.values()


def works(case: Case, ways: Sequence[Way], commands: Sequence[str], name: str, filled: int) -> None:
    """Run the commands, and look at everything that they touch."""
    force, was = case.force, case.was
    with reading(done(force, commands, name)) as after:
        now = was.read_anew(after, *(way.member for way in ways))
        assert now.there(force.post()) == case.found.have + filled
        for post, minimum in {x for way in ways for x in was.touched(way.member)}:
            assert now.there(post, 60) >= min(minimum, was.there(post, 60)), f"{post} after {commands}"
        for way in [w for w in ways if w.kind in ("call-in", "hold-over", "early")]:
            for post, _ in was.touched(way.member):
                assert now.on_duty(way.member, post), f"a tour of their own is lost: {commands}"
        start = local(str(force.day)) - timedelta(days=9)
        for way in ways:
            end = way.duty[1] + timedelta(days=9)
            assert now.broken(way.member, start, end) <= was.broken(way.member, start, end), commands


def test_every_way_really_works_when_its_commands_are_run(case: Case) -> None:
    found = case.found
    assert found.ways
    for n, way in enumerate(some_of_each(found.ways)):
        works(case, [way], way.commands, f"way{n}", 1 if way.whole else 0)


def test_the_cheapest_set_really_works_when_its_commands_are_run(case: Case) -> None:
    force, found = case.force, case.found
    ways = [way for fill in found.cheapest for way in fill.ways]
    works(case, ways, found.commands, "cheapest", len(found.cheapest))
    assert len(found.cheapest) == found.missing == force.missing


def test_two_parts_make_a_whole(case: Case) -> None:
    found = case.found
    for n, fill in enumerate(found.together[:1]):
        first, then = fill.ways
        assert (first.covers[0], then.covers[1]) == found.short
        assert first.covers[1] == then.covers[0]
        works(case, fill.ways, fill.commands, f"half{n}", 1)


def test_what_is_told_of_a_cover_is_what_is_counted(case: Case) -> None:
    assert case.was.there(case.force.post()) == case.found.have
    for left in {x for way in case.found.ways for x in way.uses}:
        assert case.was.there(left.post) == left.have
        assert left.after == left.have - 1 >= left.minimum


def test_those_called_in_are_asked_in_the_order_of_the_contract(case: Case) -> None:
    """The list itself, asked one after the other, with everybody saying no."""
    force, found = case.force, case.found
    called = [w for w in found.ways if w.kind in ("call-in", "order") and not w.waived]
    url = done(force, [], "asked")
    named = iter(done_in_turn(url, found.short))
    able = {w.member for w in called}
    assert [m for m in named if m in able] == [w.member for w in sorted(called, key=lambda w: w.cost)]


def done_in_turn(url: str, short: tuple[object, object]) -> list[str]:
    """Whom the list names as next, until nobody is left to ask."""
    from muster.domain.calling_in import CallIn

    names: list[str] = []
    with closing(open_store(url)) as store, store.writing() as record:
        made = open_call_in(
            record,
            CallIn(
                call_in="NOW", unit=HERE, kind="call-in", since=short[0], until=short[1], rank="PO",  # type: ignore[arg-type]
                contract=contract_of(record), opened_by="M0005", at=local(AT),
            ),
        )  # fmt: skip
        for n in range(60):
            at = local(AT) + timedelta(minutes=n)
            line = listed(record, made, at).list.next
            if line is None or line.part == "order":
                break
            names.append(line.member)
            answer(record, "NOW", line.member, "refused", "M0005", at)
    return names


@pytest.mark.parametrize("kind", ["move", "loan", "call-in", "leave"])
def test_no_way_is_missing_that_trying_everybody_finds(case: Case, kind: str) -> None:
    from tests.trying import tried

    force, found = case.force, case.found
    told = {w.member for w in found.ways if w.kind == kind and not w.waived}
    assert told == tried(force, kind, found.short)


def test_no_more_of_a_tour_can_be_held_or_come_to_early_than_is_told(case: Case) -> None:
    from tests.trying import longest

    force, found = case.force, case.found
    for way in [w for w in found.ways if w.kind in ("hold-over", "early")]:
        assert way.cost.overtime_minutes == longest(force, way), way.member


def test_what_tells_of_leave_or_rest_is_for_those_entitled(tmp_path_factory: pytest.TempPathFactory) -> None:
    force = _drawn(1, tmp_path_factory)
    whole, commander, officer = asked(force), asked(force, viewer="M0005"), asked(force, viewer="M0033")
    at_home = [w for w in whole.ways if w.kind != "loan"]
    assert [w for w in commander.ways if w.kind != "loan"] == at_home
    assert all(w.in_week is None for w in commander.ways if w.kind == "loan"), (
        "the neighbour's hours are the neighbour's"
    )
    assert asked(force, viewer="M0004") == whole, "who commands both reads all of it"
    assert any(w.private for w in whole.ways)
    assert [w.member for w in whole.ways if not w.private] == [w.member for w in officer.ways]
    assert all(w.in_week is None and not w.cautions for w in officer.ways if w.member != "M0033")
    assert officer.withheld == sum(w.private for w in whole.ways)
    assert not any(w.private for fill in officer.cheapest for w in fill.ways)
    assert not any("absent" in b.says or "unfit" in b.says for b in officer.barred)


def test_who_is_supposed_to_be_absent_is_no_way_and_does_not_count(tmp_path_factory: pytest.TempPathFactory) -> None:
    force = _drawn(0, tmp_path_factory)
    found = asked(force)
    gone = [w.member for w in found.ways if w.kind == "move"][:1]
    supposed = asked(force, gone)
    assert gone[0] not in {w.member for w in supposed.ways}
    assert supposed.absent == tuple(gone)
    assert {w.member for w in found.ways if w.kind == "loan"} == {w.member for w in supposed.ways if w.kind == "loan"}


def test_a_cheaper_set_is_nowhere_among_all_sets(case: Case) -> None:
    force, found = case.force, case.found
    fills = [Fill((w,)) for w in found.ways if w.whole]
    best = sum_of(found.cheapest)
    for a in fills:
        for b in fills if force.missing == 2 else [None]:
            chosen = [a] if b is None else [a, b]
            if may_be(chosen):
                assert sum_of(chosen) >= best


def sum_of(fills: Sequence[Fill]) -> tuple[int, ...]:
    """What a set costs, number by number."""
    costs = [f.cost for f in fills]
    names = list(costs[0].__dataclass_fields__)
    return tuple(sum(getattr(c, name) for c in costs) for name in names)


def may_be(fills: Sequence[Fill]) -> bool:
    """Whether nobody is in it twice and every cover keeps its minimum."""
    members = [m for f in fills for m in f.members]
    lefts = [x for f in fills for w in f.ways for x in w.uses]
    room = all(sum(y.post == x.post for y in lefts) <= x.have - x.minimum for x in lefts)
    return len(set(members)) == len(members) and room


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The small force as it is, with the third squad of the precinct at 0800x1635; asked about a night before it."""
    path = tmp_path_factory.mktemp("plain") / "plain.db"
    rows = [replace(r, tour="0800x1635") if isinstance(r, Squad) and r.squad == f"{HERE}-3A" else r for r in SMALL]
    clock = SettableClock(local("2020-10-01"))
    with closing(open_store(f"sqlite:///{path}", clock)) as store, store.writing() as record:
        load(record, directory_from(rows))
        publish(record, as_charted(record, HERE), f"{HERE}-CO", local("2020-10-12T09:00"))
    return Drawn(path, date(2020, 10, 20), NIGHT, 1)


NIGHT_OFFICERS = ("M0033", "M0034", "M0035")


def test_nobody_is_moved_onto_a_tour_that_goes_on_into_their_next(plain: Drawn) -> None:
    """The night ends at 0750; the second squad begins at 0705, and is off only from the 22nd on."""
    second = {"M0037", "M0038", "M0039"}
    moved, later = (
        {w.member for w in asked(replace(plain, day=day), NIGHT_OFFICERS).ways if w.kind == "move"}
        for day in (date(2020, 10, 20), date(2020, 10, 21))
    )
    assert not moved & second
    assert second <= later


def test_a_duty_for_which_relief_would_be_overdue_takes_a_waiver(plain: Drawn) -> None:
    """Off at 0750 and on again at 0800 is one duty, from 2315 to 1635: no rest rule sees a break of ten minutes."""
    moves = {w.member: w for w in asked(plain, NIGHT_OFFICERS).ways if w.kind == "move"}
    waived = [moves[m].waived for m in ("M0041", "M0042", "M0043")]
    assert [(w.rule, "17 h 20 m" in w.says) for w in waived if w] == [("relief-overdue", True)] * 3
    with reading(done(plain, moves["M0041"].commands)) as views:
        at = local("2020-10-21T16:30")
        state = snapshot(views, [], at=at, members=["M0041"])
        fitness = fitness_at(state.files["M0041"], state.schedule, state.profile, at)
        assert fitness.continuous == timedelta(hours=17, minutes=15)
        assert fitness.relief_overdue_since is None


def test_parts_are_told_from_the_longest_on(case: Case) -> None:
    """A quarter of an hour of somebody who goes on leave at midnight is cheap, and fills nothing."""
    parts = [w.covers[1] - w.covers[0] for w in case.found.ways if not w.whole]
    assert parts == sorted(parts, reverse=True)


def test_where_places_are_left_the_command_that_tells_why_is_named(plain: Drawn) -> None:
    """With everybody away who counts, the same tour is found short by it, and the absences are the reason."""
    away = [f"M{n:04}" for n in range(33, 44)]
    found = asked(plain, away)
    assert found.cheapest == ()
    assert found.why is not None
    assert asked(plain, NIGHT_OFFICERS).why is None
    status, said = run(f"{found.why} --db {plain.url}")
    assert status == 0, said
    assert f"{found.have} of {found.minimum} officers" in said
    assert "who is absent" in said
