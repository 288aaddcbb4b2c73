"""One instant of one snapshot: what each member is doing then, found out once."""

from datetime import datetime

from muster.domain.presence import DutyFile, Status, status_at
from muster.domain.rules import Fitness, fitness_at
from muster.domain.snapshot import Snapshot


class Moment:
    """Answers about members at one instant; asking twice costs nothing. It changes nothing."""

    def __init__(self, snapshot: Snapshot, at: datetime) -> None:
        self.snapshot = snapshot
        self.at = at
        self._status: dict[str, Status] = {}
        self._fitness: dict[str, Fitness] = {}

    def file(self, member: str) -> DutyFile:
        """What is known of a member's duty; empty for somebody without any."""
        return self.snapshot.files.get(member) or DutyFile(member)

    def status(self, member: str) -> Status:
        """The member's status at the instant."""
        if member not in self._status:
            self._status[member] = status_at(self.file(member), self.snapshot.schedule, self.at)
        return self._status[member]

    def fitness(self, member: str) -> Fitness:
        """The member's fitness at the instant."""
        if member not in self._fitness:
            s = self.snapshot
            self._fitness[member] = fitness_at(self.file(member), s.schedule, s.profile, self.at)
        return self._fitness[member]
