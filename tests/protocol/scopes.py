"""The worlds that are looked at completely, each as small as it can be and still show what it is there for."""

from typing import Final

from muster.services import taskings
from muster.services.answers import Answer
from muster.services.taskings import Directive
from tests.protocol.memory import NOW
from tests.protocol.states import Outside, Scope
from tests.protocol.stations import CHIEF, CO, DESK, VACANT, XO, on_duty, received, resting, station

ACCEPTED, REFUSED, RECEIVED = Answer("accepted"), Answer("refused", "no hands"), Answer("received")
TAKEN_OVER = Answer("taken-over")
BOTH = (ACCEPTED, REFUSED)
TWO_CHANNELS = ("telephone", "sms")

DESK_AND_CHIEF = station(on_duty("D1", DESK), on_duty("H1", CHIEF))
DESK_AND_RESTING = station(on_duty("D1", DESK), resting("C1", CO), more=[VACANT])
DESK_AND_COMMANDER = station(on_duty("D1", DESK), on_duty("C1", CO), more=[VACANT])
TWO_AT_THE_DESK = station(on_duty("D1", DESK), on_duty("D2", DESK), on_duty("H1", CO, CHIEF))
BY_TWO_CHANNELS = station(on_duty("D1", DESK, channels=TWO_CHANNELS), on_duty("H1", CHIEF))
ALL_RESTING = station(resting("D1", DESK), resting("C1", CO))
NOBODY = station(on_duty("D1", DESK, channels=()))


def handed(to: str) -> Answer:
    """Handed on to a position."""
    return Answer("handed", to=to)


def not_me(to: str) -> Answer:
    """Somebody else was meant."""
    return Answer("not-me", to=to)


D1_ACCEPTS: Final = Outside("D1 accepts", lambda r, name: taskings.accept(r, name, "D1", NOW, DESK), "D1", DESK)
D1_REFUSES: Final = Outside("D1 refuses", lambda r, name: taskings.refuse(r, name, "D1", "no", NOW), "D1", refuses=True)
D2_REFUSES: Final = Outside("D2 refuses", lambda r, name: taskings.refuse(r, name, "D2", "no", NOW), "D2", refuses=True)
D1_CLOSES: Final = Outside("D1 closes", lambda r, name: taskings.close(r, name, "D1", "done", NOW))
D1_OFFERS: Final = Outside("D1 offers to XO", lambda r, name: taskings.offer(r, name, XO, "D1", NOW), "D1")
C1_DELEGATES: Final = Outside("C1 delegates to XO", lambda r, name: taskings.delegate(r, name, "C1", XO, NOW), "C1")
C1_TAKES: Final = Outside("C1 takes over", lambda r, name: taskings.take_over(r, name, "C1", CO, NOW), "C1", CO)
H1_TAKES: Final = Outside("H1 takes over", lambda r, name: taskings.take_over(r, name, "H1", CHIEF, NOW), "H1", CHIEF)
DEPT_SENDS: Final = Outside(
    "DEPT sends to CO", lambda r, name: taskings.send(r, name, Directive("DEPT", CO, "wants it there"), NOW)
)

SCOPES: Final = {
    "two workers are killed or stand still twice while somebody answers": Scope(
        DESK_AND_CHIEF, received(DESK_AND_CHIEF, "T1"), workers=2, faults=2, acts=1, words=BOTH
    ),
    "two workers, of whom one fails, and two answers in any order": Scope(
        DESK_AND_CHIEF, received(DESK_AND_CHIEF, "T1"), workers=2, faults=1, acts=2, words=BOTH
    ),
    "a commander at rest is woken in the second round": Scope(
        DESK_AND_RESTING, received(DESK_AND_RESTING, "T1"), workers=2, faults=1, acts=1, rounds=3, words=BOTH
    ),
    "two taskings at once": Scope(
        DESK_AND_CHIEF, received(DESK_AND_CHIEF, "T1", "T2"), workers=2, faults=1, acts=1, words=(ACCEPTED,)
    ),
    "gateways that fail, or that were late": Scope(
        DESK_AND_CHIEF, received(DESK_AND_CHIEF, "T1"), acts=1, words=(ACCEPTED,),
        gateway=("sent", "too late", "impossible"),
    ),
    "two channels, of which any may fail": Scope(
        BY_TWO_CHANNELS, received(BY_TWO_CHANNELS, "T1"), faults=1, acts=1, words=(*BOTH, RECEIVED),
        gateway=("sent", "impossible"),
    ),
    "whoever is asked hands it down": Scope(
        DESK_AND_COMMANDER, received(DESK_AND_COMMANDER, "T1"), acts=3, words=(*BOTH, handed(DESK))
    ),
    "whoever is asked hands it to a position that nobody holds": Scope(
        DESK_AND_RESTING, received(DESK_AND_RESTING, "T1"), acts=3, rounds=2, words=(*BOTH, handed(XO))
    ),
    "whoever is asked names another, or takes it over": Scope(
        DESK_AND_RESTING, received(DESK_AND_RESTING, "T1"), acts=3, rounds=2, words=(ACCEPTED, not_me(CO), TAKEN_OVER)
    ),
    "it is delegated, sent, taken over and closed by others": Scope(
        DESK_AND_COMMANDER, received(DESK_AND_COMMANDER, "T1"), acts=3, words=(ACCEPTED,),
        outside=(D1_CLOSES, C1_TAKES, C1_DELEGATES, DEPT_SENDS, D1_REFUSES),
    ),
    "an owner accepts, refuses, offers and closes in any order": Scope(
        DESK_AND_RESTING, received(DESK_AND_RESTING, "T1"), acts=3, words=(ACCEPTED,),
        outside=(D1_ACCEPTS, D1_REFUSES, D1_OFFERS, D1_CLOSES, DEPT_SENDS),
    ),
    "two hold one position, and one holds two": Scope(
        TWO_AT_THE_DESK, received(TWO_AT_THE_DESK, "T1"), acts=3, words=(*BOTH, handed(CO)),
        outside=(D2_REFUSES, H1_TAKES),
    ),
    "nobody is on duty": Scope(
        ALL_RESTING, received(ALL_RESTING, "T1"), workers=2, faults=1, acts=2, rounds=2, words=(*BOTH, handed(DESK))
    ),
    "nobody has a contact point": Scope(NOBODY, received(NOBODY, "T1"), workers=2, faults=2, rounds=3),
}  # fmt: skip
"""What is looked at, by what it is about."""
