"""A gateway that hangs holds up nobody for long, and is found again when it works."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from muster.notify.channel import MAIL_TIMEOUT
from muster.notify.crew import Crew, TooLate
from muster.notify.http import TIMEOUT
from muster.notify.sending import FAILURES, FULL, LONGEST, MOST_AT_ONCE, PAUSE, RESTING, SLOW, Sender
from muster.ports import Delivery, Message
from tests.notify.doubles import Obedient, message

SENT = Delivery("sent", "")
AGAIN = Delivery("try-again", "the gateway answered 503")
NEVER = Delivery("impossible", "the gateway answered 404")


class Passing:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


class Slow(Obedient):
    """A gateway that takes its time, by a clock that is told so, and then answers."""

    def __init__(self, passing: Passing, seconds: float = SLOW) -> None:
        super().__init__(self._late)
        self.delivery = AGAIN
        self.seconds = seconds
        self._passing = passing

    def _late(self, message: Message) -> Delivery:
        self._passing.at += self.seconds
        return self.delivery


def hung(passing: Passing) -> tuple[Sender, Slow]:
    """A sender whose gateway has hung as often as it may."""
    gateway = Slow(passing)
    sender = Sender({"sms": gateway}, passed=passing)
    assert [sender.send(message()) for _ in range(FAILURES)] == [AGAIN] * FAILURES
    return sender, gateway


def held(gateway: Slow) -> tuple[threading.Event, threading.Event]:
    """What is set when the gateway is asked, and what it then waits for."""
    tries, works = threading.Event(), threading.Event()

    def answer(_: Message) -> Delivery:
        tries.set()
        works.wait()
        return SENT

    gateway.answer = answer
    return tries, works


def test_a_gateway_that_hangs_again_and_again_is_left_alone_for_a_while() -> None:
    passing = Passing()
    sender, gateway = hung(passing)
    assert sender.send(message()) == RESTING
    passing.at += PAUSE - 0.1
    assert sender.send(message()) == RESTING
    assert len(gateway.asked) == FAILURES


def test_after_the_pause_one_message_tries_it_and_if_it_works_all_are_sent() -> None:
    passing = Passing()
    sender, gateway = hung(passing)
    passing.at += PAUSE
    gateway.delivery, gateway.seconds = SENT, 0.0
    assert [sender.send(message()) for _ in range(5)] == [SENT] * 5


def test_after_the_pause_a_gateway_that_still_hangs_is_left_alone_again() -> None:
    passing = Passing()
    sender, gateway = hung(passing)
    passing.at += PAUSE
    assert [sender.send(message()) for _ in range(3)] == [AGAIN, RESTING, RESTING]
    assert len(gateway.asked) == FAILURES + 1


@pytest.mark.parametrize("delivery", [SENT, NEVER])
def test_a_gateway_that_answers_slowly_is_no_gateway_that_hangs(delivery: Delivery) -> None:
    passing = Passing()
    gateway = Slow(passing)
    gateway.delivery = delivery
    sender = Sender({"sms": gateway}, passed=passing)
    assert [sender.send(message()) for _ in range(3 * FAILURES)] == [delivery] * 3 * FAILURES


def test_a_gateway_that_fails_at_once_is_asked_every_time() -> None:
    gateway = Obedient(lambda _: AGAIN)
    sender = Sender({"sms": gateway})
    assert [sender.send(message()) for _ in range(20)] == [AGAIN] * 20
    assert len(gateway.asked) == 20


def test_one_gateway_that_hangs_does_not_close_another() -> None:
    passing = Passing()
    other = Obedient(lambda _: SENT)
    sender = Sender({"sms": Slow(passing), "chat": other}, passed=passing)
    for _ in range(FAILURES + 1):
        sender.send(message())
    assert sender.send(message()) == RESTING
    assert sender.send(message("chat")) == SENT


def test_while_one_message_tries_it_the_others_wait_for_what_it_finds() -> None:
    passing = Passing()
    sender, gateway = hung(passing)
    passing.at += PAUSE
    tries, works = held(gateway)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(sender.send, message())
        tries.wait()
        others = [pool.submit(sender.send, message()) for _ in range(3)]
        works.set()
        assert [each.result() for each in (first, *others)] == [SENT] * 4


def test_if_the_trial_takes_long_the_others_do_not_wait_for_it() -> None:
    passing = Passing()
    sender, gateway = hung(passing)
    passing.at += PAUSE
    tries, works = held(gateway)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sender.send, message())
        tries.wait()
        passing.at += 10 * PAUSE
        assert sender.send(message()) == RESTING
        works.set()
        assert first.result() == SENT
    assert sender.send(message()) == SENT


def test_so_many_messages_and_no_more_wait_for_one_gateway() -> None:
    asked, ends = threading.Semaphore(0), threading.Event()

    def never(said: Message) -> Delivery:
        asked.release()
        ends.wait()
        return SENT

    sender = Sender({"sms": Obedient(never)}, longest=60.0)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        waiting = [pool.submit(sender.send, message()) for _ in range(MOST_AT_ONCE)]
        for _ in waiting:
            asked.acquire()
        assert sender.send(message()) == FULL
        ends.set()
        assert {each.result() for each in waiting} == {SENT}


def test_what_has_ended_makes_room_for_more() -> None:
    passing = Passing()
    gateway = Obedient(lambda _: SENT)
    sender = Sender({"sms": gateway}, passed=passing)
    assert {sender.send(message()).state for _ in range(2 * MOST_AT_ONCE)} == {"sent"}
    sender, _ = hung(passing)
    assert [sender.send(message()) for _ in range(2 * MOST_AT_ONCE)] == [RESTING] * 2 * MOST_AT_ONCE


def test_a_gateway_that_answers_after_a_minute_is_left_behind_within_fifteen_seconds() -> None:
    assert sum(TIMEOUT) <= LONGEST < 15
    assert MAIL_TIMEOUT < LONGEST


def test_what_a_gateway_raises_is_told_without_its_words() -> None:
    def fails(said: Message) -> Delivery:
        raise RuntimeError("a secret")

    sender = Sender({"sms": Obedient(fails)})
    delivery = sender.send(message())
    assert delivery.state == "impossible"
    assert "secret" not in delivery.says


def test_a_crew_returns_what_comes_and_raises_what_is_raised() -> None:
    crew = Crew()
    assert crew.do(lambda: 7, 10) == 7
    with pytest.raises(ZeroDivisionError):
        crew.do(lambda: 1 // 0, 10)
    crew.close()


def test_a_crew_leaves_behind_what_takes_too_long_and_goes_on() -> None:
    crew, ends = Crew(), threading.Event()
    with pytest.raises(TooLate):
        crew.do(ends.wait, 0.01)
    assert crew.do(lambda: "next", 10) == "next"
    ends.set()
    crew.close()


def test_the_threads_of_a_crew_are_kept_and_let_go() -> None:
    crew = Crew()
    names = {crew.do(lambda: threading.current_thread(), 10) for _ in range(200)}
    assert len(names) < 20
    crew.close()
    for thread in names:
        thread.join(10)
        assert not thread.is_alive()
