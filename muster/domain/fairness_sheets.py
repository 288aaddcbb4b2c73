"""What a printed sheet of fairness shows, beside the figures themselves."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.fairness import Fairness, Figure


@dataclass(frozen=True, slots=True)
class FairnessSheet:
    """What fell to the members of a unit, by the record as of fact ``fact`` whose hash is ``head``. ``by``: who has
    most of it comes first; None: by squad and name."""

    found: Fairness
    by: Figure | None
    printed_at: datetime
    fact: int
    head: str
