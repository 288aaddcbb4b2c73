"""Sentences about papers, appointments, delegated authority, accounts and loads."""

from collections.abc import Sequence
from typing import Final

from muster.domain.authority import Delegation, Matter
from muster.domain.force import Rank
from muster.domain.members import Member
from muster.domain.schema import from_body
from muster.domain.separation import Separation
from muster.services.telling.names import listed
from muster.services.telling.told import JUST, Several, Teller, Told

LOADED_WORDS: Final = {
    "member.entered": "members",
    "unit.entered": "units",
    "position.entered": "positions",
    "squad.entered": "squads",
    "absence.entered": "absences",
}
SIZES: Final = {"max_people": "people", "max_hours": "hours", "max_members": "members"}


def _loaded(t: Told) -> str:
    counts = t.body["facts"]
    said = listed([f"{counts[k]:,} {word}" for k, word in LOADED_WORDS.items() if k in counts])
    return f"The force is loaded: {said}."


def _before(t: Told) -> str:
    """The member by the office held until just now: an appointment changes it."""
    return t.member(t.body["member"], t.at - JUST)


def _appointed(t: Told) -> str:
    kind = "to act as" if t.body["kind"] == "acting" else "as"
    office, by = t.names.office(t.body["position"]), f" by {t.body['instrument']}" if "instrument" in t.body else ""
    return f"{_before(t)} is appointed {kind} {office}{t.until()}{by}."


def _appointment_changed(t: Told) -> str:
    acting = "acting " if t.body["kind"] == "acting" else ""
    holds = f"Member {t.body['member']} is {acting}{t.names.office(t.body['position'])}"
    if "until" not in t.body:
        return f"{holds} as before{_why(t)}."
    if t.instant("until") <= t.at:
        return f"{holds} no longer{_why(t)}."
    return f"{holds}{t.until()}{_why(t)}."


def _why(t: Told) -> str:
    """Why it ends, in names of just before; nothing where the next sentence says so."""
    why = t.body.get("why", "")
    if not why or why.startswith("appointed to"):
        return ""
    return f" ({t.names.words(why, t.at - JUST)})"


def _appointment_removed(t: Told) -> str:
    position, member = t.fact.stream.removeprefix("appointment/").split("/")[:2]
    return f"The appointment of member {member} as {t.names.office(position)} is taken back{_why(t)}."


def _promoted(t: Told) -> str:
    rank = t.views.row(Rank, t.body["rank"])
    return f"{_before(t)} is given the rank of {rank.name if rank else t.body['rank']}."


def _papers(t: Told) -> Separation | None:
    return t.views.row(Separation, t.fact.stream.partition("/")[2], known_at=t.known)


def _whose(t: Told) -> str:
    papers = _papers(t)
    return t.member(papers.member) if papers else "somebody"


def _by(t: Told) -> str:
    by = t.body["by"]
    return t.member(by) if t.views.row(Member, by) is not None else t.names.giver(by)


def _filed(t: Told) -> str:
    return f"{t.member(t.body['member'])} files for {t.body['kind']}, to take effect {_effect(t)}."


def _effect(t: Told) -> str:
    return t.names.clock(t.instant("effective"))


def _decided(t: Told) -> str:
    return f"{_by(t)} decides on the {t.body['kind']} of {t.member(t.body['member'])}, to take effect {_effect(t)}."


def _recorded(t: Told) -> str:
    return f"The {t.body['kind']} of {t.member(t.body['member'])} is recorded, at {_effect(t)}."


def _papers_accepted(t: Told) -> str:
    parts = [f"they take effect {_effect(t)}"] if "effective" in t.body else []
    if "leave_from" in t.body:
        parts.append(f"terminal leave from {t.names.clock(t.instant('leave_from'))}")
    return f"{_by(t)} accepts the papers of {_whose(t)}: {', '.join(parts)}."


def _reconsider(t: Told) -> str:
    return f"{_by(t)} asks {_whose(t)} to reconsider. The papers are in and stay in."


def _withdrawn(t: Told) -> str:
    return f"{_whose(t)} withdraws the papers and stays."


def _superseded(t: Told) -> str:
    return f"The papers of {_whose(t)} are superseded."


def _corrected(t: Told) -> str:
    return f"The papers of {_whose(t)} were recorded as a {t.body['was']}; they are a {t.body['kind']}."


def _delegated(t: Told) -> str:
    row = from_body(Delegation, t.body)
    matter = t.views.row(Matter, row.matter)
    sizes = [f"{t.body[name]:,} {word}" for name, word in SIZES.items() if name in t.body]
    limits = f", up to {listed(sizes)}" if sizes else ""
    what = matter.name.lower() if matter else row.matter
    given = f"{t.names.unit(row.from_unit)} delegates “{what}” to {t.names.unit(row.to_unit)}"
    return f"{given}{limits},{t.until()} ({row.instrument})."


def _delegation_ended(t: Told) -> str:
    return f"The delegation {t.fact.stream.partition('/')[2]} ends."


def _accounts(several: Sequence[Told]) -> str:
    said = listed([f"{t.body['account']} ({t.body['who']})" for t in several])
    return f"Put beside the record, attributed and not judged: the accounts {said}."


def _claims(several: Sequence[Told]) -> str:
    subjects = len({t.body["subject"] for t in several})
    return f"With them come {len(several)} claims on {subjects} subjects."


def _looked(t: Told) -> str:
    who = t.member(t.body["viewer"]) if "viewer" in t.body else f"user {t.body['user']}"
    return f"{who} looked at the page of {t.member(t.body['member'])}."


PEOPLE_TELLERS: Final[dict[str, Teller]] = {
    "directory.loaded": _loaded,
    "appointment.entered": _appointed,
    "appointment.changed": _appointment_changed,
    "appointment.removed": _appointment_removed,
    "career.entered": _promoted,
    "separation.filed": _filed,
    "separation.decided": _decided,
    "separation.recorded": _recorded,
    "separation.accepted": _papers_accepted,
    "separation.reconsideration-asked": _reconsider,
    "separation.withdrawn": _withdrawn,
    "separation.superseded": _superseded,
    "separation.corrected": _corrected,
    "viewing.made": _looked,
    "delegation.entered": _delegated,
    "delegation.changed": _delegation_ended,
    "delegation.removed": _delegation_ended,
}
PEOPLE_TOGETHER: Final[dict[str, Several]] = {"account.entered": _accounts, "claim.entered": _claims}
