"""The contact log tells who was asked and what they answered, and nothing that touches health."""

from muster.services.contact_log import contact_log
from tests.ground import InRecord
from tests.services.reached import asked, say
from tests.services.small import NIGHT_DESK, sees

WHY = "a migraine since midnight"


def test_why_somebody_refused_is_not_in_the_log(small: InRecord) -> None:
    (first, *_) = asked(small)
    assert say(small, first, "refused", WHY).ok
    log = sees(small, lambda views: contact_log(views, "T1"))
    said = [entry.says for entry in log.entries]
    assert f"{NIGHT_DESK} answered: refused" in said
    assert not any(WHY in each for each in said)
