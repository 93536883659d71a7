"""YAML text to plain data that remembers its lines, and back.

Only what JSON can hold comes out: no dates, no objects, no tags. A number is a number only when written
as one writes numbers, so that `+49301234567` and `0301` stay the telephone numbers they are.
Reading takes about 0.1 ms a line and litters memory with small objects, whose collection would hold the
event loop: the main process lets a process of its own do it, see `yaml_process`.
"""

import io
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from switchboard.flows.model import Path
from switchboard.kit.errors import Invalid

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a file."""
MOST_VALUES: Final = 1_000_000
"""Values in a file, those behind aliases counted each time they are used."""
DEEPEST: Final = 60

MOST_OPEN: Final = 500
"""Brackets open at once, also inside texts: the parser's time grows with their square."""

_BRACKETS: Final = re.compile(r"[\[\]{}]")
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")


class Text:
    """What a file says. lines: line (from 1) of every value by its path, or a function that finds them,
    asked when the first line is wanted: most files have no problem to name one for."""

    __slots__ = ("_lines", "data")

    def __init__(self, data: Any, lines: Mapping[Path, int] | Callable[[], Mapping[Path, int]]) -> None:
        self.data = data
        self._lines = lines

    @property
    def lines(self) -> Mapping[Path, int]:
        if callable(self._lines):
            self._lines = self._lines()
        return self._lines

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(content: bytes) -> Text:
    """Read a file. Raises Invalid, naming the line, for whatever is not one document of plain data."""
    if len(content) > LARGEST:
        raise Invalid(f"the file is larger than {LARGEST // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(f"line {line}: the file is not UTF-8 text") from error
    if _open_brackets(text) > MOST_OPEN:
        raise Invalid("the file nests too deeply")
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        raise Invalid(_told(error)) from error
    except RecursionError as error:
        raise Invalid("the file nests too deeply") from error
    # The library lets bare errors of its own code through for odd input; none of them is ours.
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        raise Invalid("the file is not YAML") from error
    return _Builder().build(node)


_PLAIN: Final = re.compile(r"[A-Za-z_](?:[\w .+/@()-]*[\w)])?|(?:[0-9]+[hms])+", re.ASCII)


def _represent(representer: Any, text: str) -> ScalarNode:
    """Plain words as they are, everything else in quotes: what the library writes bare (`:_`) it cannot
    always read again."""
    plain = _PLAIN.fullmatch(text) is not None
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')
    return node


def write_yaml(data: Any, comment: str = "") -> str:
    """Plain data as YAML, in the order of its fields; the innermost collections on one line."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared as None in ruamel
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.representer.add_representer(str, _represent)
    out = io.StringIO()
    yaml.dump(data, out)
    return "".join(f"# {line}\n" for line in comment.splitlines()) + out.getvalue()


class _Builder:
    """Builds plain data from the parser's nodes, with a budget: aliases can make a small file huge."""

    def __init__(self) -> None:
        self._left = MOST_VALUES
        self._lines: dict[Path, int] = {}

    def build(self, node: Node | None) -> Text:
        return Text(None if node is None else self._value(node, ()), self._lines)

    def _value(self, node: Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self._left -= 1
        if self._left < 0:
            raise Invalid(f"line {line}: the file holds more than {MOST_VALUES} values")
        if len(path) > DEEPEST:
            raise Invalid(f"line {line}: nested more than {DEEPEST} deep")
        self._lines.setdefault(path, line)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(element, (*path, index)) for index, element in enumerate(node.value)]
        return _scalar(node) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise Invalid(f"line {line}: a field's name must be a word")
            name = _text(key)
            if name in found:
                raise Invalid(f"line {line}: the field {name[:80]!r} stands here twice")
            # Where the name stands is the line people look for, also when the value begins on the next one.
            self._lines[(*path, name)] = line
            found[name] = self._value(value, (*path, name))
        return found


def _text(node: ScalarNode) -> str:
    text = str(node.value)
    if not text.isascii() and any(0xD800 <= ord(mark) < 0xE000 for mark in text):
        raise Invalid(f"line {node.start_mark.line + 1}: half a character (a surrogate) stands here")
    return text


def _scalar(node: ScalarNode) -> Any:
    text = _text(node)
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() in {"true", "yes", "on", "y"}
        case "int" if _WHOLE.fullmatch(text):
            return int(text)
        case "float":
            return _float(text)
    return text


def _float(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text


def _open_brackets(text: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _told(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}: " if mark is not None else ""
    problem = (error.problem or error.context or "it cannot be read").splitlines()[0]
    return f"{where}the file is not YAML: {problem[:150]}"
