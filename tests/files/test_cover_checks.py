"""Cover in a force directory: each rule broken once, and exactly that said."""

from pathlib import Path

import pytest

from tests.files.folders import errors, folder

HEADER = "unit,tour,who,days,minimum,target\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(
            "PIER-1,night,officers,mon mon,1,2",
            "days 'mon mon' must be days, each once, of mon tue wed thu fri sat sun",
            id="a day twice",
        ),
        pytest.param(
            "PIER-1,night,officers,monday,1,2",
            "days 'monday' must be days, each once, of mon tue wed thu fri sat sun",
            id="no day",
        ),
        pytest.param(
            "PIER-1,night,officers,mon,3,2",
            "target '2' must be at least the minimum, 3",
            id="a target under its minimum",
        ),
        pytest.param(
            "PIER-1,nihgt,officers,mon,1,2",
            "tour 'nihgt' must be a tour of tours.csv; did you mean 'night'?",
            id="an unknown tour",
        ),
        pytest.param(
            "PIER-1,night,oficers,mon,1,2",
            "who 'oficers' must be officers, supervisors, a tour position of the unit or a qualification somebody has; "
            "did you mean 'officers'?",
            id="nobody known",
        ),
        pytest.param(
            "HP,night,PIER-1-DESK,mon,1,1",
            "who 'PIER-1-DESK' must be officers, supervisors, a tour position of the unit or a qualification "
            "somebody has",
            id="a tour position of another unit",
        ),
        pytest.param(
            "PIER-1,night,PIER-1-DESK,tue sun,2,2",
            "days 'tue sun' must name each day once; line 2 has sun of the same tour and who",
            id="a day in two rows",
        ),
    ],
)
def test_a_fault_is_said_where_it_stands(line: str, said: str, tmp_path: Path) -> None:
    sound = "PIER-1,night,PIER-1-DESK,sat sun,1,1\n"
    changed = {"cover.csv": f"{HEADER}{sound}{line}\n"}
    assert errors(folder(tmp_path / "force", changed)) == [f"cover.csv:3: {said}"]


def test_officers_supervisors_tour_positions_and_qualifications_may_be_asked_for(tmp_path: Path) -> None:
    lines = "".join(f"PIER-1,night,{who},mon,1,1\n" for who in ("officers", "supervisors", "PIER-1-DESK", "boat"))
    changed = {
        "cover.csv": HEADER + lines,
        "qualifications.csv": "member,qualification,since,until\n1003,boat,2020-01-01,\n",
    }
    assert errors(folder(tmp_path / "force", changed)) == []
