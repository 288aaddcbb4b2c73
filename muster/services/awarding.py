"""Rounds of offers that are due to be decided: all that a worker claimed, each with everything that follows at once."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from muster.domain.asking import rests_until
from muster.domain.calling_award import Award, Awarding
from muster.domain.calling_offers import Offer, Offering
from muster.domain.calling_told import Telling
from muster.domain.contact import Contact
from muster.domain.errors import MusterError
from muster.domain.record import Fact
from muster.domain.watch import Watches
from muster.ports import Record
from muster.services.call_ins import named
from muster.services.calling import listed
from muster.services.offices import force_of
from muster.services.reach import Channels
from muster.services.stepping import AGAIN
from muster.services.watch import watches_at


@dataclass(frozen=True, slots=True)
class Decided:
    """A round that was looked at: what follows, as its facts say."""

    offering: str
    facts: tuple[Fact, ...]


def decide_due(record: Record, names: Collection[str]) -> list[Decided]:
    """Decide each of these rounds as far as it can be now. Safe to repeat: what is not due, or over, is left."""
    found = [o for o in record.rows(Offering, key=names) if o.due_at is not None and o.due_at <= record.now]
    done = [Decided(o.key, tuple(_decided(record, o))) for o in found]
    record.append(fact for each in done for fact in each.facts)
    return done


def _decided(record: Record, offering: Offering) -> list[Fact]:
    """One round. One that cannot be decided keeps none of the others from theirs."""
    at = record.now
    try:
        call_in = named(record, offering.call_in)
        offers = record.rows(Offer, call_in=offering.call_in, round=offering.round)
        found = listed(record, call_in, at)
        award = Awarding(found.case, found.people, found.list, offering, offers).decide()
        return [*award.facts, *_told(record, Telling(call_in, offering, at), award, offers)]
    except MusterError as said:
        return [offering.due("faulted", at, at + AGAIN, why=str(said)[:500])]
    except Exception as fault:
        return [offering.due("faulted", at, at + AGAIN, why=f"a fault of Muster: {type(fault).__name__}")]


def _told(record: Record, of: Telling, award: Award, offers: Iterable[Offer]) -> Iterator[Fact]:
    """Nobody is sent an offer any more that has ended; each is told what came of theirs, and whoever runs it
    what came of all of them. Who gave no answer is told when their rest has ended."""
    call_in, at = of.call_in.call_in, of.at
    ended = {each.offer.member for each in award.came}
    sent = record.rows(Contact, subject=call_in, purpose="offer", step=of.offering.round)
    yield from (c.spared("the offer has ended", at) for c in sent if c.waits and c.member in ended)
    reached = {c.member for c in sent if c.may_have_come(at)}
    by = of.offering.by
    watches = watches_at(record, [of.call_in.unit], at, members=ended | {by})
    within = timedelta(minutes=force_of(record).answer_minutes)
    ways = Channels(record)
    for came in award.came:
        if came.state == "spared" and came.offer.member not in reached:
            continue
        rest = rests_until(watches.moment, came.offer.member) if came.state == "spared" else None
        told = of.tells(came, ways(came.offer.member), rest or at, within)
        yield from (c.queued() for c in told)
    if award.over:
        mine = {o.member for o in offers if o.state == "awarded"}
        mine |= {each.offer.member for each in award.came if each.state == "awarded"}
        for member in _run_it(watches, of.call_in.unit, by):
            yield from (c.queued() for c in of.returns(award, sorted(mine), member, ways(member)))


def _run_it(watches: Watches, unit: str, by: str) -> list[str]:
    """Who is told what came of it all: whoever had it offered and, where they are off duty now, who is in command."""
    command = watches.watch(unit).in_command
    away = watches.moment.status(by).state != "on-duty"
    return list(dict.fromkeys([by, *([command.member] if away and command is not None else [])]))
