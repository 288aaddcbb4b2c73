"""Publishing a roster: who may, what stops it, and what the watch, duty, limits and the whole force read then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.authority import Authority, Matter
from muster.domain.duty import Waiver
from muster.domain.errors import Refused
from muster.domain.members import Attachment
from muster.domain.published import DutyLine, Published
from muster.domain.record import removed
from muster.domain.rosters import UnitRoster
from muster.services.duty import status, waive
from muster.services.force_duty import force_duty
from muster.services.ledger import duty_page
from muster.services.relief import Wanted, reliefs
from muster.services.watch import watch
from tests.ground import InRecord, local
from tests.publishing import CO_POST, DAY, EVENING, MONDAY, NIGHT, charted, day, published, with_entries
from tests.services.rolls import states
from tests.services.small import CHIEF, OFFICER, PCT, does, facts, sees

NIGHT_DESK, OTHER_DESK = "M0023", "M0024"


def swapped(small: InRecord) -> UnitRoster:
    """The two desk officers of the first night work each other's tour; each is rested."""
    roster = charted(small)
    off, on = {MONDAY: ""}, {MONDAY: NIGHT}
    return with_entries(with_entries(roster, NIGHT_DESK, off), OTHER_DESK, on)


def waived(small: InRecord, *rules: str) -> None:
    """Rules are waived for the officer over the first days of the period, signed."""
    since, until = local("2020-10-19"), local("2020-10-30")
    for rule in rules:
        signed = Waiver(member=OFFICER, rule=rule, since=since, until=until, signed_by=CHIEF, rest_owed_hours=12)
        does(small, lambda record, signed=signed: waive(record, signed))  # type: ignore[misc]


def test_nobody_is_published_onto_two_tours_of_one_roster_at_once(small: InRecord) -> None:
    twice = {day(9): "", day(10): NIGHT, day(11): DAY, day(12): ""}
    both = f"{OFFICER} would be on two tours at once, {NIGHT} of {day(10)} and {DAY} of {day(11)}"
    with pytest.raises(Refused, match=both):
        published(small, with_entries(charted(small), OFFICER, twice))


def test_who_was_lent_until_the_day_before_and_has_days_off_alone_is_left_out(small: InRecord) -> None:
    lent = Attachment(member="M0016", unit=PCT, since=local("2020-10-12"), until=local("2020-10-18"))
    small.rows.append(lent)
    small.load()
    roster = charted(small)
    off = {"M0016": ("",) * roster.days}
    worked = {"M0016": (DAY, *off["M0016"][1:])}
    with pytest.raises(Refused, match="M0016 is not serving there on 2020-10-19"):
        published(small, replace(roster, lines={**roster.lines, **worked}))
    made = published(small, replace(roster, lines={**roster.lines, **off}))
    assert f"M0016 does not serve in {PCT} then: their line of days off is left out" in made.notes
    assert "M0016" not in {line.member for line in sees(small, lambda views: views.rows(DutyLine))}
    again = published(small, replace(roster, lines={**roster.lines, **off}))
    assert again.notes == ("it was published already",)


def test_the_watch_reads_the_published_roster_and_as_known_before_the_chart(small: InRecord) -> None:
    at = local("2020-10-20T03:00")
    before = sees(small, lambda views: views.now)
    assert sees(small, lambda views: watch(views, PCT, at)).due.member == NIGHT_DESK  # type: ignore[union-attr]
    published(small, swapped(small))
    found = sees(small, lambda views: watch(views, PCT, at)).due
    assert found is not None
    assert found.member == OTHER_DESK
    then = sees(small, lambda views: watch(views, PCT, at, before)).due
    assert then is not None
    assert then.member == NIGHT_DESK


def test_status_ledger_and_the_whole_force_say_the_same_and_name_the_roster(small: InRecord) -> None:
    made = published(small, swapped(small))
    at = local("2020-10-20T03:00")
    here = sees(small, lambda views: status(views, OTHER_DESK, at))
    assert (here.state, here.unit) == ("on-duty", PCT)
    assert here.source == f"roster of {PCT} from 2020-10-19, version 1, tour {NIGHT} of 2020-10-19"
    assert sees(small, lambda views: status(views, NIGHT_DESK, at)).state == "off"
    (fact,) = sees(small, lambda views: list(views.facts(streams=[made.roster.stream])))
    entries = sees(small, lambda views: duty_page(views, OTHER_DESK, at)).entries
    assert (entries[-1].entry.kind, entries[-1].entry.says, entries[-1].fact) == ("tour", here.source, fact.seq)
    everybody = sees(small, lambda views: force_duty(views, at)).members
    for member in (OTHER_DESK, NIGHT_DESK, OFFICER, "M0005"):
        assert everybody[member].state == sees(small, lambda views, m=member: status(views, m, at)).state  # type: ignore[misc]


def test_the_chart_holds_before_and_after_the_period(small: InRecord) -> None:
    roster = charted(small, weeks=1)
    nobody = replace(roster, lines={m: ("",) * 7 for m in roster.lines})
    published(small, nobody)
    for at, state in (("2020-10-18T23:30", "on-duty"), ("2020-10-20T03:00", "off"), ("2020-10-27T03:00", "on-duty")):
        assert sees(small, lambda views, at=at: status(views, NIGHT_DESK, local(at))).state == state, at  # type: ignore[misc]


def test_one_fact_with_the_hash_and_the_lines_stand_once_beside_it(small: InRecord) -> None:
    before = facts(small)
    made = published(small, charted(small)).roster
    assert facts(small) == before + 1
    (fact,) = sees(small, lambda views: list(views.facts(streams=[f"roster/{PCT}/2020-10-19"])))
    assert fact.kind == "roster.published"
    assert made.content in fact.body
    assert OFFICER not in fact.body
    assert OFFICER in sees(small, lambda views: views.contents([made.content]))[made.content]
    assert (made.version, made.by, made.signer) == (1, CO_POST, "M0005")


def test_publishing_again_what_is_published_changes_nothing(small: InRecord) -> None:
    first = published(small, charted(small))
    before = facts(small)
    again = published(small, charted(small))
    assert (again.roster, facts(small)) == (first.roster, before)


@pytest.mark.parametrize("by", [CO_POST, "PCT-047-XO", "CHIEF-OF-PATROL"])
def test_a_command_position_of_the_unit_or_above_publishes(small: InRecord, by: str) -> None:
    assert published(small, charted(small), by).roster.by == by


def test_nobody_else_does(small: InRecord) -> None:
    roster = charted(small)
    for by, says in (
        ("PCT-047-DESK", "PCT-047-DESK is a tour position of PCT-047: a command position of PCT-047 or above it"),
        ("MAYOR", "MAYOR is a civil position of CITY-HALL"),
        ("X", "position X is not in the record"),
    ):
        with pytest.raises(Refused, match=says):
            published(small, roster, by)


def test_a_force_may_say_at_which_level_rosters_are_published(small: InRecord) -> None:
    small.rows += [Matter(matter="roster", name="rosters"), Authority(matter="roster", level="borough")]
    small.load()
    with pytest.raises(
        Refused, match="PCT-047-CO is a command position of PCT-047: a command position of PBBX or above"
    ):
        published(small, charted(small))
    assert published(small, charted(small), "PBBX-CO").roster.by == "PBBX-CO"


def test_everything_in_the_way_is_told_at_once(small: InRecord) -> None:
    roster = charted(small)
    lines = {**roster.lines, "M9999": roster.lines[OFFICER], OFFICER: ("0000x0800", *roster.lines[OFFICER][1:])}
    with pytest.raises(Refused) as said:
        published(small, replace(roster, lines=lines), "PCT-047-DESK", at="2020-10-19T09:00")
    for part in ("is a tour position", "its period began at 2020-10-19", "M9999 is not", "tour '0000x0800' is not"):
        assert part in str(said.value)


def test_a_unit_that_is_not_there_is_told(small: InRecord) -> None:
    with pytest.raises(Refused, match="unit PCT-999 is not in the record"):
        published(small, replace(charted(small), unit="PCT-999"))


def test_who_has_left_or_is_away_cannot_be_given_a_tour(small: InRecord) -> None:
    roster = charted(small)
    small.retire("M0034", "2020-10-02", "2020-10-10")
    with pytest.raises(Refused, match="member M0034 has left: retirement took effect 2020-10-10"):
        published(small, roster)
    small.absent(OFFICER, "2020-10-19", "2020-10-26")
    without = replace(roster, lines={m: line for m, line in roster.lines.items() if m != "M0034"})
    with pytest.raises(Refused, match=f"{OFFICER} is absent, leaving or attached elsewhere on 2020-10-19"):
        published(small, without)


def test_a_roster_of_nobody_would_only_be_in_the_way(small: InRecord) -> None:
    before = facts(small)
    with pytest.raises(Refused, match="it has no lines: it would be published for nobody"):
        published(small, replace(charted(small), lines={}))
    assert facts(small) == before


def test_who_no_longer_holds_the_position_does_not_sign(small: InRecord) -> None:
    roster = charted(small)
    small.retire("M0005", "2020-10-08", "2020-10-10")
    with pytest.raises(Refused, match="nobody holds PCT-047-CO at that time: appoint somebody"):
        published(small, roster)


def test_faults_that_were_found_when_it_was_made_stop_it(small: InRecord) -> None:
    with pytest.raises(Refused, match="M0033: runs, too many"):
        published(small, replace(charted(small), faults=["M0033: runs, too many"]))


def test_days_that_are_published_already_are_amended_not_published_again(small: InRecord) -> None:
    published(small, charted(small))
    later = charted(small, weeks=5)
    with pytest.raises(Refused, match="2020-10-19 to 2020-11-15 is published already, version 1: amend that"):
        published(small, later)


def test_a_hard_crossing_of_who_is_on_duty_when_it_is_published_is_seen(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-12T08:00")
    roster = with_entries(charted(small), OFFICER, {day(0): NIGHT, day(1): EVENING, day(2): "", day(3): ""})
    with pytest.raises(Refused, match=rf"{OFFICER} crosses rest-unfit at .* not without a waiver"):
        published(small, roster)


def test_a_hard_crossing_needs_a_waiver_and_the_file_is_not_believed(small: InRecord) -> None:
    lines = {day(0): NIGHT, day(1): EVENING, day(2): DAY, **{day(n): "" for n in range(3, 8)}}
    roster = with_entries(charted(small), OFFICER, lines)
    assert not roster.crossings, "the file says nothing of it"
    with pytest.raises(Refused, match=rf"{OFFICER} crosses rest-unfit at .* not without a waiver") as said:
        published(small, roster)
    waived(small, *{said.split(" at ")[0] for said in str(said.value).split("crosses ")[1:]})
    made = published(small, roster).roster
    assert made.version == 1
    assert f"{OFFICER}/rest-unfit/2020-10-19T04:00:00Z" in made.waived
    assert all(key.startswith(f"{OFFICER}/") for key in made.waived)


def test_a_member_lent_to_the_unit_works_its_roster_only_while_they_are(small: InRecord) -> None:
    lent = Attachment(member="M0013", unit=PCT, since=local("2020-10-19"), until=local("2020-10-26"))
    small.rows.append(lent)
    small.load()
    at = local("2020-10-21T10:00")
    line = ("", "", DAY, *[""] * 25)
    roster = charted(small)
    published(small, replace(roster, lines={**roster.lines, "M0013": line}))
    (kept,) = sees(small, lambda views: views.rows(DutyLine, member="M0013"))
    assert kept.guest
    here = sees(small, lambda views: status(views, "M0013", at))
    assert (here.state, here.unit) == ("on-duty", PCT)
    small.rows[small.rows.index(lent)] = replace(lent, until=local("2020-10-20"))
    small.load()
    after = sees(small, lambda views: status(views, "M0013", at))
    assert after.unit != PCT


def test_long_duty_that_a_roster_gives_is_looked_at_by_relief(small: InRecord) -> None:
    """The tours of a roster are not those of a chart: whoever looks only at charts would miss them."""
    waived(small, "rest-unfit", "unfit")
    lines = {day(0): NIGHT, day(1): DAY, day(2): "", day(3): "", day(4): ""}
    published(small, with_entries(charted(small), OFFICER, lines))
    at = local("2020-10-20T13:00")
    found = sees(small, lambda views: reliefs(views, at, Wanted(unit=PCT)))
    assert OFFICER in [r.member for r in found]


def test_the_next_period_goes_on_from_the_published_one(small: InRecord) -> None:
    published(small, charted(small, weeks=1))
    second = charted(small, first=MONDAY + timedelta(weeks=1), weeks=1)
    assert published(small, second).roster.first == date(2020, 10, 26)
    assert len(sees(small, lambda views: views.rows(Published))) == 2


def test_asked_again_for_published_days_the_published_lines_are_what_is_wished_for(small: InRecord) -> None:
    roster = swapped(small)
    assert charted(small).lines != roster.lines
    published(small, roster)
    assert charted(small).lines == roster.lines


def test_the_roll_of_a_tour_is_that_of_the_published_roster(small: InRecord) -> None:
    before = states(small, "2020-10-19T23:00", MONDAY)
    assert NIGHT_DESK in before
    assert OTHER_DESK not in before
    moved_away = [row for row in small.rows if getattr(row, "member", None) == OTHER_DESK]
    published(small, swapped(small))
    gone = [row for row in moved_away if row.NOUN != "member"]
    assert gone
    small.act(lambda record: record.append([removed(row, record.now) for row in gone]))
    assert states(small, "2020-10-19T23:00", MONDAY) == {
        member: state for member, state in {**before, OTHER_DESK: "expected"}.items() if member != NIGHT_DESK
    }
