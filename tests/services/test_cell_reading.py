"""Of an entry of a roster nobody reads hours, limits or absences of others whom they do not command."""

from datetime import timedelta

from muster.domain.published import OFF
from muster.services.cell_answers import WhyCell
from muster.services.cell_reading import as_read
from muster.services.entitled import Reader
from tests.ground import InRecord
from tests.publishing import DAY, day
from tests.services.small import sees
from tests.services.test_why_cell import AT, CREW, asked, drawn, lines_now

COMMANDER, OUTSIDER = "M0005", "M0019"


def read(force: InRecord, found: WhyCell, member: str) -> WhyCell:
    return as_read(found, sees(force, lambda views: Reader(views, member, AT)))


def test_others_read_who_has_which_tour_and_nothing_of_hours_or_absences(small: InRecord) -> None:
    drawn(small, 0)
    lines = sees(small, lines_now)
    hidden = 0
    for member in CREW:
        number = next(n for n in range(1, 14) if lines[member][n] != OFF)
        whole = asked(small, member, day(number), OFF if number % 2 else DAY)
        assert read(small, whole, COMMANDER) == whole
        told = read(small, whole, OUTSIDER)
        assert told.covers == whole.covers
        assert {o.member for o in told.others} == {o.member for o in whole.others}
        assert sorted(m for of in told.cannot.values() for m in of) == sorted(
            m for of in whole.cannot.values() for m in of
        )
        hours = [told.around.in_week, told.around.rest_before, *(o.in_week for o in told.others)]
        assert not any(isinstance(each, timedelta) for each in hours)
        text = repr(told)
        assert not any(word in text for word in ("absent", "leaving", "unfit", "caution at", "of rest", "in 7 days"))
        hidden += sum(word in repr(whole) for word in ("absent", "unfit", "caution at"))
    assert hidden > 2


def test_a_member_reads_their_own_hours_and_not_those_of_others(small: InRecord) -> None:
    drawn(small, 0)
    lines = sees(small, lines_now)
    tours = ((member, day(n)) for member in CREW for n in range(1, 14) if lines[member][n] != OFF)
    own, whole = next((member, found) for member, on in tours if (found := asked(small, member, on, OFF)).others)
    told = read(small, whole, own)
    assert (told.around, told.change) == (whole.around, whole.change)
    assert {(o.in_week, o.cautions) for o in told.others} == {(None, ())}
    for other in whole.others:
        mine = next(o for o in read(small, whole, other.member).others if o.member == other.member)
        assert mine == other
