"""Law 13: every query is scoped to its organization and, where it holds customers' data, its client.

Each statement that begins with `select(..)`, `update(..)`, `delete(..)` or `table.update()` must compare,
with `==` and in its own `.where(..)` or the condition of a `.join(..)`, the column `organization` of each
table it touches with a value, or with the same column of a table so compared. The same holds for `client`.
What is combined with OR or NOT counts for nothing. Conditions may stand in a variable or in a function of
the same module. Filters added later to a statement in a variable do not count: the scope belongs where it
begins.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MethodType, ModuleType

from sqlalchemy import Table

from support.house_rules.source import Finding, Module, functions

SCOPES = ("organization", "client")
_VERBS = ("select", "update", "delete", "exists")
_FILTERS = ("where", "filter", "join")
_TOUCHES = ("select_from", "join", "outerjoin", "join_from")
_CORRELATED = ("exists", "scalar_subquery", "correlate")
_DEEPEST = 8
"""Conditions within conditions that are looked into."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`one.organization == other`; other is the name of a table, or None for any value."""

    scope: str
    one: str
    other: str | None


@dataclass
class Statement:
    """One statement: where it begins and the whole chain of calls on it."""

    begins: ast.Call
    chain: ast.expr
    calls: list[ast.Call] = field(default_factory=list)


class Names:
    """What one module's names mean: tables, conditions in variables, functions that return conditions."""

    def __init__(self, module: Module, loaded: ModuleType) -> None:
        self._loaded = loaded
        self._around = functions(module.tree)
        self._assigned: dict[tuple[str, str], ast.expr] = {}
        self._returned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._assigned[self._around[node], node.targets[0].id] = node.value
            elif isinstance(node, ast.FunctionDef):
                returns = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                self._returned[node.name] = returns

    def where(self, node: ast.AST) -> str:
        return self._around[node]

    def variable(self, node: ast.expr) -> ast.expr | None:
        """What was assigned to this name, in its function or at the top."""
        if not isinstance(node, ast.Name):
            return None
        function = self._around[node]
        return self._assigned.get((function, node.id)) or self._assigned.get(("", node.id))

    def returned(self, node: ast.Call) -> list[ast.expr]:
        """What the called function of this module returns."""
        return self._returned.get(node.func.id, []) if isinstance(node.func, ast.Name) else []

    def table(self, node: ast.expr) -> Table | None:
        """The table an expression names: itself, a local name for it, or its alias."""
        assigned = self.variable(node)
        if assigned is not None and (found := self.table(_unaliased(assigned))) is not None:
            return found
        try:
            value: object = self._loaded
            for part in ast.unparse(node).split("."):
                value = getattr(value, part)
        except AttributeError:
            return None
        return value if isinstance(value, Table) else None

    def is_subquery(self, node: ast.expr) -> bool:
        """Whether a name stands for a statement that is looked at by itself."""
        assigned = self.variable(node)
        text = "" if assigned is None else ast.unparse(assigned)
        return any(f".{word}(" in text for word in ("subquery", "cte"))

    def is_sql(self, function: ast.expr, words: Iterable[str]) -> str | None:
        """The word of SQLAlchemy that a called function is, if it is one of these."""
        name = ast.unparse(function)
        word = name.rsplit(".", 1)[-1]
        if word not in words:
            return None
        value: object = self._loaded
        for part in name.split("."):
            value = getattr(value, part, None)
        ours = isinstance(value, MethodType) or not str(getattr(value, "__module__", "")).startswith("sqlalchemy.")
        return None if ours else word


def _unaliased(node: ast.expr) -> ast.expr:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("alias", "tablesample")
    ):
        return node.func.value
    return node


def unscoped(module: Module, *, shared_by_clients: Mapping[str, str] | None = None) -> list[Finding]:
    """Every statement of the module that reaches further than its organization or client.

    shared_by_clients: tables whose `client` only says whom a setting is for, with the reason.
    """
    text = module.path.read_text()
    if "sqlalchemy" not in text:
        return []
    names = Names(module, importlib.import_module(module.name))
    settings = shared_by_clients or {}
    findings = []
    for statement in _statements(module.tree, names):
        touched = _touched(statement, names)
        pairs = list(_pairs(statement, names))
        if names.is_sql(statement.begins.func, ("exists",)):
            touched = _inner(pairs, touched)
        for scope in SCOPES:
            bound = _bound(pairs, scope, set(touched))
            findings += [
                _finding(module, names, statement, table, scope)
                for table, columns in touched.items()
                if scope in columns and table not in bound and not (scope == "client" and table in settings)
            ]
    return findings + _raw_sql(module, names)


def _finding(module: Module, names: Names, statement: Statement, table: str, scope: str) -> Finding:
    where = f"{module.name}:{names.where(statement.begins)}"
    what = f"a statement on {table} is not limited to one {scope}"
    mend = (
        f"begin it with .where({table}.c.{scope} == {scope}), or write down in ALLOWED "
        f"(tests/architecture/test_scoped_queries.py) why it must reach further"
    )
    return Finding(where, statement.begins.lineno, what, mend)


def _statements(tree: ast.Module, names: Names) -> Iterator[Statement]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _begins(node, names):
            continue
        statement = Statement(node, node)
        while isinstance(attribute := parents.get(statement.chain), ast.Attribute):
            call = parents.get(attribute)
            if not isinstance(call, ast.Call) or call.func is not attribute:
                break
            statement.chain = call
            statement.calls.append(call)
        yield statement


def _begins(node: ast.Call, names: Names) -> bool:
    if names.is_sql(node.func, _VERBS):
        return True
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _VERBS:
        return False
    return _names_table(node.func.value, names)


def _called(statement: Statement, words: Iterable[str]) -> Iterator[ast.Call]:
    for call in statement.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in words:
            yield call


def _touched(statement: Statement, names: Names) -> dict[str, set[str]]:
    """Text of each table the statement touches -> those of its columns that a scope is about."""
    places: list[ast.expr] = list(statement.begins.args)
    if isinstance(statement.begins.func, ast.Attribute) and not names.is_sql(statement.begins.func, _VERBS):
        places.append(statement.begins.func.value)
    for call in _called(statement, _TOUCHES):
        places += call.args[:1]
    if not any(_called(statement, _CORRELATED)):
        places += [arg for call in _called(statement, ("where", "filter")) for arg in call.args]
    touched: dict[str, set[str]] = {}
    for place in places:
        for base in _tables_in(place, names):
            columns = _columns(base, names)
            if columns is not None:
                touched[ast.unparse(base)] = columns & set(SCOPES)
    return touched


def _tables_in(place: ast.expr, names: Names) -> Iterator[ast.expr]:
    """Names of tables in an expression, without those of statements inside it."""
    if _is_statement(place, names):
        return
    if isinstance(place, ast.Attribute) and place.attr == "c":
        yield place.value
    elif isinstance(place, ast.Name | ast.Attribute) and _names_table(place, names):
        yield place
    else:
        for child in ast.iter_child_nodes(place):
            if isinstance(child, ast.comprehension):
                yield from _tables_in(child.iter, names)
            elif isinstance(child, ast.expr):
                yield from _tables_in(child, names)


def _is_statement(place: ast.expr, names: Names) -> bool:
    """Whether an expression is a statement of its own, with whatever calls on it."""
    while isinstance(place, ast.Call):
        if _begins(place, names):
            return True
        if not isinstance(place.func, ast.Attribute):
            return False
        place = place.func.value
    return False


def _names_table(place: ast.expr, names: Names) -> bool:
    """A table, or what is called like one: an argument or attribute named `table`."""
    return names.table(place) is not None or ast.unparse(place).rsplit(".", 1)[-1] == "table"


def _columns(base: ast.expr, names: Names) -> set[str] | None:
    """A table's columns; of one that comes as an argument nobody knows, so it counts as scoped."""
    table = names.table(base)
    if table is not None:
        return {column.name for column in table.columns}
    return None if names.is_subquery(base) else {"organization"}


def _pairs(statement: Statement, names: Names) -> Iterator[Pair]:
    for call in _called(statement, _FILTERS):
        first = 1 if isinstance(call.func, ast.Attribute) and call.func.attr == "join" else 0
        for argument in [*call.args[first:], *(keyword.value for keyword in call.keywords)]:
            yield from _compared(argument, names, _DEEPEST)


def _compared(node: ast.expr, names: Names, depth: int) -> Iterator[Pair]:
    """The comparisons that must hold for a row to be seen."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            yield from _pair(left, right)
            yield from _pair(right, left)
        case ast.Call(func=ast.Attribute(value=column, attr="in_")):
            # One person may work for several clients; nobody for several organizations.
            if (found := _column(column)) is not None and found[0] == "client":
                yield Pair("client", found[1], None)
        case _ if depth:
            for part in _conjuncts(node, names):
                yield from _compared(part, names, depth - 1)


def _conjuncts(node: ast.expr, names: Names) -> list[ast.expr]:
    """What must all hold for `node` to hold: the parts of an AND, of a variable, of a called function."""
    match node:
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return [left, right]
        case ast.Call(func=function, args=args) if names.is_sql(function, ("and_",)):
            return args
        case ast.Call():
            returned = names.returned(node)
            return returned if len(returned) == 1 else []
        case _:
            assigned = names.variable(node)
            return [] if assigned is None else [assigned]


def _pair(one: ast.expr, other: ast.expr) -> Iterator[Pair]:
    found, against = _column(one), _column(other)
    if found is None or (isinstance(other, ast.Constant) and other.value is None):
        return
    if against is not None and against[0] == found[0]:
        yield Pair(found[0], found[1], against[1])
    elif against is None and not _is_column(other):
        yield Pair(found[0], found[1], None)


def _column(node: ast.expr) -> tuple[str, str] | None:
    """(scope, table) of `table.c.organization` or `table.c["organization"]`."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=base, attr="c"), attr=name):
            pass
        case ast.Subscript(value=ast.Attribute(value=base, attr="c"), slice=ast.Constant(value=str(name))):
            pass
        case _:
            return None
    return (name, ast.unparse(base)) if name in SCOPES else None


def _is_column(node: ast.expr) -> bool:
    """Whether it is any column: what another row holds is no value that somebody asked for."""
    return any(isinstance(part, ast.Attribute) and part.attr == "c" for part in ast.walk(node))


def _bound(pairs: list[Pair], scope: str, touched: set[str]) -> set[str]:
    """Tables compared with a value, directly or by way of other tables.

    A table that only an enclosing statement touches is looked at there: here it is as good as a value.
    """
    ours = [pair for pair in pairs if pair.scope == scope]
    bound = {pair.one for pair in ours if pair.other is None or pair.other not in touched}
    while grown := {pair.one for pair in ours if pair.other in bound and pair.one not in bound}:
        bound |= grown
    return bound


def _inner(pairs: list[Pair], touched: dict[str, set[str]]) -> dict[str, set[str]]:
    """Of the tables in the conditions of an `exists()` those it is about; the others stand around it.

    It is about those whose organization is compared with a value. Where the organizations of two tables are
    compared with each other, one of them stands around it and is looked at there.
    """
    compared = [pair for pair in pairs if pair.scope == "organization"]
    if not compared:
        return touched
    about = {pair.one for pair in compared if pair.other is None}
    return {table: columns for table, columns in touched.items() if table in about}


def _raw_sql(module: Module, names: Names) -> list[Finding]:
    """SQL as text, which no rule can read. `storage` speaks to the databases and may."""
    if ".storage" in module.name:
        return []
    raw = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        written = isinstance(node.func, ast.Attribute) and node.func.attr == "exec_driver_sql"
        if written or names.is_sql(node.func, ("text",)):
            where = f"{module.name}:{names.where(node)}"
            mend = "write it with SQLAlchemy Core (law 11), so that it runs on both databases and can be checked"
            raw.append(Finding(where, node.lineno, "SQL as text", mend))
    return raw
