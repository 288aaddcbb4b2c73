"""Call-ins, and what was said in them, as told so far."""

from dataclasses import dataclass
from typing import Final

from tests.services.fairness import Said
from tests.simulated.beliefs import Body

COMES: Final = ("accepted", "ordered")


@dataclass
class Calls:
    """What a record has of call-ins."""

    call_ins: dict[str, Body]
    said: dict[str, list[Body]]

    def take(self, fact: Said) -> None:
        """Believe one fact more."""
        if fact.kind == "call_in.entered":
            self.call_ins[fact.body["call_in"]] = fact.body
        elif fact.kind == "call_in_answer.entered":
            self.said.setdefault(fact.body["call_in"], []).append(fact.body)
        elif fact.kind == "call_in_answer.removed":
            name, member, at, what = fact.key
            self.said[name] = [a for a in self.said[name] if (a["member"], a["at"], a["what"]) != (member, at, what)]

    def last(self, call_in: str, member: str) -> str | None:
        """What was said last of a member in a call-in."""
        mine = [a["what"] for a in self.said.get(call_in, ()) if a["member"] == member]
        return mine[-1] if mine else None

    def comes(self, call_in: str, member: str) -> bool:
        """Whether a member is to come."""
        return self.last(call_in, member) in COMES

    def missing(self, call_in: str) -> int:
        """How many are still needed."""
        asked = {a["member"] for a in self.said.get(call_in, ())}
        needed: int = self.call_ins[call_in].get("needed", 1)
        return max(needed - sum(self.comes(call_in, m) for m in asked), 0)
