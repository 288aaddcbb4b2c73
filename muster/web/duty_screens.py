"""A member's duty as it is shown: where they are, who commands there, and the forms to change it."""

from typing import Any, Final
from urllib.parse import quote

from muster.services.duty_desk import Away, DutySeen
from muster.services.gate import Viewer
from muster.web.command_screens import words
from muster.web.returned import Returned
from muster.web.showing import Place, capacity_word, shown

STATED: Final = {"unreachable": "cannot be reached", "rest": "is to be left to rest"}


def path_of(member: str) -> str:
    """Where the duty of a member is."""
    return f"duty/{quote(member, safe='')}"


def duty_screen(seen: DutySeen, place: Place, viewer: Viewer, sent: Returned) -> str:
    """The duty of a member now."""
    member = seen.plain.member.member
    more: dict[str, Any] = {
        "seen": seen,
        "rights": seen.rights,
        "plain": seen.plain,
        "on_duty": seen.status.state == "on-duty",
        "commands": [_command(name, watch) for name, watch in seen.watches],
        "stated": _stated,
        "mine": [o.position.position for o in viewer.offices if o.kind == "command"],
        "sent": sent,
    }
    area = "me" if seen.rights.own else "command"
    return shown("duty", path_of(member), place, seen.plain.at, viewer=viewer, area=area, **more, **words(place.zone))


def _command(unit: str, watch: Any) -> str:
    """Who is in command of a unit, and who is due, in a sentence."""
    has, due = watch.in_command, watch.due
    if has is None:
        return f"{unit}: nobody can take the watch."
    then = "" if due is None or due.member == has.member else f"; due is {due.position} ({due.member})"
    return f"{unit}: {has.position} ({has.member}) is in command, {capacity_word(has.capacity)}{then}."


def _stated(away: Away) -> str:
    return STATED.get(away.kind, away.kind)
