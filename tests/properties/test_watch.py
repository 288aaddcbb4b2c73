"""Properties 1 and 8 of the design, for the watch, over random forces and histories."""

from hypothesis.stateful import invariant

from muster.domain.duty import SquadPlace
from muster.domain.force import Position, Title
from muster.domain.members import Member
from muster.domain.passing import Holder
from muster.domain.snapshot import Snapshot
from muster.domain.supervision import Supervisor, supervisor_of
from muster.domain.watch import Watch, Watches
from tests.properties.histories import MODERATE, History
from tests.properties.naive import Answer, Naive


def said(holder: Holder | None) -> Answer | None:
    return None if holder is None else (holder.member, holder.position, holder.capacity)


class UnityOfCommand(History):
    """At every instant every unit has exactly one watch, and every member on duty exactly one supervisor."""

    @invariant()
    def the_watch_is_what_the_design_says(self) -> None:
        naive, snapshot = Naive(self.rows, self.at), self.watches().snapshot
        for at in self.edges(3):
            watches = self.watches() if at == self.at else Watches(snapshot, at)
            for unit in self.units():
                watch = watches.watch(unit)
                assert said(watch.due) == naive.due(unit, at), f"due in {unit} at {at}"
                in_command, overdue = naive.in_command(unit, at)
                assert said(watch.in_command) == in_command, f"in command of {unit} at {at}"
                assert watch.relief_overdue_since == overdue, f"relief of {unit} at {at}"
                self.it_explains_itself(snapshot, watch)

    def it_explains_itself(self, snapshot: Snapshot, watch: Watch) -> None:
        assert all(watch.why)
        assert watch.why
        assert all(p.reason and p.public for p in watch.passed)
        assert all(h.source for h in (watch.in_command, watch.due) if h)
        assert everybody_before(snapshot, watch) <= {p.position for p in watch.passed}
        for p in watch.for_everyone().passed:
            assert p.why not in ("unfit", "relief-overdue", "protected-rest")
            assert not any(word in p.reason for word in ("unfit", "rest", "sick", "relief", " h "))

    @invariant()
    def civil_authority_is_never_in_command(self) -> None:
        civil = {u.unit for u in self.watches().snapshot.units.values() if u.civil}
        watches = self.watches()
        for unit in self.units():
            watch = watches.watch(unit)
            assert not civil & {h.unit for h in (watch.in_command, watch.due) if h}

    @invariant()
    def everybody_on_duty_has_one_supervisor(self) -> None:
        watches = self.watches()
        chain = {m.member: supervisor_of(watches, m.member) for m in self.of(Member)}
        for member, found in chain.items():
            status = watches.moment.status(member)
            if status.state != "on-duty" or status.unit is None:
                assert found is None
                continue
            assert said_by_text(self, watches, member, status.unit, found)
            seen = [member]
            above = found
            while above is not None:
                assert above.member not in seen, f"{seen} supervise each other"
                seen.append(above.member)
                above = chain[above.member]


def everybody_before(snapshot: Snapshot, watch: Watch) -> set[str]:
    """The command positions of the unit that come before whoever is due."""
    own = [p for p in snapshot.positions.get(watch.unit, ()) if snapshot.titles[p.title].kind == "command"]
    due = next((p.order for p in own if watch.due is not None and p.position == watch.due.position), 1_000)
    return {p.position for p in own if p.order < due}


def said_by_text(history: History, watches: Watches, member: str, unit: str, found: Supervisor | None) -> bool:
    """The sergeant of the squad if present, else the patrol supervisor, else the unit's watch; nobody only for whoever
    has the watch of all units above, or where there is none."""
    if found is not None and found.part.startswith("watch of"):
        in_command = watches.watch(found.unit).in_command
        return in_command is not None and in_command.member == found.member
    if found is not None:
        status = watches.moment.status(found.member)
        sergeant = any(p.member == found.member and p.role == "sergeant" for p in history.of(SquadPlace))
        patrol = {
            p.position for p in history.of(Position) for t in history.of(Title) if t.supervises and p.title == t.title
        }
        held = {
            a.position for p in patrol for a in watches.snapshot.appointments.get(p, ()) if a.member == found.member
        }
        return status.unit == unit and (sergeant or bool(held))
    above = [u.unit for u in watches.snapshot.path_up(unit) if not u.civil]
    return all((w := watches.watch(u).in_command) is None or w.member == member for u in above)


UnityOfCommand.TestCase.settings = MODERATE
TestUnityOfCommand = UnityOfCommand.TestCase
