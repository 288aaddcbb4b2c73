"""Rows as all nouns have them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from muster.domain.contact import Contact
from muster.domain.schema import Row, changed
from muster.domain.taskings import Tasking

AT = datetime(2020, 10, 1, 12, tzinfo=UTC)
TASKING = Tasking(
    tasking="T1",
    kind="incident",
    what="crowd",
    place="PCT-1",
    competent_unit="PCT-1",
    received_at=AT,
    owner="PCT-1.DESK",
    told=("PCT-1.CO",),
)
CONTACT = Contact(
    subject="T1", purpose="decide", step=1, member="M1", channel="sms", says="on duty", queued_at=AT, expires_at=AT
)


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        (TASKING, {}),
        (TASKING, {"owner": "PCT-1.CO", "accepted_by": "M1", "told": ()}),
        (CONTACT, {"due_at": AT, "step": 2, "note": None}),
    ],
)
def test_a_changed_row_is_a_new_one_like_the_old_but_for_the_changes(row: Row, changes: dict[str, object]) -> None:
    before = replace(row)
    assert changed(row, **changes) == replace(row, **changes)
    assert row == before


def test_a_row_cannot_be_changed_in_a_column_that_is_not_there() -> None:
    with pytest.raises(TypeError, match="Tasking: has no column colour"):
        changed(TASKING, colour="red")


def test_a_value_that_no_change_names_stays_the_same_object() -> None:
    # By this the due table tells a fact that says ``due_at`` again from one that says nothing of it.
    assert changed(CONTACT, state="sent").queued_at is CONTACT.queued_at
