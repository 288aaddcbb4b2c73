"""Whoever is told of a tasking, and in which position: new holders, those who are passed over, givers of orders."""

from datetime import timedelta

from muster.domain.contact import Contact
from muster.ports import Record
from muster.services import answers, orders, taskings
from muster.services.answers import Answer
from muster.services.handing_over import next_new_holder, tell_new_holders
from muster.services.orders import Order
from muster.services.taskings import Directive
from tests.ground import InRecord, local
from tests.services.reached import asked, at_three, receive
from tests.services.small import CHIEF, CO, NIGHT_DESK, does, sees

TOUR_ENDS = "2020-10-07T07:50"


def notices(force: InRecord, name: str = "T1") -> list[Contact]:
    """The notices about a tasking."""
    return sees(force, lambda views: views.rows(Contact, subject=name, purpose="notice"))


def accepted(force: InRecord) -> None:
    """The desk officer of the night accepts a tasking."""
    (first, *_) = asked(force)
    assert first.member == NIGHT_DESK
    does(force, lambda record: answers.answer(record, first.key, Answer("accepted"), force.clock()))


def test_the_next_holder_is_found_at_the_minute_the_tour_ends(small: InRecord) -> None:
    accepted(small)
    found = sees(small, lambda views: next_new_holder(views, small.clock(), local("2020-10-08T00:00")))
    assert found == local(TOUR_ENDS)


def test_nobody_is_to_be_told_before_that_or_when_it_is_closed(small: InRecord) -> None:
    accepted(small)
    before = local(TOUR_ENDS) - timedelta(minutes=1)
    assert sees(small, lambda views: next_new_holder(views, small.clock(), before)) is None
    does(small, lambda record: taskings.close(record, "T1", NIGHT_DESK, "nothing found", small.clock()))
    assert sees(small, lambda views: next_new_holder(views, small.clock(), local("2020-10-08T00:00"))) is None


def test_each_new_holder_is_told_once_whatever_others_are_told(small: InRecord) -> None:
    accepted(small)
    already = {c.key for c in notices(small)}
    small.clock.at = local(TOUR_ENDS)
    told = does(small, lambda record: tell_new_holders(record, small.clock()))
    members = [fact.body["member"] for fact in told]
    assert members
    new = [c for c in notices(small) if c.key not in already]
    assert sorted(c.member for c in new) == sorted(members)
    assert does(small, lambda record: tell_new_holders(record, small.clock())) == []


def test_whoever_is_told_for_a_unit_whose_head_is_away_can_confirm_it_in_no_position_of_that_head(
    small: InRecord,
) -> None:
    at_three(small)
    receive(small, directive=Directive("CITY-HALL", "CHIEF-OF-PATROL", "because"))
    of_chiefs = [c for c in notices(small) if c.position is None]
    assert of_chiefs
    taken = does(small, lambda record: answers.answer(record, of_chiefs[0].key, Answer("received"), small.clock()))
    assert taken.ok, taken.says


def test_the_giver_of_an_order_to_many_is_not_told_of_each_who_accepts(small: InRecord) -> None:
    small.clock.at = local("2020-10-07T10:00")

    def give(record: Record) -> None:
        orders.give(record, Order("O", "report strength", "CHIEF-OF-PATROL", ["PBBX", "PCT-047"]), record.now)
        taskings.accept(record, "O.PCT-047", CO, record.now)

    does(small, give)
    assert CHIEF not in {c.member for c in notices(small, "O.PCT-047")}
