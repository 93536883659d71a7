"""`switchboard bench ...`: one verb for each thing whose cost is measured.

Each loads its bench only when it is called, so that the command line starts at once.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from switchboard.kit import logs

bench = typer.Typer(help="What the product costs, as JSON on standard output.", no_args_is_help=True)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise typer.BadParameter(f"{text!r} is not HOST:PORT")
    return host, int(port)


@bench.command("serve")
def bench_serve(
    sip: Annotated[str, typer.Option(help="HOST:PORT where callers ring.")],
    agents: Annotated[int, typer.Option(help="Signed-in SIP agents at sip:agentK@AGENTS-AT.")],
    record: Annotated[bool, typer.Option("--record", help="Record every call.")] = False,
    music: Annotated[bool, typer.Option("--music", help="Play music to those waiting.")] = False,
    agents_at: Annotated[str, typer.Option(help="HOST:PORT of the agents' phones.")] = "127.0.0.1:6300",
    strategy: Annotated[str, typer.Option(help="Of the queue: how it chooses among agents.")] = "longest idle",
) -> None:
    """The whole product with one queue `support`, until stopped; for outside drivers."""
    from switchboard.bench.serve import serve as bench_center

    logs.configure(level="warning")
    at = _address(sip)
    uvloop.run(bench_center(at, agents=agents, record=record, music=music, agents_at=agents_at, strategy=strategy))


@bench.command("sip")
def bench_sip(
    listen: Annotated[str, typer.Option(help="HOST:PORT where calls come in.")],
    route: Annotated[str, typer.Option(help="HOST:PORT that every call is sent to.")],
    credentials: Annotated[str, typer.Option(help="USER:SECRET for challenges.")],
) -> None:
    """The bare SIP core as a B2BUA, until stopped; for outside drivers."""
    from switchboard.bench.sip import serve as bench_b2bua

    logs.configure(level="warning")
    user, _, secret = credentials.partition(":")
    uvloop.run(bench_b2bua(_address(listen), _address(route), (user, secret)))


@bench.command("board")
def bench_board(
    viewers: Annotated[int, typer.Option(help="Open boards, at most 250.")] = 200,
    events: Annotated[float, typer.Option(help="Inputs that the Floor decides a second.")] = 20.0,
    seconds: Annotated[float, typer.Option(help="How long to measure each of four parts.")] = 20.0,
) -> None:
    """What the live board costs a working center, watched over real WebSockets."""
    import orjson

    from switchboard.bench.board import run as watch_boards

    typer.echo(orjson.dumps(asyncio.run(watch_boards(viewers, events, seconds))).decode())


@bench.command("floor")
def bench_floor(
    agents: Annotated[int, typer.Option(min=1, help="Signed-in agents, each in three queues.")] = 1_000,
    queues: Annotated[int, typer.Option(min=1, help="Queues.")] = 50,
    skills: Annotated[int, typer.Option(min=3, help="Skills; each agent has about half of them.")] = 20,
    waiting: Annotated[int, typer.Option(min=0, help="Contacts in line.")] = 500,
    cycles: Annotated[int, typer.Option(min=1, help="How often each of the five events happens.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same day.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line instead of text.")] = False,
) -> None:
    """Events a second that the Floor decides on one core, and how long one input takes, for three sizes."""
    import orjson

    from switchboard.bench.floor import as_table, run

    found = run(agents, queues, skills, waiting, cycles=cycles, seed=seed)
    typer.echo(orjson.dumps(found).decode() if as_json else as_table(found))


@bench.command("ring-all")
def bench_ring_all(
    agents: Annotated[int, typer.Option(min=2, help="Idle agents, all of whom are rung.")] = 1_000,
    repetitions: Annotated[int, typer.Option(min=1, help="Calls to measure.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line instead of text.")] = False,
) -> None:
    """From a caller's INVITE to the INVITE at the last of all agents' phones, and until all but one stop."""
    from switchboard.bench.offers import run_ring_all

    _tell(uvloop.run(run_ring_all(agents, repetitions)), as_json)


@bench.command("offers")
def bench_offers(
    waiting: Annotated[int, typer.Option(min=0, help="Calls in line all the time.")] = 500,
    repetitions: Annotated[int, typer.Option(min=1, help="How often an agent becomes free.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line instead of text.")] = False,
) -> None:
    """From an agent's BYE to the INVITE at his phone for the call that waited longest."""
    from switchboard.bench.offers import run_offers

    _tell(uvloop.run(run_offers(waiting, repetitions)), as_json)


def _tell(found: Mapping[str, object], as_json: bool) -> None:
    import orjson

    typer.echo(orjson.dumps(found).decode() if as_json else "\n".join(f"{name}: {it}" for name, it in found.items()))


@bench.command("media")
def bench_media(
    calls: Annotated[int, typer.Option(help="Bridged calls.")] = 100,
    seconds: Annotated[float, typer.Option(help="How long to measure.")] = 10.0,
) -> None:
    """One media worker: cost and delay of bridged calls, cost and memory of waiting ones."""
    import orjson

    from switchboard.bench.media import run

    typer.echo(orjson.dumps(run(seconds, calls)).decode())


@bench.command("desk")
def bench_desk(
    repetitions: Annotated[int, typer.Option(min=1, help="Calls to measure.")] = 20,
) -> None:
    """An agent at the browser: accept to sound, reload to sound, lost page to noticed. Needs Playwright, Chromium."""
    import orjson

    from switchboard.bench.desk import run

    logs.configure(level="warning")
    typer.echo(orjson.dumps(asyncio.run(run(repetitions))).decode())


@bench.command("keys")
def bench_keys(
    legs: Annotated[int, typer.Option(help="Legs that are listened to, none of them silent.")] = 300,
    ticks: Annotated[int, typer.Option(help="How many ticks of 20 ms to measure.")] = 1_000,
) -> None:
    """What keys in three forms (tones, telephone events, SIP INFO) cost of a media worker's tick."""
    import orjson

    from switchboard.bench.one_thread import compute_in_one_thread

    compute_in_one_thread()
    from switchboard.bench.keys import run

    typer.echo(orjson.dumps(run(legs, ticks)).decode())


@bench.command("fill")
def bench_fill(
    data: Annotated[Path, typer.Option(help="A new folder to fill.")],
    contacts: Annotated[int, typer.Option(help="How many contacts.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same past.")] = 1,
) -> None:
    """Fill a new data folder with the contacts of three busy months, for `bench records`."""
    import orjson

    from switchboard.bench.fill import run

    logs.configure(level="warning")
    typer.echo(orjson.dumps(uvloop.run(run(data, contacts, seed))).decode())


@bench.command("records")
def bench_records(
    data: Annotated[Path, typer.Option(help="A folder that `bench fill` made; nobody may serve it.")],
    rounds: Annotated[int, typer.Option(help="Searches of each kind.")] = 40,
) -> None:
    """How long the record search takes, by kind of search, over all that the folder holds."""
    import orjson

    from switchboard.bench.records import run

    logs.configure(level="warning")
    typer.echo(orjson.dumps(uvloop.run(run(data, rounds)), option=orjson.OPT_INDENT_2).decode())


@bench.command("journal")
def bench_journal(
    data: Annotated[Path, typer.Option(help="A new folder to fill.")],
    contacts: Annotated[int, typer.Option(help="How many contacts, more or less.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same journal.")] = 1,
) -> None:
    """Fill a new data folder with a journal that the Floor itself has decided, for `replay`."""
    import orjson

    from switchboard.bench.journal import run

    logs.configure(level="warning")
    typer.echo(orjson.dumps(uvloop.run(run(data, contacts, seed))).decode())


@bench.command("estimates")
def bench_estimates(
    files: Annotated[list[Path], typer.Argument(help="Scenarios, as those of docs/reports/estimator.")],
    seeds: Annotated[int, typer.Option(min=2, help="How many days of each.")] = 20,
) -> None:
    """The announced waiting time against what others announce, as Markdown."""
    from switchboard.bench.estimates import run

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r\033[K{text}", nl=False, err=True)

    for line in run(files, seeds, progress):
        typer.echo(line)


@bench.command("outcome")
def bench_outcome(
    files: Annotated[list[Path], typer.Argument(help="Scenarios, as those of docs/reports/outcome.")],
    seeds: Annotated[int, typer.Option(min=2, help="How many centers of each.")] = 10,
) -> None:
    """Best expected outcome, learning from its own past, against longest idle, as Markdown."""
    from switchboard.bench.outcomes import run

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r\033[K{text}", nl=False, err=True)

    for line in run(files, seeds, progress):
        typer.echo(line)
