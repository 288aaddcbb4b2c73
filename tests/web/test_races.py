"""Two who accept at the same instant, through the real server: one owner, and both are told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

from muster.bootstrap import open_store, system_clock
from tests.doors import House, house_of
from tests.ground import InRecord
from tests.processes import Serving, gateways_file
from tests.races import both_accept, one_has_it, two_asked
from tests.services.reached import ROWS, at_three, deciding, kinds_of, receive, step
from tests.support import SettableClock

ROUNDS = 12


def test_two_threads_of_one_server_make_one_owner_and_tell_both(house: House, force: InRecord) -> None:
    at_three(force)
    for round_ in range(ROUNDS):
        name = f"T{round_ + 1}"
        two = two_asked(force, name)
        one_has_it(force, name, two, both_accept((house.page(two[0]), house.page(two[1]))))


def test_one_person_on_two_channels_at_once_answers_once(house: House, force: InRecord) -> None:
    at_three(force)
    receive(force)
    step(force)
    sms, phone = deciding(force)
    said = both_accept((house.page(sms), house.page(phone)))
    assert sorted(s.status for s in said) == [303, 410]
    assert kinds_of(force, "tasking/T1").count("tasking.accepted") == 1
    answered = [c for c in deciding(force) if c.answer is not None]
    assert [c.answer for c in answered] == ["accepted"]


def test_twenty_taps_at_once_are_one_answer(house: House, force: InRecord) -> None:
    at_three(force)
    receive(force)
    step(force)
    first, *_ = deciding(force)
    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(lambda _: house.answer(first, "accepted", once="w1"), range(20)))
    assert {s.status for s in said} == {303}
    assert kinds_of(force, first.stream).count("contact.answered") == 1


def test_two_processes_on_one_record_make_one_owner_and_tell_both(url: str, tmp_path: Path) -> None:
    clock = SettableClock(system_clock())  # that of the servers, which are processes of their own
    with closing(open_store(url, clock)) as store, ExitStack() as running:
        force, house = InRecord(store, clock, ROWS), house_of(store, clock)
        file = gateways_file(tmp_path)
        servers = [running.enter_context(closing(Serving(url, file))) for _ in range(2)]
        for round_ in range(ROUNDS // 2):
            name = f"T{round_ + 1}"
            two = two_asked(force, name)
            first, second = (f"{s.url}/c/{house.token(c)}" for s, c in zip(servers, two, strict=True))
            one_has_it(force, name, two, both_accept((first, second)))
