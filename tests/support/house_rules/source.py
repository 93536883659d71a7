"""What the rules share: the modules to look at, and a finding that says how to mend it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src"


@dataclass(frozen=True, slots=True)
class Finding:
    """where: module:function. line: in the file. what: the trespass. mend: what to do about it."""

    where: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where} (line {self.line}): {self.what}\n    -> {self.mend}"


def report(findings: list[Finding]) -> str:
    """The findings as the message of a failed test."""
    return "\n" + "\n".join(map(str, findings))


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file, parsed. name: dotted."""

    name: str
    path: Path
    tree: ast.Module


def modules(folder: Path = SOURCE) -> Iterator[Module]:
    """Every module below `folder`, which is where packages begin."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, path, ast.parse(path.read_text(), str(path)))


def functions(tree: ast.Module) -> dict[ast.AST, str]:
    """Every node -> the dotted name of the function or class around it, "" at the top."""
    around: dict[ast.AST, str] = {}

    def walk(node: ast.AST, name: str) -> None:
        around[node] = name
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        inner = f"{name}.{node.name}".lstrip(".") if named else name
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(tree, "")
    return around
