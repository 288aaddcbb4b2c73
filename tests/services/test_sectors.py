"""Sectors at roll call: who of those there is sent where, what the record keeps of it, and who keeps theirs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from muster.domain.errors import Invalid, Unknown
from muster.domain.members import Absence, Attachment, Qualification
from muster.domain.roll_calls import RollCall
from muster.domain.roll_taking import Said
from muster.domain.schema import Row
from muster.domain.sectoring import Filled
from muster.domain.sectors import Sector
from muster.services.duty import absent
from muster.services.load import load
from tests.ground import InRecord, changed, directory_from, local
from tests.services.rolls import CALLED, NIGHT, OUTSIDER, SUP, TUESDAY, said, shown, take
from tests.services.small import OFFICER, PCT, does, facts, sees

A, B = "M0034", "M0035"
"""With ``OFFICER`` the three officers of the night."""
MONDAY, WEDNESDAY = date(2020, 10, 5), date(2020, 10, 7)


def sent(what: Said, **to: str) -> Said:
    """The same, with members sent to sectors by name."""
    return replace(what, assign=to)


def everybody(missing: Iterable[str] = (), joined: Iterable[str] = ()) -> Said:
    return said(missing=missing, joined=joined, everybody=True)


def loaded(force: InRecord, rows: Iterable[Row]) -> None:
    """Load these rows alone: what is not among them is taken out."""
    force.rows = [*rows]
    force.act(lambda record: load(record, directory_from(force.rows), remove=True))


def of(found: Iterable[Filled]) -> dict[str, tuple[str, ...]]:
    return {f.sector: f.members for f in found}


def on(force: InRecord, **sectors: tuple[int, int]) -> None:
    """Put these sectors, with least and most, in the place of those of the night, in this order."""
    others = [r for r in force.rows if not (isinstance(r, Sector) and r.tour == NIGHT)]
    mine = [
        Sector(unit=PCT, sector=name, tour=NIGHT, order=n, least=least, most=most)
        for n, (name, (least, most)) in enumerate(sectors.items(), start=1)
    ]
    loaded(force, [*others, *mine])


def call_of(force: InRecord, day: date = TUESDAY, at: str | None = None) -> RollCall:
    known = None if at is None else local(at)
    found = sees(force, lambda views: views.row(RollCall, f"{PCT}/{NIGHT}/{day}", known_at=known))
    assert found is not None
    return found


def test_officers_who_are_there_are_sent_and_whoever_holds_a_post_or_leads_a_squad_is_not(small: InRecord) -> None:
    found = take(small, everybody())
    assert of(found.sectors) == {"A": (OFFICER, B), "B": (A,)}
    assert {f.supervisors for f in found.sectors} == {(SUP,)}
    call = call_of(small)
    assert call.places == {OFFICER: "A", B: "A", A: "B"}
    assert call.leads == {"A": (SUP,), "B": (SUP,)}


def test_a_short_sector_says_why_and_the_first_in_order_have_their_least(small: InRecord) -> None:
    on(small, C=(1, 1), D=(2, 3), E=(1, 1))
    does(small, lambda r: absent(r, Absence(member=B, kind="sick", since=local("2020-10-06T12:00"))))
    taken = take(small, everybody(missing=[OFFICER]))
    c, d, e = shown(small, CALLED).sectors
    assert [f.says for f in taken.sectors] == [f.says for f in (c, d, e)]
    assert (c.members, c.short, c.says) == ((A,), 0, "")
    assert (d.members, d.short, d.says) == ((), 2, "nobody is left: 1 did not come, 1 absent")
    assert e.short == 1


def test_a_sector_for_a_qualification_or_a_rank_gets_nobody_else(small: InRecord) -> None:
    on(small, A=(1, 1), B=(1, 1))
    small.rows.append(Qualification(member=OFFICER, qualification="boat", since=local("2020-01-01")))
    small.rows = changed(small.rows, Sector, lambda s: s.tour == NIGHT and s.sector == "B", qualification="boat")
    small.load()
    assert of(take(small, everybody()).sectors) == {"A": (A,), "B": (OFFICER,)}
    small.rows = changed(small.rows, Sector, lambda s: s.tour == NIGHT, rank="LT", qualification=None)
    small.load()
    take(small, everybody(), "2020-10-06T23:25")
    page = shown(small, "2020-10-06T23:25")
    assert of(page.sectors) == {"A": (), "B": ()}
    assert page.sectors[0].says == "nobody of rank LT or above is left"
    assert page.unsent == (OFFICER, A, B)


def test_who_comes_late_fills_what_is_left_and_nobody_moves_for_them(small: InRecord) -> None:
    on(small, A=(1, 2), B=(1, 1))
    take(small, everybody(missing=[OFFICER]))
    assert call_of(small).places == {A: "A", B: "B"}
    take(small, said(late={OFFICER: "2020-10-07T00:10"}), "2020-10-07T00:12")
    assert call_of(small).places == {OFFICER: "A", A: "A", B: "B"}
    assert call_of(small, at="2020-10-07T00:00").places == {A: "A", B: "B"}, "as known then"


def test_somebody_is_sent_by_name_and_stays_when_the_roll_is_called_again(small: InRecord) -> None:
    take(small, sent(everybody(), M0033="B"))
    found = call_of(small)
    assert (found.places, found.by_hand) == ({OFFICER: "B", A: "A", B: "A"}, (OFFICER,))
    before = facts(small)
    again = take(small, sent(everybody(), M0033="B"), "2020-10-06T23:25")
    assert (facts(small), of(again.sectors)) == (before, {"A": (A, B), "B": (OFFICER,)})
    take(small, everybody(missing=[A]), "2020-10-06T23:26")
    assert call_of(small).places == {OFFICER: "B", B: "A"}
    take(small, sent(said(), M0033="A"), "2020-10-06T23:30")
    assert call_of(small).places == {OFFICER: "A", B: "B"}


def test_who_supervises_can_be_sent_by_name_and_who_is_not_there_cannot(small: InRecord) -> None:
    take(small, sent(everybody(), M0032="B"))
    assert call_of(small).places[SUP] == "B"
    before = facts(small)
    wrong = sent(said(missing=[A]), M0034="A", M0042="A", M0033="X")
    with pytest.raises(Invalid) as told:
        take(small, wrong, "2020-10-06T23:30")
    for part in ("M0034=A must be there", "M0042=A must be there", "M0033=X must be a sector of this tour: A, B"):
        assert part in str(told.value)
    with pytest.raises(Unknown, match="M9999"):
        take(small, sent(said(), M9999="A"), "2020-10-06T23:30")
    assert facts(small) == before


def test_who_joins_is_sent_who_is_held_over_or_signed_off_is_not(small: InRecord) -> None:
    small.hold_over("M0041", "2020-10-06T23:30")
    found = take(small, everybody(joined=[OUTSIDER]), "2020-10-06T23:40")
    assert of(found.sectors) == {"A": (OFFICER, B), "B": (A, OUTSIDER)}
    small.sign_off(OFFICER, "2020-10-07T02:00")
    page = shown(small, "2020-10-07T02:00")
    assert of(page.sectors) == of(found.sectors)
    assert [(f.gone, f.short) for f in page.sectors] == [((OFFICER,), 0), ((), 0)]
    again = take(small, everybody(), "2020-10-07T02:05")
    assert of(again.sectors) == {"A": (B,), "B": (A, OUTSIDER)}


def test_a_sector_whose_members_have_gone_is_short_until_the_roll_is_called_again(small: InRecord) -> None:
    take(small, everybody())
    small.sign_off(A, "2020-10-07T02:00")
    for at in ("2020-10-06T22:00", "2020-10-07T01:59"):
        assert [(f.gone, f.short) for f in shown(small, at).sectors] == [((), 0)] * 2
    (b,) = [f for f in shown(small, "2020-10-07T02:00").sectors if f.short]
    assert (b.sector, b.members, b.gone, b.short) == ("B", (A,), (A,), 1)
    assert b.says == f"{A} gone since; call the roll again"
    (_, b) = take(small, everybody(), "2020-10-07T02:05").sectors
    assert (b.members, b.short) == ((B,), 0)


def test_an_attached_officer_is_sent_too_and_one_lent_away_is_not(small: InRecord) -> None:
    since, until = local("2020-10-05"), local("2020-10-20")
    small.rows.append(Attachment(member=OFFICER, unit="PBBX", since=since, until=until))
    small.load()
    assert of(take(small, everybody()).sectors) == {"A": (A,), "B": (B,)}


def test_the_next_night_everybody_has_the_sector_that_they_had(small: InRecord) -> None:
    take(small, sent(everybody(), M0033="B"), "2020-10-05T23:20", day=MONDAY)
    assert call_of(small, MONDAY).places == {OFFICER: "B", A: "A", B: "A"}
    for member in (OFFICER, A, B, SUP):
        small.sign_off(member, "2020-10-06T07:50")
    proposed = shown(small, "2020-10-06T20:00")
    assert of(proposed.sectors) == {"A": (A, B), "B": (OFFICER,)}
    assert [f.kept for f in proposed.sectors] == [(A, B), (OFFICER,)]
    take(small, everybody())
    assert call_of(small).places == {OFFICER: "B", A: "A", B: "A"}
    assert call_of(small).by_hand == ()


def test_a_call_that_was_taken_before_there_were_sectors_is_read_and_shows_none(small: InRecord) -> None:
    had = small.rows
    loaded(small, [r for r in had if not isinstance(r, Sector)])
    taken = take(small, everybody())
    assert (taken.sectors, call_of(small).sectors, shown(small, CALLED).sectors) == ((), (), ())
    loaded(small, had)
    page = shown(small, CALLED)
    assert of(page.sectors) == {"A": (), "B": ()}
    assert page.unsent == (OFFICER, A, B)
    take(small, everybody(), "2020-10-06T23:25")
    assert call_of(small).places == {OFFICER: "A", B: "A", A: "B"}


def test_a_sector_that_the_force_has_no_more_is_still_told_of_the_night_it_had_members(small: InRecord) -> None:
    take(small, everybody())
    on(small, C=(1, 3))
    page = shown(small, CALLED)
    assert of(page.sectors) == {"C": (), "A": (OFFICER, B), "B": (A,)}


def test_where_no_sergeant_has_come_nobody_supervises_a_sector(small: InRecord) -> None:
    found = take(small, everybody(missing=[SUP]))
    assert {f.supervisors for f in found.sectors} == {()}
    assert call_of(small).led == ()


def test_sectors_are_those_of_the_time_of_the_tour(small: InRecord) -> None:
    small.rows = changed(small.rows, Sector, lambda s: s.sector == "B", until=local("2020-10-07"))
    small.load()
    assert of(shown(small, "2020-10-06T20:00").sectors).keys() == {"A", "B"}
    assert of(shown(small, "2020-10-07T20:00", day=WEDNESDAY).sectors).keys() == {"A"}
