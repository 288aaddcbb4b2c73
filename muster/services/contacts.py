"""Contacts by their names, and what they are about."""

from muster.domain.calling_in import CallIn
from muster.domain.contact import ASKING, CALLED, Contact
from muster.domain.errors import Refused, Unknown
from muster.domain.taskings import Tasking
from muster.ports import Views


def contact_named(views: Views, key: str) -> Contact:
    """The contact. Raises ``Unknown``."""
    found = views.row(Contact, key)
    if found is None:
        raise Unknown(f"contact {key!r} is not in the record: it must be one of those that the tasking shows")
    return found


def tasking_of(views: Views, contact: Contact) -> Tasking | None:
    """The tasking that a contact is about; None for a test, and for what is about a call-in."""
    return None if contact.purpose in CALLED else views.row(Tasking, contact.subject)


def contact_of(views: Views, name: str, member: str) -> Contact:
    """The contact of that name; or the latest with this member about what has that name, one to be answered before one
    to know. Raises ``Unknown``, and ``Refused`` for a contact with somebody else."""
    found = views.rows(Contact, subject=name, member=member)
    if found:
        return max(found, key=lambda c: (c.purpose in ASKING, c.step, c.state == "sent"))
    contact = views.row(Contact, name)
    if contact is None:
        shows = "list of it" if views.row(CallIn, name) is not None else "log of the tasking"
        raise Unknown(f"{member} was not contacted about {name!r}: the {shows} shows who was")
    if contact.member != member:
        raise Refused(f"contact {name} is with {contact.member}, not {member}: only they can answer it")
    return contact
