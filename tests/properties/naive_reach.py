"""Who is asked next, naively, straight from the text of the design, on top of the naive watch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muster.domain.authority import Authority
from muster.domain.duty import Reachability
from muster.domain.force import Force, Position, Title
from muster.domain.members import ContactPoint
from muster.domain.profiles import profile_named
from tests.properties.naive import Naive, holding
from tests.properties.naive_routing import next_duty, path

Asked = tuple[int, str, str, datetime]
"""Step, member, position, when."""
DAY = timedelta(days=1)


@dataclass
class Search:
    """The plan of contacts for one tasking, and how far it has come. ``ended``: when the chain was gone through."""

    unit: str
    chain: Sequence[str]
    due: datetime
    deadline: datetime | None
    owner: str
    offered: list[str]
    has: str | None = None
    running: bool = True
    place: int = 0
    step: int = 0
    round: int = 1
    asked: list[str] = field(default_factory=list)
    position: str | None = None
    log: list[Asked] = field(default_factory=list)
    alarms: list[datetime] = field(default_factory=list)

    def begins_anew(self, chain: Sequence[str], at: datetime, without: Sequence[str]) -> None:
        """Somebody was named, or the owner gave it up. A search that was over spares rest again."""
        self.chain, self.place, self.asked, self.position, self.due = chain, 0, list(without), None, at
        self.round = self.round if self.running else 1
        self.running = True

    def names(self, to: str, at: datetime, without: Sequence[str] = ()) -> None:
        """It is offered to a position, which is asked first."""
        self.offered += [to] if to not in (self.owner, *self.offered) else []
        if to in self.offered:
            self.begins_anew(list(dict.fromkeys((to, self.owner, *self.chain))), at, without)

    def refuses(self, position: str, member: str, at: datetime, serves: bool) -> None:
        """Whoever was asked says no: the next is asked at once. ``serves``: who has it still does."""
        self.offered = [p for p in self.offered if p != position]
        gave_up = position == self.owner and self.has is not None and (self.has == member or not serves)
        if self.running:
            self.due = min(self.due, at) if position == self.position else self.due
            self.has = None if self.has == member and position == self.owner else self.has
        elif gave_up:
            self.has = None
            self.begins_anew(self.chain, at, [member])

    def accepts(self, position: str, member: str) -> None:
        """Somebody takes it on, and nobody else is sought."""
        self.owner, self.has, self.offered, self.running = position, member, [], False


class NaiveReach:
    """Whom a tasking is brought to at an instant; ``works``: whether a channel carries anything."""

    def __init__(self, naive: Naive, at: datetime, works: Callable[[str], bool]) -> None:
        self.naive, self.at, self.works = naive, at, works
        self.posts = {p.position: p for p in naive.of(Position)}
        self.force = naive.of(Force)[0]

    # -- The chain: to whom it was given, the last first; its owner; then those who may decide, from the bottom up ----

    def chain(self, owner: str, offered: Sequence[str], unit: str, row: Authority | None) -> list[str]:
        found = [*reversed(offered), owner]
        for level in path(self.naive, unit):
            found += [position for _, _, position in sorted(self.may_decide(level, row))]
        return list(dict.fromkeys(found))

    def may_decide(self, unit: str, row: Authority | None) -> list[tuple[tuple[int, int], int, str]]:
        """Own tour positions by standing, own command positions from the last in the succession, those that cover it:
        held or not, whoever is there."""
        standing = {t.title: t.standing for t in self.naive.of(Title)}
        own = [p for p in self.naive.positions(unit, self.at) if self.naive.kinds[p.title] == "command"]
        found = [((1, -p.order), number, p.position) for number, p in enumerate(own)]
        for number, (position, _, capacity) in enumerate(self.naive.listed(unit, self.at), start=len(own)):
            lowest = row.lowest_tour if row is not None else None
            if lowest is not None and capacity in ("tour", "cover") and standing[position.title] >= standing[lowest]:
                found.append(((0 if capacity == "tour" else 2, standing[position.title]), number, position.position))
        return found

    def first_due(self, chain: Sequence[str], unit: str, deadline: datetime | None) -> datetime:
        """Now, or at the next duty of the first in the chain where the deadline leaves time for that."""
        if deadline is None:
            return self.at
        held = self.naive.held(chain[0], self.at) if self.holders(chain[0]) else []
        when = [next_duty(self.naive, a, unit, self.at, deadline) for a in held]
        return min((w for w in when if w is not None), default=self.at)

    # -- Who is asked next: who is on duty, fit, rested and reachable is asked again at each step

    def holders(self, position: str) -> list[str]:
        """Whoever holds it, in the order in which they are asked."""
        post = self.posts.get(position)
        if post is None or not holding(post, self.at):
            return []
        return [m for p, m, _ in self.naive.listed(post.unit, self.at) if p.position == position]

    def next(self, search: Search) -> tuple[int, str] | None:
        """The place in the chain and the member who is asked; None: the chain is at its end."""
        for place in range(search.place, len(search.chain)):
            for member in self.holders(search.chain[place]):
                if member not in search.asked and self.can_be_asked(search, search.chain[place], member):
                    return place, member
        return None

    def can_be_asked(self, search: Search, position: str, member: str) -> bool:
        """On duty here or on call, fit, rested, reachable; in later rounds also who commands and is off or at rest."""
        naive, post = self.naive, self.posts[position]
        if not naive.of(ContactPoint, member=member):
            return False
        if naive.able(post, member, search.unit, self.at):
            return True
        state, _ = naive.status(member, self.at)
        here = naive.here(member, self.at, search.unit, post.unit)
        rests = state == "off" or (here and naive.resting(member, self.at))
        said = [r for r in naive.of(Reachability, member=member, kind="unreachable") if holding(r, self.at)]
        command = naive.kinds[post.title] == "command"
        return search.round > 1 and command and rests and not said and not naive.unfit(member, self.at)

    # -- Steps -------------------------------------------------------------------------------------------------------

    def steps(self, search: Search) -> list[Reachability]:
        """Take what is due by now; returns the rest owed to those who were woken."""
        owed: list[Reachability] = []
        while search.running and search.due <= self.at:
            found = self.next(search)
            if found is not None:
                owed += self.asks(search, *found)
                continue
            if search.round > 1 or search.asked:
                search.alarms.append(self.at)
                search.due = self.at + timedelta(minutes=self.force.repeat_minutes)
            search.round, search.place, search.asked, search.position = search.round + 1, 0, [], None
        return owed

    def asks(self, search: Search, place: int, member: str) -> list[Reachability]:
        position = search.chain[place]
        search.place, search.step, search.position = place + 1, search.step + 1, position
        search.asked.append(member)
        search.offered += [position] if position not in (search.owner, *search.offered) else []
        search.log.append((search.step, member, position, self.at))
        reached = any(self.works(p.channel) for p in self.naive.of(ContactPoint, member=member))
        search.due = self.at + self.window(search) if reached else self.at
        off = self.naive.status(member, self.at)[0] != "on"
        woken = not self.naive.able(self.posts[position], member, search.unit, self.at)
        return [self.rest_owed(member)] if woken or (off and self.naive.resting(member, self.at)) else []

    def window(self, search: Search) -> timedelta:
        """The force's minutes; where a deadline leaves more, an even share of half the time to it, at most a day."""
        least = timedelta(minutes=self.force.answer_minutes)
        if search.deadline is None:
            return least
        left = 1 + len(search.chain) - search.place
        return max(least, min((search.deadline - self.at) / 2 / left, DAY))

    def rest_owed(self, member: str) -> Reachability:
        """Protected rest anew."""
        until = self.at + profile_named(self.force.profile, ()).protected_rest
        return Reachability(member=member, since=self.at, until=until, kind="owed")
