"""Records that are not as they were lived: facts left out, moved, given to others. Every one of them must be seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.services.fairness import Said
from tests.simulated.checks import Evidence

Facts = Sequence[Said]
Forge = Callable[[Facts], list[Said]]


def forged(evidence: Evidence, forge: Forge) -> Evidence:
    """The evidence with its facts forged. Raises ``AssertionError`` where that changed nothing."""
    facts = forge(evidence.facts)
    assert facts != list(evidence.facts), "nothing was there to be forged"
    return Evidence(facts, evidence.contents)


def left_out(fact: str, /, **says: Any) -> Forge:
    """Without the first fact of a kind that says this."""

    def forge(facts: Facts) -> list[Said]:
        place = next(_like(facts, fact, says))
        return [*facts[:place], *facts[place + 1 :]]

    return forge


def other(fact: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]], /, **says: Any) -> Forge:
    """With another body of the first fact of a kind that says this; its key follows where it names the member."""

    def forge(facts: Facts) -> list[Said]:
        place = next(_like(facts, fact, says))
        before = facts[place]
        body = {**before.body, **change(before.body)}
        swap = {before.body.get("member"): body.get("member")}
        key = tuple(swap.get(part, part) or part for part in before.key)
        return [*facts[:place], replace(before, body=body, key=key), *facts[place + 1 :]]

    return forge


def later(**by: float) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """A change: what happened ``at`` an instant happened so much later."""

    def change(body: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"at": (datetime.fromisoformat(body["at"]) + timedelta(**by)).isoformat()}

    return change


def places_changed(facts: Facts) -> list[Said]:
    """Two who were offered a call-in at once stand at each other's places."""
    first, second = _two_offers(facts)
    forged = list(facts)
    for mine, yours in ((first, second), (second, first)):
        forged[mine] = replace(facts[mine], body={**facts[mine].body, "place": facts[yours].body["place"]})
    return forged


def given_to_the_next(facts: Facts) -> list[Said]:
    """Who stands last of all that were willing comes, and not the first."""
    place = next(_like(facts, "call_in_answer.entered", {"what": "accepted"}))
    name, mine = facts[place].body["call_in"], facts[place].body["member"]
    asked = [s.key[2] for s in facts[:place] if s.kind == "offer.made" and s.key[0] == name]
    return other("call_in_answer.entered", lambda _: {"member": next(m for m in asked[::-1] if m != mine)},
                 what="accepted")(facts)  # fmt: skip


def unwanted_before(facts: Facts) -> list[Said]:
    """The first who was offered something had said that they did not want to be asked."""
    made = next(_like(facts, "offer.made", {}))
    begun = next(n for n in range(made, -1, -1) if facts[n].kind == "offering.made")
    said = facts[begun]
    member = facts[made].body["member"]
    body = {"member": member, "since": said.body["at"], "stated_by": member}
    fact = replace(said, kind="do_not_call.entered", key=(member, said.body["at"]), body=body)
    return [*facts[:begun], fact, *facts[begun:]]


def sick_before(facts: Facts) -> list[Said]:
    """The first who came to a call-in was known to be sick when it was given to them."""
    place = next(_like(facts, "call_in_answer.entered", {"what": "accepted"}))
    answer = facts[place]
    need = next(s for s in facts if s.kind == "call_in.entered" and s.key[0] == answer.body["call_in"])
    body = {k: need.body[k] for k in ("since", "until")} | {"member": answer.body["member"], "kind": "sick"}
    fact = replace(answer, kind="absence.entered", key=(body["member"], "sick", body["since"]), body=body)
    return [*facts[:place], fact, *facts[place:]]


def nobody_sick(facts: Facts) -> list[Said]:
    """Without any sickness."""
    return [s for s in facts if not (s.kind == "absence.entered" and s.body["kind"] == "sick")]


def everyone_came(facts: Facts) -> list[Said]:
    """No roll that was called has anybody missing or late."""
    nobody: dict[str, list[str]] = {"missing": [], "late": []}
    return [replace(s, body={**s.body, **nobody}) if s.kind == "roll_call.taken" else s for s in facts]


def _two_offers(facts: Facts) -> tuple[int, int]:
    made = [n for n, s in enumerate(facts) if s.kind == "offer.made"]
    return next((a, b) for a, b in pairwise(made) if facts[a].key[:2] == facts[b].key[:2])


def _like(facts: Facts, kind: str, says: Mapping[str, Any]) -> Iterator[int]:
    for n, s in enumerate(facts):
        if s.kind == kind and all(wanted(s.body.get(k)) if callable(wanted) else s.body.get(k) == wanted
                                  for k, wanted in says.items()):  # fmt: skip
            yield n
