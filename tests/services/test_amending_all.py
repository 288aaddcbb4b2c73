"""Amending many entries of published rosters at once: judged as a whole, all of it or nothing."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from muster.domain.duty import TimeRecord
from muster.domain.errors import Refused
from muster.domain.published import DutyLine, Published
from muster.domain.record import entered
from muster.domain.rosters import UnitRoster
from muster.ports import Record
from muster.services.amending import Amendment, Amendments, EntriesRefused, Wrong, amend_all
from muster.services.as_of import Before
from muster.services.erasing import erase
from muster.services.publishing import publish
from muster.services.record import verify
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.publishing import (
    BEFORE,
    CO_POST,
    DAY,
    EVENING,
    MONDAY,
    NIGHT,
    amended,
    as_charted,
    charted,
    day,
    published,
    with_entries,
)
from tests.services.small import CHIEF, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock

BOROUGH_POST = "PBBX-CO"
PARTNER = "M0034"
"""Of the officer's squad: the same tours."""


def entry(member: str, on: date, tour: str, reason: str = "a trial", unit: str = PCT) -> Amendment:
    return Amendment(unit, member, on, tour, reason)


def all_amended(force: InRecord, *wanted: Amendment, by: str = CO_POST, at: str = BEFORE) -> Amendments:
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: amend_all(record, wanted, by, local(at)))


def entries_of(force: InRecord, member: str) -> list[str]:
    """What all rosters give a member, day by day."""
    return [tour for line in sees(force, lambda v: v.rows(DutyLine, member=member)) for tour in line.tours]


def wrong_with(force: InRecord, *wanted: Amendment, by: str = CO_POST, at: str = BEFORE) -> tuple[Wrong, ...]:
    """What is in the way, when nothing was changed for it."""
    before = facts(force), entries_of(force, OFFICER)
    with pytest.raises(EntriesRefused) as said:
        all_amended(force, *wanted, by=by, at=at)
    assert (facts(force), entries_of(force, OFFICER)) == before
    return said.value.wrong


def test_a_day_moved_is_judged_as_a_whole(rostered: InRecord) -> None:
    (wrong,) = wrong_with(rostered, entry(OFFICER, day(2), EVENING))
    assert wrong.says.startswith(f"{OFFICER} crosses rest-unfit at 2020-10-21T23:35")
    made = all_amended(rostered, entry(OFFICER, day(2), EVENING), entry(OFFICER, day(1), "off"))
    assert [(p.unit, p.version) for p in made.rosters] == [(PCT, 3)]
    assert entries_of(rostered, OFFICER)[:3] == [NIGHT, "", EVENING]
    assert sees(rostered, verify).whole


def test_two_members_change_tours(rostered: InRecord) -> None:
    run = slice(5, 10)
    theirs = [entries_of(rostered, m)[run] for m in (OFFICER, "M0037")]
    assert theirs == [[NIGHT] * 5, [DAY] * 5]
    swap = [entry(m, day(n), tour) for n in range(5, 10) for m, tour in ((OFFICER, DAY), ("M0037", NIGHT))]
    made = all_amended(rostered, *swap)
    assert made.made == tuple(swap)
    assert [entries_of(rostered, m)[run] for m in (OFFICER, "M0037")] == theirs[::-1]


def test_all_faults_of_all_entries_are_told_and_nothing_is_changed(rostered: InRecord) -> None:
    rostered.absent(PARTNER, "2020-10-26", "2020-10-27")
    wrong = wrong_with(
        rostered,
        entry(OFFICER, MONDAY, "off"),
        entry(OFFICER, day(2), EVENING),
        entry("M0005", MONDAY, DAY),
        entry(OFFICER, day(40), DAY),
        entry(PARTNER, day(7), "2330x0805"),
        entry("M0023", MONDAY, "0000x0800"),
        entry("M0024", MONDAY, "off", reason=" "),
        entry(OFFICER, MONDAY, DAY),
        Amendment("NOPE", OFFICER, MONDAY, DAY, "why"),
        by="PCT-047-DESK",
    )
    told = {place: [w.says for w in wrong if w.entry == place] for place in (None, *range(9))}
    assert [len(told[place]) for place in told] == [1, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    assert "PCT-047-DESK is a tour position" in told[None][0]
    assert "crosses rest-unfit" in told[0][0], "a rule is told at the first entry of its member"
    assert told[2] == [
        f"member 'M0005' has no line in the roster of {PCT} from 2020-10-19: who came since gets one by a roster "
        "published in its place"
    ]
    assert "has no published roster for 2020-11-28" in told[3][0]
    assert told[4] == [f"{PARTNER} is absent, leaving or attached elsewhere on 2020-10-26"]
    assert "tour '0000x0800' is not in the record" in told[5][0]
    assert "reason ' ' must be given" in told[6][0]
    assert told[7] == [f"{OFFICER} on 2020-10-19 must be given once: it is 'off' before, and '{DAY}' here"]
    assert "unit 'NOPE' is not in the record" in told[8][0]
    assert [w.entry for w in wrong if w.missing] == [2, 3, 8]


def test_a_tour_that_has_begun_stops_all_of_it(rostered: InRecord) -> None:
    (wrong,) = wrong_with(rostered, entry(OFFICER, day(7), "off"), entry(OFFICER, MONDAY, "off"), at="2020-10-19T23:15")
    assert wrong == Wrong(1, f"tour {NIGHT} of 2020-10-19 began at 2020-10-19T23:15: it is not touched")


def test_entries_that_stand_are_left_alone_and_told(rostered: InRecord) -> None:
    first = entry(OFFICER, MONDAY, "off")
    all_amended(rostered, first)
    before = facts(rostered)
    again = all_amended(rostered, first, first, entry(OFFICER, MONDAY, "off", "another reason"), by="PCT-047-DESK")
    assert (again.made, again.stood, facts(rostered)) == ((), (first,), before)
    second = entry(OFFICER, day(1), "off")
    made = all_amended(rostered, first, second)
    assert (made.made, made.stood, facts(rostered)) == ((second,), (first,), before + 1)
    assert made.rosters[0].version == 3
    assert all_amended(rostered).rosters == ()


def test_a_day_is_moved_over_the_border_of_two_periods(small: InRecord) -> None:
    published(small, charted(small, weeks=3))
    published(small, charted(small, first=day(21)))
    assert entries_of(small, OFFICER)[20:22] == [NIGHT, NIGHT]
    (wrong,) = wrong_with(small, entry(OFFICER, day(21), EVENING))
    assert "crosses rest-unfit" in wrong.says
    made = all_amended(small, entry(OFFICER, day(21), EVENING), entry(OFFICER, day(20), "off"))
    assert [(p.first, p.version) for p in made.rosters] == [(day(21), 2), (MONDAY, 2)]
    assert entries_of(small, OFFICER)[20:22] == ["", EVENING]
    assert sees(small, verify).whole


def test_lines_of_other_periods_count_as_they_are_amended(small: InRecord) -> None:
    """The chart would have a night on the last day of the first period, after which there is no rest for an evening."""
    published(small, charted(small, weeks=3))
    published(small, charted(small, first=day(21)))
    amended(small, OFFICER, day(20), "off")
    assert all_amended(small, entry(OFFICER, day(21), EVENING)).made


def test_a_rule_that_is_crossed_already_stops_no_other_entry(rostered: InRecord) -> None:
    court = TimeRecord(
        member=OFFICER, since=local("2020-10-21T08:30"), kind="court", until=local("2020-10-21T17:00"), unit=PCT
    )
    does(rostered, lambda record: record.append([entered(court, None, court.since)]))
    (wrong,) = wrong_with(rostered, entry(OFFICER, day(21), EVENING))
    assert "crosses rest-unfit" in wrong.says
    assert all_amended(rostered, entry(OFFICER, day(20), "off")).made


def test_two_units_are_amended_together_by_whom_commands_both(rostered: InRecord) -> None:
    captain = "M0016"
    borough = sees(rostered, lambda views: as_charted(views, "PBBX"))
    published(rostered, borough, by=BOROUGH_POST)
    on = next(n for n, tour in enumerate(borough.lines[captain]) if tour)
    wanted = [entry(OFFICER, MONDAY, "off"), entry(captain, day(on), "off", unit="PBBX")]
    wrong = wrong_with(rostered, *wanted)
    assert [w.entry for w in wrong] == [None]
    assert "PCT-047-CO is a command position of PCT-047: a command position of PBBX or above it" in wrong[0].says
    made = all_amended(rostered, *wanted, by=BOROUGH_POST)
    assert [(p.unit, p.version, p.signer) for p in made.rosters] == [(PCT, 2, "M0004"), ("PBBX", 2, "M0004")]
    assert (entries_of(rostered, OFFICER)[0], entries_of(rostered, captain)[on]) == ("", "")
    assert sees(rostered, verify).whole


def test_a_roster_that_was_amended_since_it_was_read_is_left_alone(rostered: InRecord) -> None:
    (read,) = sees(rostered, lambda views: views.rows(Published))
    amended(rostered, PARTNER, MONDAY, "off")
    at = local(BEFORE)
    with pytest.raises(EntriesRefused, match="was version 1 when it was read, and is 2 by now"):
        does(rostered, lambda record: amend_all(record, [entry(OFFICER, MONDAY, "off")], CO_POST, at, [read]))
    (read,) = sees(rostered, lambda views: views.rows(Published))
    made = does(rostered, lambda record: amend_all(record, [entry(OFFICER, MONDAY, "off")], CO_POST, at, [read]))
    assert made.rosters[0].version == 3


def test_all_of_it_is_known_from_one_instant_on_and_each_fact_by_itself(rostered: InRecord) -> None:
    rostered.clock.move(hours=1)
    before = sees(rostered, lambda views: views.now)
    rostered.clock.move(hours=1)
    all_amended(rostered, *(entry(OFFICER, day(n), "off") for n in range(3)))
    known = sees(rostered, lambda views: views.now)

    def seen(at: object) -> tuple[str, ...]:
        (line,) = sees(rostered, lambda views: views.rows(DutyLine, member=OFFICER, known_at=at))  # type: ignore[arg-type]
        return line.tours[:3]

    assert (seen(before), seen(known), seen(None)) == ((NIGHT, NIGHT, NIGHT), ("", "", ""), ("", "", ""))
    with rostered.store.reading() as views:
        said = [fact for fact in views.facts() if fact.kind == "roster.amended"]
        then = [Before(views, fact).rows(DutyLine, member=OFFICER)[0] for fact in said]
    assert len({fact.recorded_at for fact in said}) == 1
    assert [line.tours[:3].count("") for line in then] == [0, 1, 2]
    assert [line.version for line in then] == [1, 2, 3]


def test_every_reason_of_them_is_sealed_and_can_be_erased(rostered: InRecord) -> None:
    wanted = [entry(OFFICER, day(n), "off", f"surgery {n}") for n in range(2)]
    made = all_amended(rostered, *wanted, entry(PARTNER, MONDAY, "off", "surgery 0"))
    said = list(sees(rostered, lambda views: list(views.facts(streams=[made.rosters[0].stream]))))
    assert not any("surgery" in fact.body for fact in said)
    assert does(rostered, lambda record: erase(record, made.rosters[0].stream, CHIEF, "order 7")) == 2
    assert sees(rostered, verify).whole


class Undo(Exception):
    """What was done is not to stay."""


@contextmanager
def _undone(force: InRecord) -> Iterator[Record]:
    """A transaction of which nothing is kept."""
    store = force.store
    assert isinstance(store, SqlStore)
    try:
        with store.writing() as record:
            yield record
            raise Undo
    except Undo:
        return


def _published_anew(force: InRecord, roster: UnitRoster) -> bool:
    """Whether the roster could be published."""
    try:
        with _undone(force) as record:
            publish(record, roster, CO_POST, local(BEFORE))
    except Refused:
        return False
    return True


def _amended_to(force: InRecord, charts: UnitRoster, wanted: list[Amendment]) -> bool:
    """Whether a roster could be amended so after it was published."""
    try:
        with _undone(force) as record:
            publish(record, charts, CO_POST, local(BEFORE))
            amend_all(record, wanted, CO_POST, local(BEFORE))
    except EntriesRefused:
        return False
    return True


def test_what_may_be_amended_is_what_could_have_been_published(
    database: Path, temporary_store: SqlStore, clock: SettableClock
) -> None:
    small = InRecord(temporary_store, clock)
    charts, chance = charted(small), random.Random(11)
    outcomes = []
    for _ in range(20):
        changes: dict[tuple[str, date], str] = {}
        for _ in range(chance.randint(1, 8)):
            who, on = chance.choice([OFFICER, PARTNER, "M0037"]), day(chance.randint(0, 9))
            changes[who, on] = chance.choice(["off", NIGHT, DAY, EVENING])
        roster = charts
        for (who, on), tour in changes.items():
            roster = with_entries(roster, who, {on: "" if tour == "off" else tour})
        wanted = [entry(who, on, tour) for (who, on), tour in changes.items()]
        outcomes.append(_amended_to(small, charts, wanted))
        assert outcomes[-1] == _published_anew(small, roster), wanted
    assert 3 < sum(outcomes) < 17, database
