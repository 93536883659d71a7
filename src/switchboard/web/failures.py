"""Every failure in one shape: `{"error": {"code", "text", "field"}}`, naming the field where one is wrong."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from switchboard.kit.errors import Invalid, SwitchboardError, TooMany
from switchboard.web.doors.administration import Stale
from switchboard.web.messages.problems import ErrorAnswer, Fault, Problem

_log = structlog.get_logger(__name__)

_CODES: Final = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "refused",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    421: "wrong_host",
}
_UNKNOWN: Final = "Something went wrong on our side. It has been logged; please try again."
_WHERE: Final = ("body", "query", "path", "header", "cookie")


def answer(
    status: int, code: str, text: str, *, field: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An error's response."""
    return _response(status, Problem(code=code, text=text, field=field), headers)


def _response(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = ErrorAnswer(error=problem).model_dump()
    return JSONResponse(body, status_code=status, headers=dict(headers) if headers else None)


def answer_to(error: SwitchboardError) -> JSONResponse:
    """The response to an error that a person can mend."""
    headers = {"Retry-After": str(max(1, error.retry_after))} if isinstance(error, TooMany) else None
    faults = error.faults if isinstance(error, Invalid) else ()
    problem = Problem(
        code=error.code,
        text=error.text,
        field=error.field,
        faults=[Fault(field=name, text=text) for name, text in faults],
        present=error.present if isinstance(error, Stale) else None,
    )
    return _response(error.status, problem, headers)


def field_of(location: Sequence[int | str]) -> str:
    """`("body", "steps", 0, "say")` as `steps.0.say`; the bare place when nothing inside is named.

    A position in broken JSON is no field: `("body", 17)` is `body`.
    """
    inside = location[1:] if location and location[0] in _WHERE else location
    if not inside or (len(inside) == 1 and isinstance(inside[0], int)):
        return str(location[0]) if location else "body"
    # A field without a name is one of the body.
    return ".".join(str(part) for part in inside) or "body"


def text_of(error: Mapping[str, Any]) -> str:
    """One line for a validation error, without repeating what was sent."""
    name = field_of(error["loc"])
    if error["type"] == "json_invalid":
        return f"The body is not JSON: {error['ctx']['error']} at character {error['loc'][-1]}"
    if error["type"] == "missing":
        return f"{name} is missing"
    if error["type"] == "extra_forbidden":
        return f"{name} is not a field of this request"
    if error["type"] == "string_pattern_mismatch":
        return f"{name} holds characters that are not allowed here"
    message: str = error["msg"]
    return f"{name}: {message[:1].lower()}{message[1:]}"


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return answer(422, "invalid", text_of(first), field=field_of(first["loc"]))


async def _expected(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SwitchboardError)
    return answer_to(error)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _CODES.get(status, "invalid" if status == HTTPStatus.UNPROCESSABLE_ENTITY else "failed")
    field = "body" if status in {400, 408, 413} else None
    return answer(status, code, str(error.detail), field=field, headers=error.headers)


def install(app: FastAPI) -> None:
    """Answer every failure of `app` in the one shape."""
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(SwitchboardError, _expected)
    app.add_exception_handler(HTTPException, _http)


class LastResort:
    """Answers 500 without details for what nobody foresaw, and logs it with its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            _log.exception("request_failed", method=scope["method"], route=route_of(scope))
            if started:
                # The rest cannot be sent any more: the server must break the connection off.
                raise
            await answer(500, "internal", _UNKNOWN)(scope, receive, send)


def route_of(scope: Scope) -> str:
    """The route's template (`/api/contacts/{contact}`), which holds no personal data, unlike the path."""
    route = scope.get("route")
    path: str = getattr(route, "path", "")
    return path or "none"
