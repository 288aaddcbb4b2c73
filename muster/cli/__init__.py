"""The command line. Each command lives in a module that is imported only when it is called."""

import importlib
import sys

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("forces:new", "Write a small force directory to start from."),
    "city": ("forces:city", "Write the synthetic force of a city."),
    "check": ("directory:check", "Report all faults of a force directory."),
    "load": ("directory:load", "Load a force directory into the record, all or nothing."),
    "export": ("directory:export", "Write the force in the record as a directory."),
    "watch": ("watch:watch", "Who is in command of a unit, and who is due."),
    "unit": ("pages:unit", "A unit: positions, holders, establishment, strength, available."),
    "member": ("pages:member", "A member: rank, positions, status and why, hours on duty."),
    "supervisor": ("watch:supervisor", "Who supervises a member on duty."),
    "force-duty": ("force_duty:force_duty", "Who of the whole force is on duty, with their hours."),
    "duty": ("ledger:duty", "A member's duty ledger: hours, where they come from, what each rule says."),
    "sign-on": ("duty:sign_on", "A member signs on."),
    "sign-off": ("duty:sign_off", "A member signs off."),
    "hold-over": ("duty:hold_over", "A member is held over past the end of the tour."),
    "unreachable": ("duty:unreachable", "A member cannot be reached until an hour."),
    "rest": ("duty:rest", "A member is to be left to rest until an hour."),
    "waive": ("duty:waive", "Waive an hours rule for a member, signed, with rest owed."),
    "roll-call": ("roll_calls:roll_call", "Who of a tour is there: show it, take it, dismiss the tour."),
    "call-in": ("call_ins:call_in", "Who is asked to work more, who is ordered to, and why."),
    "fairness": ("fairness:fairness", "Nights, weekends, holidays, overtime and orders of each member over a year."),
    "absent": ("duty:absent", "A member is away for a time."),
    "ledger": ("closings:ledger", "The hours of a unit and a period: show them, close them, hand them to payroll."),
    "request": ("requests:request", "Leave, swaps of tours and preferences: asked for, decided, and why."),
    "attach": ("attachments:attach", "Lend a member to another unit for a time."),
    "detach": ("attachments:detach", "End an attachment."),
    "hours": ("hours:hours", "Time records: court, details, other work, from a file or one by one."),
    "command": ("command:command", "Assume command of a unit, or hand it over."),
    "appoint": ("appointments:appoint", "Appoint a member to a position, substantive or acting."),
    "relieve": ("appointments:relieve", "End an appointment."),
    "position": ("appointments:position", "A position: holder, acting holder, holder on leave, or vacant."),
    "delegate": ("delegations:delegate", "Delegate authority over a matter to a unit below."),
    "route": ("authority:route", "Who decides a matter, and whom a directive would bypass."),
    "tasking": ("taskings:tasking", "Receive taskings and pass them on."),
    "order": ("orders:order", "One order to many units, and who has answered it."),
    "reach": ("reach:reach", "Whom a tasking was brought to, what is overdue, tests of channels."),
    "answer": ("answering:answer_", "Answer for somebody who was contacted and calls back."),
    "serve": ("serve:serve", "Serve the console, the pages behind links, and the API."),
    "user": ("users:user", "Who may sign in to the console."),
    "worker": ("worker:worker", "Do what is due: ask the next, send messages, record what came of it."),
    "audit": ("audit:audit", "Watch over the worker: alarm when something is overdue, else a heartbeat."),
    "call": ("calls:call", "A call to a member: answered, or who answers instead."),
    "tick": ("tick:tick", "Record what time has brought about: relief owed, overdue, unfit."),
    "fitness": ("fitness:fitness", "What a model of sleepiness says of a table of sleep and duty."),
    "roster": ("roster:roster", "The best roster for a problem, how good it is, and what it breaks."),
    "relief": ("relief:relief", "Whose relief is due, who can give it, and what that would break."),
    "separation": ("separations:separation", "Retirement, resignation, dismissal, death: from filing to effect."),
    "print": ("printed:print_", "Paper for the day everything is down."),
    "record": ("record:record", "Verify, show and export the record; erase what law requires."),
    "verify": ("record:verify_file", "Verify an exported stretch of a record without its database."),
    "backup": ("record:backup", "Copy the record to a file while it is in use."),
    "move": ("move:move", "Carry the record to another database: a file, or PostgreSQL."),
    "restore": ("record:restore", "Put a backup in place after verifying it."),
    "accounts": ("accounts:accounts", "What accounts claim, beside what the record shows."),
    "replay": ("replay:replay", "Play a scenario and tell what happened as a story."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name and imports a module only to run it."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name][0].split(":")
        command = getattr(importlib.import_module(f"muster.cli.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise click.UsageError(f"{name} is not a command", ctx)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="muster")
def cli() -> None:
    """Muster: who is in command here, now, on duty, rested and reachable?

    \b
    Example:
      muster new force && muster load force && muster watch PCT-047 --at 2020-10-07T03:00
    """


def main() -> None:
    """Run the command line; a refusal is one clear line on standard error and exit code 1."""
    from muster.domain.errors import FaultyDirectory, MusterError

    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as said:
        said.show()
        sys.exit(said.exit_code)
    except FaultyDirectory as said:
        for fault in said.faults:
            _say(f"{'warning: ' if fault.warning else ''}{fault}")
        sys.exit(1)
    except MusterError as said:
        _say(f"muster: {said}")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(141)
    except OSError as said:
        where = f"{said.filename}: " if said.filename is not None else ""
        _say(f"muster: {where}{said.strerror or said}; look at the room and the rights there, then repeat")
        sys.exit(1)


def _say(message: str) -> None:
    """Print to standard error what cannot steer a terminal."""
    from muster.cli.shared import safe

    click.echo("\n".join(map(safe, message.split("\n"))), err=True)
