"""``docs/scenarios.md``, made from the tables of acts and questions.

``python -m muster.scenarios.reference > docs/scenarios.md`` writes it.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Final

from muster.scenarios.answer_acts import ANSWERS, Reply
from muster.scenarios.duty_acts import DUTY_ACTS
from muster.scenarios.people_acts import PEOPLE_ACTS
from muster.scenarios.questions import QUESTIONS
from muster.scenarios.tasking_acts import TASKING_ACTS
from muster.scenarios.words import MOST, Act, Word

EXAMPLE: Final = """\
name = "night-on-47"
title = "One night in one precinct"
zone = "America/New_York"
begin = "2020-10-07T20:00"

[force]
kind = "small"

[[without]]                # rows taken out of the force before it is loaded
noun = "appointment"
position = "PCT-047-XO"

[[row]]                    # a row put in, or in place of the one with the same key; @ names a holder
noun = "absence"
member = "@PCT-047-CO"
kind = "leave"
since = "2020-10-08"
until = "2020-10-12"

[[step]]
at = "2020-10-07T23:30"
do = "receive"
tasking = "PARTY"
matter = "block-party"
place = "PCT-047"
what = "music after midnight"
people = 80

[[step]]
at = "2020-10-07T23:38"
do = "answer"              # by the link in the message that arrived; the desk officer was asked first, and is silent
position = "PBBX-DUTY-CAPTAIN"
word = "accepted"

[[step]]
at = "2020-10-08T10:00"
do = "watch"
unit = "PCT-047"
expect = { in_command = "PCT-047-DESK", capacity = "tour" }

[[step]]
at = "2020-10-08T10:05"
do = "appoint-proposed"
position = "PCT-047-CO"
by = "PBBX-CO"
until = "2020-10-12"
instrument = "order of 8 October 2020"
expect = { refused = "nobody can be appointed to act as" }

[[fork]]
at = "2020-10-08T11:00"
until = "2020-10-08T13:00"
title = "Did the desk officer answer the call? Two people remember it differently."

[[fork.version]]
title = "One says yes"
source = "A"

[[fork.version.step]]
at = "2020-10-08T12:00"
do = "call"
source = "A"
to = "PCT-047-DESK"
from = "PBBX-CO"
answered = true

[[fork.version]]
title = "The other says no"
source = "B"

[[fork.version.step]]
at = "2020-10-08T12:00"
do = "call"
source = "B"
to = "PCT-047-DESK"
from = "PBBX-CO"
"""
"""A scenario that shows every part of the format; a test plays it."""

GROUPS: Final[dict[str, Mapping[str, Act | Reply]]] = {
    "Duty, command and calls": DUTY_ACTS,
    "Taskings": TASKING_ACTS,
    "Answers to messages": ANSWERS,
    "Papers, appointments, authority, accounts": PEOPLE_ACTS,
}

INTRO: Final = f"""\
# Scenarios

A scenario is one TOML file: a force, a clock, acts and questions at times, and what is expected of the answers.
`muster replay NAME` plays one that comes with Muster, `muster replay FILE` your own, on a new record of its own: every
act is the same command a person would give, the clock stops wherever a limit of hours is crossed, and the story is
told from the facts that were recorded, not from the file.

    muster replay october-2020               tells the story
    muster replay october-2020 --json        the same for machines
    muster replay october-2020 --keep DIR    keeps the record in DIR/record.db, a new folder

Whatever needs somebody is really brought to people: a worker sends, by the scenario's clock, to a mail server and a web
server that the replay starts on this machine, which stand for mailboxes, telephones and chats. Nothing leaves the
machine. `answer` answers by the link in a message that arrived; whoever does not answer is silent, and the next in line
is asked. A tasking that nobody accepts goes round, with an alarm each time, until it is closed: a scenario in which one
is forgotten for days has a long story. Lines marked `→` say what arrived; a message that the record says was sent and
that did not arrive is marked like an expectation that is not met.

All faults of a file are reported at once, before anything is played: unknown acts, words that are missing, unknown or
of the wrong kind, times that do not exist or happen twice, steps out of order, rows that do not fit.
The command ends with exit code 1 when an expectation is not met; each is marked in the story.

*This page is generated from the program by `python -m muster.scenarios.reference`; tests keep them the same and play
the example.*

## The file

| key | holds |
|---|---|
| `name` | a short name |
| `title`, `summary` | what the story is called, and what it is (optional) |
| `zone` | the time zone of all times in the file, like `America/New_York` |
| `begin` | when the force is loaded; no step comes before it |
| `[force]` | `kind`: `city` (with `members` and `seed`), `small`, or a force directory beside the file |
| `[[without]]` | rows of one `noun` that are taken out of the force before it is loaded: those with these values |
| `[[row]]` | a row of a `noun` that is put in; columns as in [the force directory](force-directory.md) |
| `[[step]]` | what is done or asked: `at`, `do`, the words of `do`, `source`, `expect` |
| `[[fork]]` | something disputed, from `at` to `until`, with a `title` and two or more `[[fork.version]]` |
| `next` | commands worth trying on the record (optional) |

- Times are local times of the zone, like `2020-10-07T18:00`; in the hour that comes twice with an offset:
  `2020-11-01T01:30-04:00`. Steps stand in order of time.
- Scenarios name positions, not members: whoever holds a position at that time acts. Of several who do, the one on
  duty; where tours overlap, whose tour began first.
- In rows, `@POSITION` stands for the member who holds that position when the scenario begins.
- `source` says who states a step; the story shows it in the margin. Left out it is `+`: ours.
- Each version of a fork (`title`, `source`, `[[fork.version.step]]`) is played on a copy of the record, together with
  the steps of the main line in that time. The main line goes on without what is disputed; no version is chosen.

Whole numbers are from 0 to {MOST:,}.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield INTRO
    yield "## Acts\n"
    yield 'An act that is refused changes nothing, and the story says why. `expect = { refused = "words" }` expects'
    yield "just that: a refusal with these words.\n"
    for name, acts in GROUPS.items():
        yield f"### {name}\n"
        for do, act in acts.items():
            yield from _one(do, act.says, act.words)
    yield "## Questions\n"
    yield "`expect` says what the answer must be, by the names that stand with each question; nobody is `nobody`.\n"
    for do, q in QUESTIONS.items():
        yield from _one(do, q.says, q.words, q.expects)
    yield "## An example\n"
    yield f"```toml\n{EXAMPLE}```\n"


def _one(do: str, says: str, words: tuple[Word, ...], expects: tuple[str, ...] = ()) -> Iterator[str]:
    yield f"**`{do}`** {says}\n"
    if words:
        yield "| word | | holds | says |"
        yield "|---|---|---|---|"
        for w in words:
            kind = ", ".join(f"`{c}`" for c in w.choices) if w.choices else w.kind
            optional = "" if w.required else f"optional, with `{w.needs}`" if w.needs else "optional"
            yield f"| `{w.name}` | {optional} | {kind} | {w.says} |"
        yield ""
    if expects:
        yield f"Expects: {', '.join(f'`{e}`' for e in expects)}.\n"


if __name__ == "__main__":
    sys.stdout.write(page())
