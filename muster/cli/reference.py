"""``docs/cli.md``, made from the commands themselves.

``python -m muster.cli.reference > docs/cli.md`` writes it.
"""

import inspect
import sys
from collections.abc import Iterator
from typing import Final

import click

from muster.cli import cli

INTRO: Final = """\
# The commands

Every command, as `--help` tells it. This page is made from the commands: do not edit it, write it anew with
`python -m muster.cli.reference > docs/cli.md`.

- `--db URL`, or `MUSTER_DB`, names the record; without either it is `muster.db` where you stand.
- `--at TIME` is a date (`2020-10-07`, its midnight) or a local date and time (`2020-10-07T18:30`) by the clocks of the
  force; where the clocks show an hour twice, add the offset (`2020-11-01T01:30-05:00`). Without it: now.
- `--as-known-at TIME` answers from what the record believed at that instant.
- `--json` answers for programs. Instants are then in UTC.
- A command that does what was asked ends with status 0. A refusal says why on standard error and ends with 1, a
  command line that makes no sense with 2. A record or an export that is damaged ends with 1 too.
"""

Named = tuple[str, click.Command]


def page() -> str:
    """The whole page."""
    root = click.Context(cli, info_name="muster")
    found = list(commands(cli, root))[1:]
    lines = [INTRO, "| command | |", "|---|---|"]
    lines += [f"| [`{name}`](#{name.replace(' ', '-')}) | {_first(command)} |" for name, command in found]
    return "\n".join([*lines, "", *(_section(name, command) for name, command in found)])


def commands(command: click.Command, ctx: click.Context) -> Iterator[Named]:
    """The command and all below it, each by its full name, in the order in which help lists them."""
    yield ctx.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None:
                yield from commands(below, click.Context(below, info_name=name, parent=ctx))


def _first(command: click.Command) -> str:
    return _help(command).split("\n\n")[0].replace("\n", " ")


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("\b", "")


def _section(name: str, command: click.Command) -> str:
    words = [_words(p) for p in command.params if isinstance(p, click.Argument)]
    last = ["COMMAND"] if isinstance(command, click.Group) else ["[OPTIONS]"] if _options(command) else []
    text, _, example = _help(command).partition("Example:\n")
    lines = [f"## {name}", "", f"`{' '.join([name, *last, *words])}`", "", text.strip(), ""]
    lines += ["```", inspect.cleandoc(example), "```", ""] if example else []
    if _options(command):
        lines += ["| option | |", "|---|---|", *(_row(option) for option in _options(command)), ""]
    return "\n".join(lines)


def _words(argument: click.Argument) -> str:
    shown = argument.make_metavar(click.Context(click.Command("any")))
    return shown if argument.required else f"[{shown.strip('[]')}]"


def _options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option) and not p.hidden]


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {_value(option)}"
    notes = [option.help or ""]
    notes += ["Required."] if option.required else []
    notes += [f"Default: `{option.default}`."] if option.show_default else []
    return f"| {names}{value} | {' '.join(notes).replace('|', chr(92) + '|')} |"


def _value(option: click.Option) -> str:
    return option.make_metavar(click.Context(click.Command("any"))).replace("|", chr(92) + "|")


if __name__ == "__main__":
    sys.stdout.write(page())
