"""The call list on paper: the succession with numbers, who is due at each tour, on pages that any printer prints."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from muster.documents.call_lists import COLUMNS, LINES, call_list_pages
from muster.domain.call_lists import CallList
from muster.domain.errors import Refused, Unknown
from muster.domain.members import Appointment, ContactPoint
from muster.domain.record import removed
from muster.services import duty, separations
from muster.services.call_list import call_list
from muster.services.watch import watch
from muster.store.store import SqlStore
from tests.ground import NEW_YORK, InRecord, local
from tests.support import SettableClock

CO, XO = "M0005", "M0006"
EVENING = "2020-10-07T18:00"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    return InRecord(temporary_store, clock)


def listed(force: InRecord, unit: str = "PCT-047", at: str = EVENING) -> CallList:
    with force.store.reading() as views:
        return call_list(views, unit, local(at))


def test_the_succession_stands_in_order_with_opened_numbers(force: InRecord) -> None:
    found = listed(force)
    positions = list(dict.fromkeys(e.position for e in found.succession))
    assert positions == ["PCT-047-CO", "PCT-047-XO", "PCT-047-DESK", "PCT-047-SUP"]
    assert [(e.member, e.telephones) for e in found.succession[:2]] == [
        (CO, ("+1-212-555-0105",)),
        (XO, ("+1-212-555-0106",)),
    ]


def test_who_is_due_on_paper_is_who_is_due_then(force: InRecord) -> None:
    found = listed(force)
    assert (found.due[0].start, found.due[-1].end) == (local(EVENING), local("2020-10-08T18:00"))
    assert all(a.end == b.start for a, b in zip(found.due, found.due[1:], strict=False))
    with force.store.reading() as views:
        for spell in found.due:
            for at in (spell.start, spell.end - timedelta(minutes=1)):
                holder = watch(views, "PCT-047", at).due
                assert holder is not None
                assert (holder.member, holder.position) == (spell.member, spell.position)


def test_a_duty_that_is_open_now_does_not_last_for_ever_on_paper(force: InRecord) -> None:
    before = listed(force)
    force.act(lambda r: duty.sign_on(r, CO, "PCT-047", local("2020-10-07T17:00")), "2020-10-07T17:00")
    assert listed(force).due == before.due


def test_those_who_cover_and_those_above_are_on_it(force: InRecord) -> None:
    found = listed(force)
    assert {e.position for e in found.covering} == {"PBBX-DUTY-CAPTAIN"}
    assert all(e.tours for e in found.covering)
    above = list(dict.fromkeys(e.position for e in found.above))
    assert above == ["PBBX-CO", "CHIEF-OF-PATROL", "CHIEF-OF-DEPARTMENT", "POLICE-COMMISSIONER", "DUTY-CHIEF"]
    assert "MAYOR" not in above


def test_an_erased_number_says_so_and_a_missing_one_too(force: InRecord) -> None:
    force.act(lambda r: r.erase([point.address for point in r.rows(ContactPoint, member=CO)]))
    force.act(lambda r: r.append([removed(p, r.now) for p in r.rows(ContactPoint, member=XO)]))
    found = listed(force)
    assert [e.telephones for e in found.succession[:2]] == [("erased",), ("no telephone",)]
    assert any(re.search(rf"{CO}.* erased$", line) for page in call_list_pages(found) for line in page.splitlines())


def test_a_vacant_position_and_an_acting_holder_show(force: InRecord) -> None:
    died = local("2020-10-07T04:00")
    force.act(lambda r: separations.file(r, CO, "death", died, XO, died), "2020-10-07T04:00")
    force.appoint(Appointment(position="PCT-047-CO", member=XO, kind="acting", since=died, instrument="Order 3"))
    text = "".join(call_list_pages(listed(force)))
    assert "ACTING M0006" in text
    assert "has left the force" in text


@pytest.mark.parametrize("unit", ["PCT-047", "PBBX", "PD"])
def test_every_page_fits_the_paper_and_says_what_it_was_printed_from(force: InRecord, unit: str) -> None:
    pages = call_list_pages(listed(force, unit))
    with force.store.reading() as views:
        fact, head = views.head()
        printed = views.now.astimezone(NEW_YORK)
    for number, page in enumerate(pages, start=1):
        lines = page.splitlines()
        assert len(lines) == LINES
        assert max(map(len, lines)) <= COLUMNS
        assert all(line.isprintable() for line in lines)
        assert lines[1] == "for 24 hours from 2020-10-07 18:00 EDT, local time of America/New_York"
        assert lines[2] == f"printed at {printed:%Y-%m-%d %H:%M %Z} from the record as of fact {fact}"
        assert lines[3] == f"hash {head}"
        assert lines[-1].strip() == f"page {number} of {len(pages)}"


def test_a_name_that_would_steer_a_printer_is_shown_harmless(force: InRecord) -> None:
    found = replace(listed(force), name="47th\x1b[31m\fPrecinct")
    assert "\x1b" not in "".join(call_list_pages(found))


def test_no_number_is_cut_off_at_the_edge_of_the_paper(force: InRecord) -> None:
    found = listed(force)
    numbers = ("+1-212-555-0105 extension 4711 (ask for the night desk)", "+1-212-555-0106 after 1800 only")
    first = replace(found.succession[0], name="A very long name that leaves no room for any number", telephones=numbers)
    text = "".join(call_list_pages(replace(found, succession=(first,))))
    assert all(number in text for number in numbers)
    assert first.name in text
    assert max(map(len, text.splitlines())) <= COLUMNS


def test_civil_authority_has_no_call_list(force: InRecord) -> None:
    with pytest.raises(Refused, match="civil authority never takes command"):
        listed(force, "CITY-HALL")
    with pytest.raises(Unknown, match="unit 'PCT-999' is not in the record"):
        listed(force, "PCT-999")
