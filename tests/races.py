"""Two who accept at the same instant, each on a page of their own, and how that must end."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from tests.doors import Said, post
from tests.ground import InRecord
from tests.services.reached import deciding, kinds_of, receive, step, tasking
from tests.services.small import sees


def both_accept(pages: Sequence[str]) -> list[Said]:
    """What two are told who press the button at the same instant, each on their own page."""
    together = threading.Barrier(2)

    def press(page: str) -> Said:
        together.wait()
        return post(page, word="accepted")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, pages))


def one_has_it(force: InRecord, name: str, asked: list[Contact], said: list[Said]) -> None:
    """Of two who accepted one is the owner, and the other was told who that is, then and there and by a notice."""
    assert sorted(s.status for s in said) == [303, 409]
    winner, loser = sorted(asked, key=lambda c: said[asked.index(c)].status)
    found = tasking(force, name)
    assert (found.accepted_by, found.owner) == (winner.member, winner.position)
    assert kinds_of(force, f"tasking/{name}").count("tasking.accepted") == 1
    escalation = sees(force, lambda v: v.row(Escalation, name))
    assert escalation is not None
    assert escalation.state == "answered"
    lost = said[asked.index(loser)]
    assert f"{winner.member} ({winner.position}) has it already" in lost.text
    told = sees(force, lambda v: v.rows(Contact, subject=name, purpose="notice", member=loser.member))
    assert told
    assert all(f"{winner.member} ({winner.position}) has it" in c.says for c in told)


def two_asked(force: InRecord, name: str) -> list[Contact]:
    """Somebody reports shots, and two are asked, in two steps."""
    receive(force, name)
    for _ in range(2):
        step(force, name)
    found = {c.member: c for c in deciding(force, name)}
    assert len(found) == 2
    return list(found.values())
