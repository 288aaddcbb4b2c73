"""What a scenario can do. Each act is one service, called with words that name offices, not people."""

from typing import Final

from muster.scenarios.duty_acts import DUTY_ACTS
from muster.scenarios.people_acts import PEOPLE_ACTS
from muster.scenarios.tasking_acts import TASKING_ACTS
from muster.scenarios.words import Act

ACTS: Final[dict[str, Act]] = {**DUTY_ACTS, **TASKING_ACTS, **PEOPLE_ACTS}
REFUSED: Final = "refused"
"""What an act may expect: words of the refusal."""
