"""Every hour once, proved: what every closing of a record certified, held minute by minute to the raw facts before it.

Written from docs/hours.md alone, without the ledger's code: facts are read as JSON, and a member's time is painted,
minute for minute, from what weighs least to what weighs most. ``faults(views)`` is empty for a record that is right.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from muster.ports import Views
from tests.minutes import (
    FOLLOWED,
    MINUTE,
    NOTHING,
    PAID,
    UNPAID,
    Body,
    Minutes,
    State,
    home_of,
    midnight,
    minute,
    none,
    read_at,
    worked,
)

TABLE = {7: (53, 43), 14: (106, 86), 28: (212, 171)}
"""Hours of 29 CFR 553.230(c) of some work periods: of fire protection, of law enforcement."""
Claimed = dict[str, dict[tuple[str, datetime], Minutes]]
"""By member, what each unit certified of each period, by its start."""


def faults(views: Views) -> list[str]:
    """All that is wrong with what the closings of a record certified, each as it was when it was certified. Times must
    be full minutes. Raises ``ValueError`` for a fact about hours that is not known here."""
    state, found, claimed = State(), list[str](), defaultdict[str, dict[tuple[str, datetime], Minutes]](dict)

    def text(name: str) -> str:
        return views.contents([name])[name]

    for fact in views.facts():
        noun, _, verb = fact.kind.partition(".")
        body = json.loads(fact.body)
        if noun == "closing":
            said = f"fact {fact.seq}, {fact.stream}: "
            found += [said + wrong for wrong in _closing_faults(state, body, text(body["content"]), claimed)]
        elif noun == "roster":
            state.roster(fact.stream, verb, body, text)
        elif noun in FOLLOWED:
            state.take(noun, fact.stream, verb, body)
    return found


def _closing_faults(state: State, body: Body, text: str, claimed: Claimed) -> Iterator[str]:
    """What is wrong with one closing, also beside those before."""
    if sha256(text.encode()).hexdigest() != body["content"]:
        yield "its text does not give its hash"
    accounts, unit = json.loads(text)["accounts"], body["unit"]
    start, end = read_at(body["since"]), read_at(body["until"])
    homes = {m: home_of(state, m, start, end) for m in _ever_of(state, unit)}
    here = {m for m, home in homes.items() if unit in home}
    if here != accounts.keys():
        yield f"members {sorted(here ^ accounts.keys())} are at home in the unit or not, and it says otherwise"
    counted = paid = rested = 0
    for member in sorted(here & accounts.keys()):
        mine, here_minutes = worked(state, member, start, end), homes[member].count(unit)
        if here_minutes < len(mine):
            mine = bytearray(n if where == unit else NOTHING for n, where in zip(mine, homes[member], strict=True))
        certified, wrong = _painted(accounts[member]["entries"], start, end)
        yield from (f"{member}: {said}" for said in wrong)
        mine_minutes = len(mine) - mine.count(NOTHING)
        counted, paid, rested = counted + mine_minutes, paid + mine.count(PAID), rested + here_minutes - mine_minutes
        for n in (n for n in range(len(mine)) if mine[n] != certified[n]) if mine != certified else ():
            yield f"{member} at {start + n * MINUTE}: counts as {mine[n]}, certified is {certified[n]}"
        others = {key: told for key, told in claimed[member].items() if key != (unit, start)}
        yield from (
            f"{member}: {key} certified the same time"
            for key, told in others.items()
            if _meet(told, certified, key[1], start)
        )
        claimed[member][unit, start] = certified
    for name, minutes in (("counted", counted), ("paid", paid), ("rested", rested)):
        if body[f"{name}_seconds"] != 60 * minutes:
            yield f"{minutes * 60} seconds are {name}, it says {body[f'{name}_seconds']}"
    over = [_overtime(state, m, unit, start, end) for m in sorted(here)]
    if body.get("overtime_seconds", 0) != 60 * sum(over):
        yield f"{sum(over) * 60} seconds are overtime, it says {body.get('overtime_seconds', 0)}"


def _painted(entries: list[list[Any]], start: datetime, end: datetime) -> tuple[Minutes, list[str]]:
    """The minutes of certified entries, and those that are certified twice or lie outside of the period."""
    minutes, wrong = none(start, end), []
    for since, until, kind, _, is_paid, _ in entries:
        a, b = minute(since, start), minute(until, start)
        if a < 0 or b > len(minutes) or a >= b:
            wrong.append(f"{kind} from {since} to {until} is no time of the period")
        elif any(minutes[a:b]):
            wrong.append(f"{kind} from {since} to {until} is certified twice")
        minutes[max(a, 0) : b] = bytes([PAID if is_paid else UNPAID]) * (min(b, len(minutes)) - max(a, 0))
    return minutes, wrong


def _ever_of(state: State, unit: str) -> set[str]:
    """Members whom anything ever puts into the unit."""
    posts = {p["position"] for p in state.rows["position"].values() if p["unit"] == unit}
    squads = {s["squad"] for s in state.rows["squad"].values() if s["unit"] == unit}
    found = {a["member"] for a in state.rows["appointment"].values() if a["position"] in posts}
    found |= {p["member"] for p in state.rows["squad_place"].values() if p["squad"] in squads}
    return found | {a["member"] for a in state.rows["attachment"].values() if a["unit"] == unit}


def _meet(one: Minutes, other: Minutes, start: datetime, begin: datetime) -> bool:
    """Whether two lists of minutes, of periods that begin at these instants, have some in common."""
    shift = minute(begin, start)
    return any(one[n + shift] and other[n] for n in range(max(-shift, 0), min(len(other), len(one) - shift)))


def _overtime(state: State, member: str, unit: str, start: datetime, end: datetime) -> int:
    """Minutes of overtime in the work periods that end in a period, while the member is at home in the unit last."""
    force, zone = state.force, state.zone
    days, first = force.get("work_period_days"), force.get("work_period_from")
    if days is None or first is None:
        return 0
    over, day = 0, date.fromisoformat(first)
    hours = TABLE[days][force.get("activity", "law-enforcement") == "law-enforcement"]
    while (a := midnight(day, zone)) < end:
        day += timedelta(days=days)
        b = midnight(day, zone)
        if start < b <= end:
            homes = [where for where in home_of(state, member, start, b) if where]
            if homes and homes[-1] == unit:
                over += max(worked(state, member, a, b).count(PAID) - 60 * hours, 0)
    return over
