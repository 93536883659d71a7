"""Law 13: every query is scoped to its organization and, where it holds customers' data, its client."""

import importlib
import sys
from pathlib import Path

import pytest

from support.house_rules.scoped_queries import unscoped
from support.house_rules.source import Module, modules, report

SHARED_BY_CLIENTS: dict[str, str] = {}
"""Tables whose column `client` only says whom a setting is for: settings are no customer's data."""

ALLOWED: dict[str, str] = {
    "switchboard.tenancy.store.people:accounts": (
        "who signs in without naming an organization is looked for in all; no name or role is returned"
    ),
    "switchboard.tenancy.store.sessions:session_by_id": "the token is the proof and says which organization",
    "switchboard.tenancy.store.sessions:end_session": "the token is the proof and says which organization",
    "switchboard.tenancy.store.sessions:purge_sessions": "what has expired goes, whosever it was",
    "switchboard.tenancy.store.sessions:purge_sign_ins": "what is long ago goes, whosever it was",
    "switchboard.storage.rows:_update": "by the whole primary key, which organization leads",
    "switchboard.storage.rows:_delete": "by the whole primary key, which organization leads",
    "switchboard.conversations.store:closed_work": "an agent's own work; it is asked to learn whose customer it was",
    "switchboard.quality.store:unfinished": "what a dead process was recording is closed, whichever client's it was",
    "switchboard.quality.store:expired": "what has expired goes, whichever client's it was, a retired one's too",
    "switchboard.insight.reconciliation.store:expired": "what has expired goes, whichever client's it was",
    "switchboard.insight.reconciliation.store:orphan": "what a dead process left goes, whichever client's it was",
    "switchboard.insight.reconciliation.store:sweep": "by the id of a result that is gone, and its client with it",
    "switchboard.outbound.callbacks.store:open_ones": "the center makes the call-backs of all its clients",
    "switchboard.storage.jobs:Jobs.plan": "one worker serves every organization; the job carries its own",
    "switchboard.storage.jobs:Jobs.claim": "one worker serves every organization; the job carries its own",
    "switchboard.storage.jobs:Jobs.keep": "each of the claims names its organization; OR joins them",
    "switchboard.storage.outbox:Outbox.deliver": "the dispatcher serves every organization",
    "switchboard.storage.outbox:Outbox.waiting": "a count for the health page, over every organization",
    "switchboard.storage.outbox:Outbox._take": "the dispatcher serves every organization",
    "switchboard.storage.outbox:Outbox._delivered": "by the id of a message that was just taken",
}
"""module:function -> why its statements reach further than one organization or client."""

ALL = [
    module
    for module in modules()
    # Alembic runs the files of `migrations` itself; they change tables and query nothing.
    if "sqlalchemy" in module.path.read_text() and ".migrations" not in module.name
]


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)
def test_every_query_is_scoped(module: Module) -> None:
    findings = [one for one in unscoped(module, shared_by_clients=SHARED_BY_CLIENTS) if one.where not in ALLOWED]
    assert not findings, report(findings)


def test_nothing_is_allowed_that_needs_no_leave() -> None:
    needed = {one.where for module in ALL for one in unscoped(module)}
    stale = set(ALLOWED) - needed
    assert not stale, f"take these out of ALLOWED, their statements are scoped or gone: {sorted(stale)}"
    assert all(ALLOWED.values())


# -- planted: the rule catches what it is for, and nothing else

TABLES = """
from sqlalchemy import Column, MetaData, Table, Text
from sqlalchemy import and_, delete, exists, func, not_, or_, select, text, update
import sqlalchemy as sa

metadata = MetaData()
thing = Table("thing", metadata, Column("organization", Text), Column("id", Text), Column("name", Text))
part = Table("part", metadata, Column("organization", Text), Column("thing", Text))
caller = Table("caller", metadata, Column("organization", Text), Column("client", Text), Column("id", Text))
world = Table("world", metadata, Column("id", Text))
IN_PARTS = part.c.organization == "o"
MINE = thing.c.organization == "o"
def _mine(o): return and_(thing.c.organization == o, thing.c.id == "i")
"""

EXISTS = "exists().where(part.c.organization == thing.c.organization, part.c.thing == thing.c.id)"

SCOPED = [
    "select(thing).where(thing.c.organization == o)",
    "select(thing.c.id, func.count()).where(o == thing.c.organization).group_by(thing.c.id)",
    "select(thing).where(thing.c['organization'] == o)",
    "select(thing).where(and_(thing.c.organization == o, thing.c.id == i))",
    "select(thing).where((thing.c.organization == o) & (thing.c.id == i))",
    "select(thing).where(MINE)",
    "select(thing).where(_mine(o))",
    "select(thing).where(thing.c.organization == o, or_(thing.c.id == i, thing.c.name == i))",
    "update(thing).where(thing.c.organization == o, thing.c.id == i).values(name=i)",
    "delete(thing).where(thing.c.organization == o)",
    "thing.delete().where(thing.c.organization == o)",
    "sa.select(thing).where(thing.c.organization == o)",
    "select(thing).join(part, part.c.organization == thing.c.organization).where(thing.c.organization == o)",
    "select(thing).where(thing.c.organization == o, thing.c.organization == part.c.organization)",
    "select(part.c.thing).where(part.c.organization == thing.c.organization).exists()",
    "select(func.count()).select_from(thing).where(thing.c.organization == o)",
    "select(world)",
    "select(1)",
    "select(caller).where(caller.c.organization == o, caller.c.client == i)",
    "select(caller).where(caller.c.organization == o, caller.c.client.in_(i))",
    "select(table).where(table.c.organization == o)",
    "delete(thing).where(thing.c.organization == o, thing.c.id.in_(select(part.c.thing).where(IN_PARTS)))",
    f"select(thing).where(thing.c.organization == o, {EXISTS})",
    "q.where(exists().where(part.c.organization == o, part.c.thing == thing.c.id))",
]

UNSCOPED = [
    "select(thing)",
    "select(thing.c.id).where(thing.c.id == i)",
    "select(thing.c.organization)",
    "select(thing.c.organization == o)",
    "select(thing).where(thing.c.organization != o)",
    "select(thing).where(thing.c.organization == None)",
    "select(thing).where(thing.c.organization.in_(o))",
    "select(thing).where(or_(thing.c.organization == o, thing.c.id == i))",
    "select(thing).where((thing.c.organization == o) | (thing.c.id == i))",
    "select(thing).where(not_(thing.c.organization == o))",
    "select(thing).where(~(thing.c.organization == o))",
    "select(thing).where(part.c.organization == thing.c.organization)",
    "select(thing).join(part, part.c.thing == thing.c.id).where(thing.c.organization == o)",
    "select(thing).outerjoin(part, part.c.thing == thing.c.id).where(thing.c.organization == o)",
    "select(thing.c.id, part.c.thing).where(thing.c.organization == o)",
    "select(thing).where(thing.c.organization == o, thing.c.id == part.c.thing)",
    "select(func.count()).select_from(thing)",
    "select(thing).join(world, world.c.id == thing.c.organization)",
    "update(thing).values(name=i)",
    "update(thing).where(thing.c.id == i).values(organization=o)",
    "delete(thing)",
    "select(thing).where(thing.c.organization == o, exists().where(part.c.thing == thing.c.id))",
    "q.where(exists().where(caller.c.organization == o, caller.c.id == thing.c.id))",
    "thing.delete()",
    "thing.update().where(thing.c.id == i)",
    "sa.delete(thing)",
    "select(caller).where(caller.c.organization == o)",
    "select(caller).where(caller.c.client == i)",
    "select(table)",
    "table.delete()",
    "select(thing.alias())",
    "update(thing).where(thing.c.organization == o, thing.c.id.in_(select(part.c.thing)))",
    "text('SELECT * FROM thing')",
    "o.exec_driver_sql('SELECT * FROM thing')",
]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """plant(code) -> the findings in a module with the tables above and this code."""
    monkeypatch.syspath_prepend(tmp_path)

    def planted(code: str) -> list[str]:
        path = tmp_path / "planted.py"
        path.write_text(TABLES + code)
        sys.modules.pop("planted", None)
        importlib.invalidate_caches()
        [module] = modules(tmp_path)
        try:
            return [str(one) for one in unscoped(module)]
        finally:
            sys.modules.pop("planted", None)
            path.unlink()

    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    yield planted
    sys.dont_write_bytecode = before


@pytest.mark.parametrize("statement", SCOPED)
def test_a_scoped_statement_passes(plant, statement: str) -> None:
    assert plant(f"def query(o, i, table, q):\n    return {statement}\n") == []


@pytest.mark.parametrize("statement", UNSCOPED)
def test_an_unscoped_statement_is_found_and_the_message_says_how_to_mend_it(plant, statement: str) -> None:
    finding = plant(f"def query(o, i, table, q):\n    return {statement}\n")[0]
    assert "planted:query" in finding
    assert "-> begin it with .where(" in finding or "-> write it with SQLAlchemy Core" in finding


def test_a_local_name_is_seen_through(plant) -> None:
    code = "def query(o):\n    twin = thing.alias()\n    return select(twin.c.id){}\n"
    assert len(plant(code.format(""))) == 1
    assert plant(code.format(".where(twin.c.organization == o)")) == []


def test_a_filter_added_later_comes_too_late(plant) -> None:
    code = "def query(o):\n    q = select(thing)\n    if o:\n        q = q.where(thing.c.organization == o)\n"
    assert len(plant(code + "    return q\n")) == 1


def test_a_statement_at_the_top_of_a_module_is_seen(plant) -> None:
    assert len(plant("ALL = select(thing)\n")) == 1


def test_a_subquery_is_looked_at_where_it_begins(plant) -> None:
    code = "def query(o):\n    sub = select(part.c.thing){}.subquery()\n    return select(sub.c.thing)\n"
    assert len(plant(code.format(""))) == 1
    assert plant(code.format(".where(part.c.organization == o)")) == []
