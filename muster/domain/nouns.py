"""Every noun that has rows, in the order in which a force directory is read: what is pointed at comes first."""

from typing import Final

from muster.domain.accounts import Account, Claim
from muster.domain.areas import Area
from muster.domain.authority import Authority, Delegation, Matter, Supersession
from muster.domain.calling_in import CallIn, CallInAnswer, DoNotCall
from muster.domain.calling_offers import Offer, Offering
from muster.domain.closings import Closing
from muster.domain.command import CommandEvent
from muster.domain.contact import Contact, Doubt
from muster.domain.contracts import CallInRule
from muster.domain.cover import Cover
from muster.domain.duty import (
    Chart,
    HoursRule,
    OnCall,
    Reachability,
    Signing,
    Squad,
    SquadPlace,
    TimeRecord,
    Tour,
    Waiver,
)
from muster.domain.escalation import Escalation
from muster.domain.feed_links import FeedLink
from muster.domain.force import Covering, Force, Position, Rank, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member, Qualification
from muster.domain.published import DutyLine, Published
from muster.domain.relief import Crossing
from muster.domain.requests import Request
from muster.domain.roll_calls import RollCall
from muster.domain.schema import Row
from muster.domain.sectors import Sector
from muster.domain.separation import Separation
from muster.domain.taskings import Call, Tasking
from muster.domain.tokens import Done, Token
from muster.domain.users import Session, User
from muster.domain.viewings import Viewing

FORCE_ROWS: Final[tuple[type[Row], ...]] = (
    Force,
    Rank,
    Unit,
    Area,
    Title,
    Position,
    Covering,
    Tour,
    Chart,
    Squad,
    OnCall,
    Cover,
    Sector,
    HoursRule,
    CallInRule,
    Matter,
    Authority,
    Delegation,
    Supersession,
    Member,
    Career,
    Qualification,
    Appointment,
    Attachment,
    SquadPlace,
    Absence,
    ContactPoint,
)
"""Rows of the force directory."""

EVENT_ROWS: Final[tuple[type[Row], ...]] = (
    Signing,
    TimeRecord,
    Reachability,
    Waiver,
    Published,
    FeedLink,
    Request,
    CallIn,
    CallInAnswer,
    Offering,
    Offer,
    DoNotCall,
    RollCall,
    Closing,
    CommandEvent,
    Separation,
    Tasking,
    Call,
    Escalation,
    Contact,
    Doubt,
    Crossing,
    Account,
    Claim,
    User,
    Session,
    Token,
    Done,
    Viewing,
)
"""Rows that only commands make."""

DERIVED_ROWS: Final[tuple[type[Row], ...]] = (DutyLine,)
"""Rows that follow from facts of another noun and from what is kept beside them."""

ROWS: Final[dict[str, type[Row]]] = {row.NOUN: row for row in FORCE_ROWS + EVENT_ROWS + DERIVED_ROWS}
