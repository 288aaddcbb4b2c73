"""Rules between rows: each broken once in the worked example, and exactly that said."""

from pathlib import Path
from typing import Final

import pytest

from muster.domain.contracts import RULES as CONTRACT_RULES
from muster.domain.profiles import RULES
from muster.files.example import EXAMPLE
from tests.files.folders import errors, folder, more, other, warnings

RANKS: Final = {
    "ranks.csv": "rank,name,standing\nPO,Officer,10\nCPT,Captain,50\n",
    "careers.csv": "member,rank,since,until\n1001,CPT,1999-07-01,\n1002,PO,2006-01-09,\n1003,PO,2015-01-07,\n",
}
MATTERS: Final = {
    "matters.csv": "matter,name\nparty,Block party\nfair,Street fair\n",
    "authority.csv": "matter,level,lowest_tour\nparty,station,desk\nfair,department,\n",
}
DELEGATION: Final = "delegation,from_unit,to_unit,matter,since,until,instrument\n"


def appointments(*lines: str) -> dict[str, str]:
    """The example's appointments with further ones."""
    return more("appointments.csv", *lines)


CONTRACT = "contract,rule,number,words,source\nown,offers,,none,Contract\nown,orders,,none,Contract\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            more("units.csv", "PIER-2,Station 2,station,HPP"),
            "units.csv:4: parent 'HPP' must be a unit of units.csv; did you mean 'HP'?",
            id="an unknown name",
        ),
        pytest.param(
            more("tours.csv", "day,0900,1700,0"),
            "tours.csv:4: tour 'day' must differ in tour from every other row; line 2 is the same",
            id="a name given twice",
        ),
        pytest.param(
            more("units.csv", "PIER-1,Station 1,station,"),
            "units.csv:4: unit 'PIER-1' must stand once and have one parent; it has two parents: HP (line 3) and none",
            id="two parents",
        ),
        pytest.param(
            more("units.csv", "SP,State Police,department,"),
            "units.csv:4: parent '' must not be empty: the tree has one top, and HP (line 2) is it already",
            id="two tops",
        ),
        pytest.param(
            more("units.csv", "PIER-2,Station 2,precinct,HP"),
            "units.csv:4: level 'precinct' must be one of department, station",
            id="an unknown level",
        ),
        pytest.param(
            more("units.csv", "PIER-2,Station 2,station,PIER-1"),
            "units.csv:4: parent 'PIER-1' must be of a higher level than station; PIER-1 is a station",
            id="a parent that is not of a higher level",
        ),
        pytest.param(
            {"squads.csv": EXAMPLE["squads.csv"].replace("4-2,2,night", "4-2,2,")},
            "squads.csv:4: tour '' must not be empty: chart 4-2 has days marked W",
            id="a squad without the tour its chart asks for",
        ),
        pytest.param(
            other("squads.csv", "4-2,2,night", "4-2,6,night"),
            "squads.csv:4: offset '6' must be less than the 6 days of chart 4-2",
            id="an offset beyond the cycle",
        ),
        pytest.param(
            other("squads.csv", "4-2,2,night", "4-3,2,night"),
            "squads.csv:4: chart '4-3' must be a chart of charts.csv; did you mean '4-2'?",
            id="an unknown chart",
        ),
        pytest.param(
            more("charts.csv", "odd,Odd,W days o,2020-01-06"),
            "charts.csv:4: cycle 'W days o' must have only W, o and tours of tours.csv; 'days' is none; "
            "did you mean 'day'?",
            id="a word of a cycle that is nothing",
        ),
        pytest.param(
            more("tours.csv", "long,0600,1200,1"),
            "tours.csv:4: days '1' must make a tour of at most 24 h, makes one of 30 h",
            id="a tour of 30 hours",
        ),
        pytest.param(
            more("tours.csv", "none,0600,0600,0"),
            "tours.csv:4: end '0600' must be after the start 0600; for an end on the next day set days to 1",
            id="a tour of no length",
        ),
        pytest.param(
            more("tours.csv", "o,0600,1200,0"),
            "tours.csv:4: tour 'o' must not be W or o, which mean something else in charts",
            id="a tour called like a day off",
        ),
        pytest.param(
            more("tours.csv", "off,0600,1200,0"),
            "tours.csv:4: tour 'off' must not be off, which is how a roster is told a day off",
            id="a tour called like a day off of a roster",
        ),
        pytest.param(
            more("squad-places.csv", "1003,HP-OFFICE,2020-10-01"),
            "squad-places.csv:5: member '1003' must be in one squad at a time; "
            "line 4 has the member in PIER-1-NIGHT then",
            id="two squads at once",
        ),
        pytest.param(
            more("absences.csv", "1001,leave,2020-10-09,2020-10-08"),
            "absences.csv:3: until '2020-10-08' must be after since 2020-10-09",
            id="an end before its start",
        ),
        pytest.param(
            {"on-call.csv": "position,days,start,end\nPIER-1-DESK,mon,1600,2300\n"},
            "on-call.csv:2: position 'PIER-1-DESK' must be a command position, its title is of kind tour; "
            "tour positions are on duty or off",
            id="on call in a tour position",
        ),
        pytest.param(
            {"on-call.csv": "position,days,start,end\nPIER-1-CO,mon tue mon,1600,2300\n"},
            "on-call.csv:2: days 'mon tue mon' must be days, each once, of mon tue wed thu fri sat sun",
            id="on call on a day twice",
        ),
        pytest.param(
            {"covering.csv": "position,unit\nHP-CHIEF,PIER-1\n"},
            "covering.csv:2: position 'HP-CHIEF' must be a tour position, its title is of kind command",
            id="covering by a command position",
        ),
        pytest.param(
            {"hours.csv": "profile,rule,hours,source\nown,longest,12,Contract\n"},
            f"hours.csv:2: rule 'longest' must be one of {', '.join(RULES)}",
            id="an unknown hours rule",
        ),
        pytest.param(
            {"hours.csv": "profile,rule,hours,number,source\nown,tours-unfit,6,,Contract\n"},
            "hours.csv:2: number '' must hold the limit of tours-unfit, and hours be empty",
            id="a rule on tours with a limit in hours",
        ),
        pytest.param(
            {"hours.csv": "profile,rule,hours,number,source\nown,day-unfit,,16,Contract\n"},
            "hours.csv:2: hours '' must hold the limit of day-unfit, and number be empty",
            id="a rule on hours with a number",
        ),
        pytest.param(
            {"hours.csv": "profile,rule,hours,source\nown,average-caution,48,Contract\n"},
            "hours.csv:2: weeks '' must say over how many weeks the average is taken",
            id="an average of no weeks",
        ),
        pytest.param(
            {"call-in.csv": "contract,rule,words,source\nown,offers,longest,Contract\nown,orders,none,Contract\n"},
            "call-in.csv:2: words 'longest' must be one of equalisation, seniority, rotating, none",
            id="a contract that asks by no order that is known",
        ),
        pytest.param(
            {"call-in.csv": "contract,rule,words,source\nown,orders,rotating none,Contract\nown,offers,none,C\n"},
            "call-in.csv:2: words 'rotating none' must be one of inverse-seniority, rotating, none",
            id="a contract that orders in two orders",
        ),
        pytest.param(
            {"call-in.csv": f"{CONTRACT}own,longest-day,16,,Contract\n"},
            f"call-in.csv:4: rule 'longest-day' must be one of {', '.join(CONTRACT_RULES)}",
            id="an unknown contract rule",
        ),
        pytest.param(
            {"call-in.csv": f"{CONTRACT}own,day-break,,,Contract\n"},
            "call-in.csv:4: number '' must be a number of hours, 1 or more",
            id="a contract rule without its number",
        ),
        pytest.param(
            {"call-in.csv": f"{CONTRACT}own,day-break,4,yes,Contract\n"},
            "call-in.csv:4: words 'yes' must be empty: the rule has a number",
            id="a contract rule with words beside its number",
        ),
        pytest.param(
            {"call-in.csv": f"{CONTRACT}own,drops,4,refused,Contract\n"},
            "call-in.csv:4: number '4' must be empty: the rule has words",
            id="a contract rule with a number beside its words",
        ),
        pytest.param(
            {"call-in.csv": "contract,rule,words,source\nown,offers,rotating,Contract\n"},
            "call-in.csv:2: rule 'offers' must also have the rules orders, drops in contract own",
            id="half a contract",
        ),
        pytest.param(
            appointments("PIER-1-CO,1003,substantive,2020-10-01,,"),
            "appointments.csv:5: position 'PIER-1-CO' must have one substantive holder at a time; it is held then "
            "(line 3: 1002). End that one or make this acting",
            id="overlapping substantive appointments",
        ),
        pytest.param(
            appointments("PIER-1-CO,1002,acting,2020-10-01,,Order 9"),
            "appointments.csv:5: member '1002' must hold a position once at a time; line 3 is the same then",
            id="holding a position twice",
        ),
        pytest.param(
            appointments("PIER-1-CO,1003,acting,2020-10-01,,"),
            "appointments.csv:5: instrument '' must not be empty: the order that made the acting appointment",
            id="acting without an instrument",
        ),
        pytest.param(
            other("members.csv", "2015-01-07", "2020-02-04"),
            "appointments.csv:4: since '2020-02-03' must not be before 1003 joined, 2020-02-04",
            id="appointed before joining",
        ),
        pytest.param(
            {"attachments.csv": "member,unit,since,squad\n1003,HP,2020-10-01,PIER-1-NIGHT\n"},
            "attachments.csv:2: squad 'PIER-1-NIGHT' must be a squad of HP; it is one of PIER-1",
            id="attached to a unit, in a squad of another",
        ),
        pytest.param(
            other("contact-points.csv", "1002,telephone,1,+1 212 555 0102\n", ""),
            "members.csv:3: member '1002' must have a contact point: holds PIER-1-CO, and would be passed "
            "over when asked to decide",
            id="a commander without a contact point",
        ),
        pytest.param(
            other("contact-points.csv", "1003,telephone,1,+1 212 555 0103\n", ""),
            "members.csv:4: member '1003' must have a contact point: holds PIER-1-DESK, and would be passed "
            "over when asked to decide",
            id="a desk officer without a contact point",
        ),
    ],
)
def test_what_is_wrong_between_rows_is_said_once(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    assert errors(folder(tmp_path, changed)) == [said]


def test_a_circle_of_units_is_named_once(tmp_path: Path) -> None:
    units = "unit,name,level,parent\nHP,Harbor,department,\nPIER-1,One,station,B\nA,A,station,PIER-1\nB,B,station,A\n"
    said = [error for error in errors(folder(tmp_path, {"units.csv": units})) if "below" in error]
    assert said == ["units.csv:3: parent 'B' must not stand below the unit itself: PIER-1 < B < A < PIER-1"]


def test_a_very_deep_circle_is_no_traceback(tmp_path: Path) -> None:
    links = "".join(f"U{number},Unit,station,U{(number + 1) % 50_000}\n" for number in range(50_000))
    said = errors(folder(tmp_path, {"units.csv": "unit,name,level,parent\n" + links}))
    assert any("must be empty for one unit, the top of the tree; none is" in error for error in said)


def test_civil_authority_stands_above_and_has_civil_offices_only(tmp_path: Path) -> None:
    units = "unit,name,level,parent,civil\nHP,Harbor,department,,no\nPIER-1,Pier,station,HP,yes\n"
    said = errors(folder(tmp_path, {"units.csv": units}))
    assert "units.csv:3: civil 'yes' must be no: its parent HP is not civil authority" in said
    assert any("title 'captain' must be civil: PIER-1 is civil authority" in error for error in said)
    assert any("squads.csv:3: unit 'PIER-1' must not be civil authority" in error for error in said)


def test_a_position_needs_a_unit_and_a_title(tmp_path: Path) -> None:
    said = errors(folder(tmp_path, more("positions.csv", "NOWHERE,,,1,1")))
    assert said == ["positions.csv:5: unit '' must not be empty", "positions.csv:5: title '' must not be empty"]


def test_a_substantive_holder_needs_the_rank_of_the_position(tmp_path: Path) -> None:
    ranked = "position,unit,title,order,rank\nHP-CHIEF,HP,chief,1,CPT\nPIER-1-CO,PIER-1,captain,1,CPT\n"
    changed = {**RANKS, "positions.csv": ranked + "PIER-1-DESK,PIER-1,desk,2,\n"}
    (error,) = errors(folder(tmp_path, changed))
    assert error == "appointments.csv:3: member '1002' must have rank CPT or higher; has PO then (line 3 there)"


def test_a_member_has_one_rank_at_a_time(tmp_path: Path) -> None:
    changed = {**RANKS, "careers.csv": RANKS["careers.csv"] + "1002,CPT,2012-01-01,\n"}
    (error,) = errors(folder(tmp_path, changed))
    assert error == "careers.csv:5: member '1002' must have one rank at a time; line 3 has the member as PO then"


def test_a_line_has_as_many_holders_at_once_as_places(tmp_path: Path) -> None:
    two = EXAMPLE["positions.csv"].replace("desk,2,1", "desk,2,2")
    one_more = appointments("PIER-1-DESK,1002,substantive,2020-05-01,,")
    assert errors(folder(tmp_path, {"positions.csv": two, **one_more})) == []
    two_more = appointments("PIER-1-DESK,1002,substantive,2020-05-01,,", "PIER-1-DESK,1001,substantive,2020-06-01,,")
    (error,) = errors(folder(tmp_path, {"positions.csv": two, **two_more}))
    assert "must have at most 2 substantive holders at once; all places are held then (one is line 4: 1003)" in error


def test_a_holder_may_begin_at_the_instant_the_last_one_ends(tmp_path: Path) -> None:
    ended = EXAMPLE["appointments.csv"].replace("2020-02-03,,", "2020-02-03,2020-09-01,")
    changed = {"appointments.csv": ended + "PIER-1-DESK,1002,substantive,2020-09-01,,\n"}
    assert errors(folder(tmp_path, changed)) == []


def test_an_appointment_lies_within_the_time_of_its_position(tmp_path: Path) -> None:
    timed = "position,unit,title,order,since,until\nHP-CHIEF,HP,chief,1,,\nPIER-1-CO,PIER-1,captain,1,,\n"
    changed = {"positions.csv": timed + "PIER-1-DESK,PIER-1,desk,2,2020-02-04,2021-01-01\n"}
    assert errors(folder(tmp_path, changed)) == [
        "appointments.csv:4: since '2020-02-03' must not be before the position begins, 2020-02-04 (line 4 there)",
        "appointments.csv:4: until '' must not be after the position ends, 2021-01-01 (line 4 there)",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("D,HP,PIER-1,fair,2020-01-01,2021-01-01,Order 1", None),
        ("D,HP,PIER-1,party,2020-01-01,2021-01-01,Order 1", None),  # what a unit below decides goes up to this one
        ("D,PIER-1,HP,party,2020-01-01,2021-01-01,Order 1", "to_unit 'HP' must stand below PIER-1"),
        ("D,PIER-1,PIER-1,party,2020-01-01,2021-01-01,Order 1", "to_unit 'PIER-1' must stand below PIER-1"),
        ("D,HP,PIER-1,parade,2020-01-01,2021-01-01,Order 1", "matter 'parade' must be a matter of matters.csv"),
    ],
)
def test_authority_is_delegated_downwards_by_who_has_it(tmp_path: Path, line: str, said: str | None) -> None:
    got = errors(folder(tmp_path, {**MATTERS, "delegations.csv": DELEGATION + line + "\n"}))
    assert got == [] if said is None else any(said in error for error in got)


def test_a_unit_cannot_delegate_what_only_a_higher_one_decides(tmp_path: Path) -> None:
    units = EXAMPLE["units.csv"] + "P-A,Post A,post,PIER-1\n"
    force = EXAMPLE["force.toml"].replace('"station"]', '"station", "post"]')
    line = "D,PIER-1,P-A,fair,2020-01-01,2021-01-01,Order 1\n"
    changed = {**MATTERS, "units.csv": units, "force.toml": force, "delegations.csv": DELEGATION + line}
    (error,) = errors(folder(tmp_path, changed))
    assert "matter 'fair' must be a matter that PIER-1 may decide; authority.csv gives it to no station" in error


def test_the_lowest_that_decides_is_a_tour_title_and_levels_are_known(tmp_path: Path) -> None:
    wrong = "matter,level,lowest_tour\nparty,statoin,desk\nfair,department,captain\n"
    assert errors(folder(tmp_path, {**MATTERS, "authority.csv": wrong})) == [
        "authority.csv:2: level 'statoin' must be one of department, station; did you mean 'station'?",
        "authority.csv:3: lowest_tour 'captain' must be a tour title, it is of kind command",
    ]


def test_a_row_that_cannot_be_read_does_not_make_others_faulty(tmp_path: Path) -> None:
    assert len(errors(folder(tmp_path, other("units.csv", "station,HP", "station,H P")))) == 1
    assert len(errors(folder(tmp_path, {"units.csv": "unit,name\n" + "HP,Harbor\n"}))) == 1


def test_what_is_missing_but_not_needed_is_a_warning(tmp_path: Path) -> None:
    changed = {
        **more("members.csv", "1004,Recruit Example,2020-09-01"),
        **more("units.csv", "PIER-2,Station 2,station,HP"),
        **more("positions.csv", "PIER-1-XO,PIER-1,captain,2,1", "PIER-1-DESK-2,PIER-1,desk,4,1"),
        **other("squad-places.csv", "1002,PIER-1-OFFICE", "1002,HP-OFFICE"),
    }
    path = folder(tmp_path, changed)
    assert errors(path) == []
    assert warnings(path) == [
        "appointments.csv:3: member '1002' is of squad HP-OFFICE in HP: on duty there, not in PIER-1",
        "members.csv:5: member '1004' has no contact point: nobody can call this member",
        "members.csv:5: member '1004' has no squad: nobody knows when this member is on duty",
        "positions.csv:5: position 'PIER-1-XO' is a command position that nobody holds",
        "positions.csv:6: position 'PIER-1-DESK-2' is a tour position that nobody holds",
        "units.csv:4: unit 'PIER-2' has no command position: its parent's watch is its own",
    ]


def test_faults_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    changed = {
        **more("units.csv", "X,X,x,X"),
        **more("tours.csv", "a,a,a,a"),
        **more("absences.csv", "9,leave,2020-01-01,"),
    }
    places = [tuple(error.split(" ")[0].split(":")[:2]) for error in errors(folder(tmp_path, changed))]
    assert places == sorted(places)
    assert len(set(places)) == 3
