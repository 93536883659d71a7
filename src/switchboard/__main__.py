"""The command line: `switchboard serve | demo | apply | export | backup | restore | replay | simulate | ...`.

Whatever goes wrong in a way that a person can mend ends in one clear line on standard error and exit code 1.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from switchboard import __version__
from switchboard.bench.verbs import bench
from switchboard.kit import logs
from switchboard.kit.errors import Invalid, SwitchboardError
from switchboard.settings import Settings, load

application = typer.Typer(
    name="switchboard",
    help="A whole contact center in one Python package.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
application.add_typer(bench, name="bench")

Data = Annotated[Path | None, typer.Option(help="Folder of the database, sounds and recordings.")]
Database = Annotated[str | None, typer.Option(help="postgresql://... instead of SQLite in the data folder.")]
WebPort = Annotated[int | None, typer.Option(help="Port of the web; 0 takes a free one.")]
SipPort = Annotated[int | None, typer.Option(help="Port of SIP (UDP and TCP); 0 takes a free one.")]
Lan = Annotated[bool, typer.Option("--lan", help="Listen on all addresses, with HTTPS.")]
Certificate = Annotated[str | None, typer.Option(help="PEM certificate chain; self-made with --lan if absent.")]
Key = Annotated[str | None, typer.Option(help="PEM key of the certificate.")]
Workers = Annotated[int | None, typer.Option(help="Media processes; 0 is one per core.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON line instead of text when ready.")]


def _settings(*, lan: bool = False, quiet: bool = False, **chosen: object) -> Settings:
    """quiet: log errors only, unless the environment says otherwise."""
    if lan:
        chosen = {"web_host": "0.0.0.0", "sip_host": "0.0.0.0", "media_host": "0.0.0.0", **chosen}  # noqa: S104 - asked for by --lan
    settings = load({"SWITCHBOARD_LOG_LEVEL": "error", **os.environ} if quiet else os.environ, **chosen)
    logs.configure(level=settings.log_level)
    return settings


def _run(work: Coroutine[Any, Any, None]) -> None:
    uvloop.run(work)


@application.command()
def serve(
    data: Data = None,
    database: Database = None,
    web_port: WebPort = None,
    sip_port: SipPort = None,
    lan: Lan = False,
    certificate: Certificate = None,
    key: Key = None,
    media_workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Run a center. The first start asks for the first administrator, or takes it from the settings."""
    _end_quietly_when_told()
    from switchboard.app.running import serve as serve_center

    settings = _settings(
        lan=lan, data=data, database=database, web_port=web_port, sip_port=sip_port,
        tls_certificate=certificate, tls_key=key, media_workers=media_workers,
    )  # fmt: skip
    _run(serve_center(settings, lan=lan, as_json=json, ask_administrator=_ask_administrator))


def _end_quietly_when_told() -> None:
    """Until the center has its own handlers nothing is there that would have to be stopped in any order."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))


def _ask_administrator() -> tuple[str, str]:
    """User name and password of the first administrator, from the terminal; Invalid when there is none."""
    if not sys.stdin.isatty():
        raise Invalid(
            "the database has nobody in it: set SWITCHBOARD_ADMINISTRATOR and SWITCHBOARD_ADMINISTRATOR_PASSWORD, "
            "or apply a file with an administrator first"
        )
    typer.echo("Nobody can sign in yet. Make the first administrator:")
    with _signals_as_usual():
        user_name = typer.prompt("  user name")
        password = typer.prompt("  password", hide_input=True, confirmation_prompt=True)
    return user_name, password


@contextmanager
def _signals_as_usual() -> Iterator[None]:
    """While the terminal is read the loop stands still, and could not act upon Ctrl-C."""
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGTERM: signal.signal(signal.SIGTERM, signal.SIG_DFL),
    }
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


@application.command()
def demo(
    data: Data = None,
    web_port: WebPort = None,
    sip_port: SipPort = None,
    lan: Lan = False,
    certificate: Certificate = None,
    key: Key = None,
    media_workers: Workers = None,
    traffic: Annotated[str | None, typer.Option(help="Simulated callers and colleagues, such as 30/min.")] = None,
    json: AsJson = False,
) -> None:
    """Run an example organization with sign-ins, a softphone user and a page that calls from the browser."""
    _end_quietly_when_told()
    from switchboard.app.running import demo as demo_center
    from switchboard.app.traffic import per_minute

    rate = None if traffic is None else per_minute(traffic)
    # On a newcomer's terminal stand addresses and sign-ins, and not how the machine does.
    settings = _settings(
        lan=lan, quiet=not json, data=data or Path(".data/demo"), web_port=web_port, sip_port=sip_port, try_it=True,
        tls_certificate=certificate, tls_key=key, media_workers=media_workers,
    )  # fmt: skip
    _run(demo_center(settings, lan=lan, as_json=json, per_minute=rate))


@application.command()
def migrate(data: Data = None, database: Database = None) -> None:
    """Bring the database to this version's tables. `serve` does the same when it starts."""
    from switchboard.app.offline import migrate_database

    _run(migrate_database(_settings(data=data, database=database)))


@application.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The organization as YAML.")],
    data: Data = None,
    database: Database = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the difference, change nothing.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Retire what the file does not name.")] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Print what would have happened on a real day with it, change nothing.")
    ] = False,
    day: Annotated[str | None, typer.Option(help="With --simulate: YYYY-MM-DD instead of today.")] = None,
    json: Annotated[bool, typer.Option("--json", help="With --simulate: print JSON instead of text.")] = False,
) -> None:
    """Bring an organization to the state of a file: all or nothing. Also while `serve` runs on that folder."""
    from switchboard.app.offline import apply_file

    if simulate:
        from switchboard.app.trying import try_file

        return _run(try_file(_settings(data=data, database=database), file, day=day, prune=prune, as_json=json))
    if day is not None or json:
        raise Invalid("--day and --json are for --simulate", field="simulate")
    return _run(apply_file(_settings(data=data, database=database), file, dry_run=dry_run, prune=prune))


@application.command()
def export(
    data: Data = None,
    database: Database = None,
    organization: Annotated[str | None, typer.Option(help="Its key; needed where there are several.")] = None,
) -> None:
    """Write an organization's configuration as YAML to standard output."""
    from switchboard.app.offline import export_organization

    _run(export_organization(_settings(data=data, database=database), organization))


@application.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Copy the database while the center runs."""
    from switchboard.app.offline import backup_database

    _run(backup_database(_settings(data=data, database=database), target))


@application.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Bring a backup back. Nobody may serve the folder meanwhile."""
    from switchboard.app.offline import restore_database

    _run(restore_database(_settings(data=data, database=database), source))


@application.command()
def replay(
    data: Data = None,
    database: Database = None,
    organization: Annotated[str | None, typer.Option(help="Its key; all of them otherwise.")] = None,
    recent: Annotated[bool, typer.Option("--recent", help="Begin with the oldest kept snapshot.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Decide the journal anew and compare, also while `serve` runs. Exit code 3 says that there are differences."""
    from switchboard.app.replaying import replay as replay_journals

    settings = _settings(data=data, database=database)
    sys.exit(uvloop.run(replay_journals(settings, organization, recent=recent, as_json=json)))


@application.command()
def simulate(
    files: Annotated[list[Path], typer.Argument(help="A scenario; two of them with --compare; a log with --preview.")],
    runs: Annotated[int | None, typer.Option(min=1, help="How many runs, instead of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The first run's seed, instead of the scenario's.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Show what the second scenario changes.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Show how a CSV log of calls would be read.")] = False,
    column: Annotated[list[str] | None, typer.Option(help="With --preview: arrival=HEADING and the like.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Write a picture (SVG) to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Run a center of callers and agents out of numbers through the real routing, in virtual time."""
    from switchboard.app import simulating

    if len(files) != (2 if compare else 1):
        raise typer.BadParameter("two scenarios with --compare, otherwise one file")
    if preview:
        simulating.preview(files[0], column or [])
    elif compare:
        simulating.compare(files[0], files[1], runs=runs, seed=seed, as_json=json)
    else:
        simulating.simulate(files[0], runs=runs, seed=seed, as_json=json, svg=picture)


@application.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    try:
        application()
    except SwitchboardError as error:
        typer.echo(f"switchboard: {error.text}", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)


if __name__ == "__main__":
    main()
