"""``muster answer``: for somebody who was contacted, and calls back instead of opening the link."""

import sys

import click

from muster.cli.shared import action, by_option, instant_on, writing
from muster.cli.shared import answer as tell
from muster.domain.errors import Refused
from muster.services.answers import WORDS, Answer, Answered, Word


@click.command("answer")
@click.argument("contact")
@click.argument("word", type=click.Choice(WORDS))
@click.option("--reason", metavar="TEXT", help="Why; needed to refuse a tasking.")
@click.option("--to", "to", metavar="POSITION", help="A position or member; needed for handed and not-me.")
@by_option
@action
def answer_(
    contact: str, word: Word, reason: str | None, to: str | None, by: str, at: str | None, db: str, as_json: bool
) -> None:
    """Answer for the member who was contacted and calls back. CONTACT is the name of the tasking or call-in, for
    their latest contact about it; or that of one contact, like T1/decide/1/M0023/telephone.

    \b
    Example:
      muster answer T1 accepted --by M0023
      muster answer PCT-047-C1 willing --by M0034
    """
    from muster.services.answers import answer
    from muster.services.contacts import contact_of

    with writing(db) as record:
        asked = contact_of(record, contact, by)
        done = answer(record, asked.key, Answer(word, reason, to), instant_on(record, at))
    _tell(done, as_json)


def _tell(done: Answered, as_json: bool) -> None:
    """Say how it was taken; the refusal of an answer is recorded, and ends with exit code 1."""
    said = {"ok": done.ok, "says": done.says, "refusal": done.refusal, "contact": done.contact, "tasking": done.tasking}
    if done.ok or as_json:
        tell(as_json, said, lambda: [done.says])
    if not done.ok and as_json:
        sys.exit(1)
    if not done.ok:
        raise Refused(done.says)
