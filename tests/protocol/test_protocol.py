"""The protocol of reach, in small worlds that are looked at completely: nothing is wrong, and broken on purpose it is.

In every state: an open tasking has one owner, who is whoever accepted it last; while nobody has it a next step is due;
whoever has it is not asked about any more, and those who were asked are told. Each entry of the chain is asked or
passed over with a reason, in order. A message goes out twice only where a lease ran out or a gateway was late, and says
so. From every state, when nothing goes wrong any more, somebody has it in the end, or the alarm is raised.
"""

import pytest

from tests.protocol.explorer import explore
from tests.protocol.model import Model
from tests.protocol.saboteurs import SABOTEURS, Saboteur
from tests.protocol.scopes import SCOPES
from tests.protocol.states import Scope

LEAST = 60
"""So many states at least; fewer would show nothing."""


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES.keys())
def test_nothing_goes_wrong_whatever_happens_in_whichever_order(scope: Scope) -> None:
    found = explore(Model(scope))
    assert found.wrong is None, f"{found.wrong}"
    assert len(found.states) > LEAST


@pytest.mark.parametrize("saboteur", SABOTEURS, ids=lambda s: s.does)
def test_a_broken_protocol_is_found_out(saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch) -> None:
    found = explore(Model(saboteur.breaks(monkeypatch)))
    assert found.wrong is not None, (
        f"{saboteur.does}: {len(found.states)} states, and nothing is wrong with any of them"
    )
    assert saboteur.found in found.wrong.says, f"{found.wrong}"
    assert len(found.wrong.path) == saboteur.after, f"{found.wrong}"
