"""By which contacts an offer is brought to a member, and they and whoever runs the call-in are told what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.calling_award import Award, Came, names_of
from muster.domain.calling_in import CallIn
from muster.domain.calling_offers import Offering
from muster.domain.contact import Contact, Purpose
from muster.domain.escalating import LINK_LASTS

TELLS: Final = {
    "awarded": "you are to come",
    "passed": "it is not yours",
    "spared": "you need not answer any more",
}
"""What a member is told by the state in which the offer ended; whoever refused or gave no answer is told nothing."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A round of offers whose people are contacted at an instant."""

    call_in: CallIn
    offering: Offering
    at: datetime

    def asks(self, member: str, place: int, channels: Sequence[str], begins: datetime) -> Iterator[Contact]:
        """The contacts that bring the offer to a member: the first channel at ``begins``, the others spread over half
        of the time until the deadline, when the link ends."""
        within = (self.offering.deadline - begins) / 2
        says = f"place {place} on the list"
        yield from self._contacts("offer", member, says, channels, begins, within, self.offering.deadline)

    def tells(self, came: Came, channels: Sequence[str], begins: datetime, within: timedelta) -> Iterator[Contact]:
        """The contacts that tell a member what came of their offer: who is to come by every channel until they say
        that they have it, the others by one."""
        if came.state not in TELLS:
            return
        says = TELLS[came.state] + (f": {came.why}" if came.why and came.state != "awarded" else "")
        used = channels if came.state == "awarded" else channels[:1]
        yield from self._contacts("outcome", came.offer.member, says, used, begins, within, self._lasts(begins))

    def returns(self, award: Award, come: Sequence[str], to: str, channels: Sequence[str]) -> Iterator[Contact]:
        """The contacts that tell somebody who runs the call-in what came of all of it, and who is next."""
        says = f"{', '.join(come) or 'nobody'} to come"
        willing = [*names_of(award.came, "passed")]
        says += f"; {award.left.missing} still needed; {award.left.next_words}" if award.left.missing else ""
        says += f"; not needed: {', '.join(willing)}" if willing and not award.left.missing else ""
        at = self.at
        yield from self._contacts("returns", to, says[:500], channels[:1], at, timedelta(0), self._lasts(at))

    def _lasts(self, begins: datetime) -> datetime:
        return max(begins + LINK_LASTS, self.call_in.until)

    def _contacts(
        self,
        purpose: Purpose,
        member: str,
        says: str,
        channels: Sequence[str],
        begins: datetime,
        within: timedelta,
        expires: datetime,
    ) -> Iterator[Contact]:
        for place, channel in enumerate(channels):
            yield Contact(
                subject=self.call_in.call_in,
                purpose=purpose,
                step=self.offering.round,
                member=member,
                channel=channel,
                says=says,
                queued_at=self.at,
                due_at=begins + within * place / len(channels),
                expires_at=expires,
            )
