"""Who asks the API, and about what: two precincts, a tasking, a request, a roster, a call-in, who left a post."""

import json
from dataclasses import dataclass, replace
from typing import Any

from muster.domain.competence import Asked
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment, Career, ContactPoint, Member
from muster.domain.users import User
from muster.ports import Record
from muster.services import requests, taskings
from muster.services.tokens import issue
from muster.services.users import add_user
from tests.doors import House, Said, ask
from tests.ground import InRecord, local
from tests.publishing import charted, published
from tests.requesting import oct_
from tests.services.offered import need, offer
from tests.services.small import CO, OFFICER, PCT, XO, does

OTHER, OTHER_CO, FORMER = "PCT-049", "M0949", "M0950"
"""Another precinct, who commands it, and who commanded the 47th before, and holds nothing now."""
NOON = "2020-10-20T12:00"
SECRET = "a wedding in the family"
WHAT = "a quarrel between two neighbours"


@dataclass
class Scene:
    """The record and its server."""

    force: InRecord
    house: House

    def token(self, member: str, scopes: tuple[str, ...] = ("read", "act"), days: int = 30) -> str:
        """A token of a member's user, who is made where there is none."""

        def make(record: Record) -> str:
            if record.row(User, member) is None:
                add_user(record, User(user=member, member=member, since=record.now), None, record.now)
            return issue(record, member, scopes, days, record.now).secret

        return does(self.force, make)

    def get(self, path: str, token: str | None = None) -> tuple[int, Any]:
        """What is answered: its status, and the body."""
        return told(ask(f"{self.house.base}/api/v1{path}", headers=bearing(token)))

    def post(self, path: str, token: str | None, body: object, key: str | None = "k1") -> tuple[int, Any]:
        """The same of an act."""
        keyed = {} if key is None else {"Idempotency-Key": key}
        headers = {**bearing(token), "Content-Type": "application/json", **keyed}
        return told(ask(f"{self.house.base}/api/v1{path}", "POST", json.dumps(body).encode(), headers))


def bearing(token: str | None) -> dict[str, str]:
    """The header that carries a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def told(said: Said) -> tuple[int, Any]:
    """The status of a response, and its body."""
    assert said.headers["content-type"] == "application/json", said
    return said.status, json.loads(said.text)


def set_up(force: InRecord) -> None:
    """Make all of that, on Tuesday 20 October 2020 at noon."""
    _people(force)
    force.load()
    published(force, charted(force))
    force.clock.at = local(NOON)
    does(force, lambda record: requests.file_leave(record, OFFICER, oct_(28), oct_(29), record.now, SECRET))
    asked = Asked("shots-fired", PCT, force.clock())
    does(force, lambda record: taskings.receive(record, asked, WHAT, "incident", None, "T1"))
    need(force, at=force.clock(), since=local("2020-10-22T23:15"), until=local("2020-10-23T07:50"))
    offer(force, most=2, deadline=local("2020-10-20T18:00"))
    force.rest(XO, "2020-10-20T11:00", "2020-10-20T18:00")


def acting(member: str) -> Appointment:
    """That a member acts as commander of the precinct since this morning."""
    since = local("2020-10-20T08:00")
    return Appointment(
        position="PCT-047-CO", member=member, kind="acting", since=since, until=None, instrument="Order 9"
    )


def _people(force: InRecord) -> None:
    unit = next(r for r in force.rows if isinstance(r, Unit) and r.unit == PCT)
    post = next(r for r in force.rows if isinstance(r, Position) and r.position == "PCT-047-CO")
    theirs = [r for r in force.rows if isinstance(r, Member | Career | ContactPoint) and r.member == CO]
    held = next(r for r in force.rows if isinstance(r, Appointment) and r.member == CO)
    force.rows += [replace(unit, unit=OTHER, name="49th Precinct"), replace(post, position="PCT-049-CO", unit=OTHER)]
    force.rows += [replace(r, member=m) for r in theirs for m in (OTHER_CO, FORMER)]
    since, until = local("2020-09-01"), local("2020-10-01")
    acted = replace(held, member=FORMER, kind="acting", since=since, until=until, instrument="Order 7")
    force.rows += [replace(held, member=OTHER_CO, position="PCT-049-CO"), acted]
