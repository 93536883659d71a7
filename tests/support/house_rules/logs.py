"""Law 14: no personal data in logs.

A logger is called with a constant event and keywords. No keyword may be named like something personal or
secret; give the id of the contact, customer or person instead, which means nothing once he is forgotten.
"""

import ast
from collections.abc import Iterator

from support.house_rules.source import Finding, Module, functions

LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "fatal", "msg", "log"})
BINDERS = frozenset({"bind", "new", "bind_contextvars", "bound_contextvars"})
LOGGERS = frozenset({"log", "logger"})

PERSONAL = frozenset(
    {"number", "name", "email", "mail", "phone", "telephone", "text", "body", "note", "caller", "callee"}
    | {"dialled", "display", "from", "to", "uri", "aor", "address", "sdp", "digits", "digit", "birthday"}
)
SECRET = frozenset({"password", "secret", "token", "csrf", "cookie", "credentials", "authorization"})

HARMLESS = frozenset(
    {"file_name", "host_name", "task_name", "event_name", "queue_name", "port_number", "line_number"}
    | {"listen_address", "public_address", "server_address"}
)  # fmt: skip
"""Names of things, numbers of no telephone, addresses of ours."""


_INSTEAD = (
    "log the id of the contact, customer or person instead; what is neither personal nor secret gets a name "
    "that says so"
)


def personal(module: Module) -> list[Finding]:
    """Every call of a logger in the module that could carry something personal or secret."""
    around = functions(module.tree)
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (kind := _logs(node)):
            where = f"{module.name}:{around[node]}"
            found += [Finding(where, node.lineno, what, mend) for what, mend in _faults(node, kind)]
    return found


def _logs(node: ast.Call) -> str | None:
    """The method when the call logs or binds something for later lines."""
    if isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in BINDERS - {"bind", "new"} else None
    if not isinstance(node.func, ast.Attribute):
        return None
    method = node.func.attr
    if method in BINDERS - {"bind", "new"}:
        return method
    return method if method in LEVELS | BINDERS and _is_logger(node.func.value) else None


def _is_logger(node: ast.expr) -> bool:
    """`_log`, `self._log`, `logger.bind(..)`, `structlog.get_logger(..)`."""
    if isinstance(node, ast.Call):
        return _is_logger(node.func.value) if isinstance(node.func, ast.Attribute) else False
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.strip("_").lower() in LOGGERS | {"structlog"}


def _faults(node: ast.Call, method: str) -> Iterator[tuple[str, str]]:
    if method in LEVELS and method != "log":
        if node.args and not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
            yield "the event is put together", "make it a constant word, and what varies a keyword"
        if len(node.args) > 1:
            yield "values without a name", "give each as a keyword, so that this rule can see what it is"
    for keyword in node.keywords:
        if keyword.arg is None:
            yield "keywords from a dictionary", "write them out, so that this rule can see what they are"
        elif (word := _forbidden(keyword.arg)) is not None:
            yield f"the keyword {keyword.arg}= may carry a person's {word}", _INSTEAD


def _forbidden(keyword: str) -> str | None:
    words = keyword.lower().strip("_").split("_")
    if keyword in HARMLESS:
        return None
    if (found := next((word for word in words if word in SECRET), None)) is not None:
        return found
    return words[-1] if words[-1] in PERSONAL else None
