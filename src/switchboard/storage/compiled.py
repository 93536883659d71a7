"""Statements compiled once per database into text and parameter order, ready for the driver."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Table
from sqlalchemy.sql.compiler import SQLCompiler

from switchboard.storage.dialect import Dialect
from switchboard.storage.rows import KEY, Build, RowChange, columns_set

Row: TypeAlias = tuple[Any, ...]
Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A statement as the driver takes it.

    sql: text in the driver's own parameter style. in_order: takes the value for each place in it out of the
    parameters by name; fixed: constants, by the names of their places; converted: places whose value the column type
    turns into what the driver takes (JSON into text). table: whose rows it changes. sets: the columns that it changes
    there, when it is an update.
    """

    sql: str
    table: Table
    in_order: Callable[[Mapping[str, Any]], Row]
    fixed: Mapping[str, Any]
    converted: tuple[tuple[int, Convert], ...]
    sets: frozenset[str] | None = None

    def row(self, parameters: Mapping[str, Any]) -> Row:
        """The parameters in the statement's order. Raises KeyError naming one that is missing."""
        row = self.in_order({**parameters, **self.fixed} if self.fixed else parameters)
        if not self.converted:
            return row
        values = list(row)
        for place, convert in self.converted:
            values[place] = convert(values[place])
        return tuple(values)


class Step(NamedTuple):
    """One statement and the rows of parameters it is run with, in order."""

    compiled: Compiled
    rows: list[Row]


@dataclass(slots=True)
class Compiler:
    """Turns row changes into steps for one database; each kind of change is compiled the first time."""

    dialect: Dialect
    _known: dict[tuple[Build, Table, tuple[str, ...]], Compiled] = field(default_factory=dict)

    def step(self, change: RowChange) -> tuple[Compiled, Row]:
        """The compiled statement and its parameters. Raises KeyError for a column the table does not have."""
        parameters = change.parameters
        key = (change.build, change.table, tuple(parameters))
        compiled = self._known.get(key)
        if compiled is None:
            compiled = self._known[key] = self._compile(*key)
        return compiled, compiled.row(parameters)

    def _compile(self, build: Build, table: Table, names: tuple[str, ...]) -> Compiled:
        built = build(self.dialect, table, names)
        done = built.compile(dialect=self.dialect.engine, compile_kwargs={"render_postcompile": True})
        assert isinstance(done, SQLCompiler)
        places = list(done.positiontup or ())
        return Compiled(
            sql=done.string,
            table=table,
            in_order=_taking([place.removeprefix(KEY) for place in places]),
            fixed={place: done.params[place] for place in places if not done.binds[place].required},
            converted=tuple(self._conversions(done, places)),
            sets=columns_set(build, table, names),
        )

    def _conversions(self, done: SQLCompiler, places: Sequence[str]) -> list[tuple[int, Convert]]:
        engine = self.dialect.engine
        found: list[tuple[int, Convert]] = []
        for index, place in enumerate(places):
            convert = done.binds[place].type.dialect_impl(engine).bind_processor(engine)
            if convert is not None:
                found.append((index, convert))
        return found


def _taking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Row]:
    """What takes the values with these names, in this order."""
    # Of one name alone `itemgetter` gives the bare value.
    return itemgetter(*names) if len(names) > 1 else lambda values: tuple([values[name] for name in names])


def together(changes: Sequence[tuple[Compiled, Row]]) -> list[Step]:
    """Changes as few steps: equal statements are run together, in one call of the driver.

    The rows of one table keep their order, but for updates that change different columns; those of different tables
    may not, which is why projected tables carry no foreign keys.
    """
    steps: list[Step] = []
    # The last steps of each table; where there are several, their order among each other does not matter.
    last: dict[Table, dict[Compiled, Step]] = {}
    for compiled, row in changes:
        latest = last.setdefault(compiled.table, {})
        step = latest.get(compiled)
        if step is None:
            if not all(_independent(compiled, other) for other in latest):
                latest.clear()
            step = latest[compiled] = Step(compiled, [])
            steps.append(step)
        step.rows.append(row)
    return steps


def _independent(one: Compiled, other: Compiled) -> bool:
    """Whether two changes of one table leave the same in whatever order they are made."""
    return one.sets is not None and other.sets is not None and one.sets.isdisjoint(other.sets)
