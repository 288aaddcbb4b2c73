"""Sectors in a force directory: each rule broken once, and exactly that said; and read back as they were written."""

from pathlib import Path

import pytest

from tests.files.folders import errors, folder

HEADER = "unit,sector,tour,order,least,most,rank,qualification,since,until\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("PIER-1,B,night,2,3,2,,,,", "most '2' must be at least the least, 3", id="a most under its least"),
        pytest.param(
            "PIER-1,B,nihgt,2,1,2,,,,",
            "tour 'nihgt' must be a tour of tours.csv; did you mean 'night'?",
            id="an unknown tour",
        ),
        pytest.param(
            "PIER-1,B,night,2,1,2,,boats,,",
            "qualification 'boats' must be a qualification somebody has; did you mean 'boat'?",
            id="a qualification that nobody has",
        ),
        pytest.param("PIER-1,B,night,2,1,2,SGT,,,", "rank 'SGT' must be a rank of ranks.csv", id="an unknown rank"),
        pytest.param(
            "PIER-1,A,night,2,1,2,,,,",
            "unit 'PIER-1' must differ in unit and sector and tour from every other row; line 2 is the same",
            id="a sector twice",
        ),
        pytest.param(
            "PIER-1,B,night,2,1,2,,,2020-02-01,2020-01-01",
            "until '2020-01-01' must be after since 2020-02-01",
            id="an end before its start",
        ),
        pytest.param("PIER-1,B,night,0,1,2,,,,", "order '0' must be a whole number from 1 to 999", id="no order"),
        pytest.param("PIER-1,B,night,2,1,0,,,,", "most '0' must be a whole number from 1 to 100", id="room for nobody"),
    ],
)
def test_a_fault_is_said_where_it_stands(line: str, said: str, tmp_path: Path) -> None:
    changed = {
        "sectors.csv": f"{HEADER}PIER-1,A,night,1,1,2,,boat,,\n{line}\n",
        "qualifications.csv": "member,qualification,since,until\n1003,boat,2020-01-01,\n",
    }
    assert errors(folder(tmp_path / "force", changed)) == [f"sectors.csv:3: {said}"]


def test_civil_authority_has_no_sectors(tmp_path: Path) -> None:
    changed = {
        "units.csv": "unit,name,level,parent,civil\nMAYOR,Mayor,department,,yes\nHP,Harbor Police,department,MAYOR,\n"
        "PIER-1,Station 1,station,HP,\n",
        "sectors.csv": f"{HEADER}MAYOR,A,night,1,1,2,,,,\n",
    }
    said = errors(folder(tmp_path / "force", changed))
    assert "sectors.csv:2: unit 'MAYOR' must not be civil authority: it has no tours" in said
