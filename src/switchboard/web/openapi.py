"""The API's description: OpenAPI for requests, with the live feed's frames among its schemas."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from switchboard import __version__
from switchboard.web import frames
from switchboard.web.api import ROUTERS
from switchboard.web.messages.problems import ErrorAnswer

_REFERENCE: Final = "#/components/schemas/{model}"
_ERRORS: Final[dict[int | str, dict[str, object]]] = {
    "4XX": {"model": ErrorAnswer, "description": "What is wrong, in one shape"},
    422: {"model": ErrorAnswer, "description": "A field cannot be accepted; `field` names it"},
}
_ABOUT: Final = """\
Requests that change something carry the session's `csrf` as `X-CSRF`. Every failure is answered as
`ErrorAnswer`. Times are UTC epoch microseconds, durations microseconds.

The live feed is a WebSocket at `/api/feed?topics=desk,board`: it sends `ServerFrame` and takes `PageFrame`.
"""


def openapi_document() -> dict[str, Any]:
    """The whole API as an OpenAPI document; needs no doors, no database and no network."""
    document: dict[str, Any] = described().openapi()
    return document


def described(routers: Sequence[APIRouter] = (), **options: Any) -> FastAPI:
    """An app with the routes and their description; options are FastAPI's own keywords."""
    app = FastAPI(
        title="Switchboard",
        version=__version__,
        summary="The API of a contact center",
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name,
        responses=_ERRORS,
        **options,
    )
    for router in (*ROUTERS, *routers):
        app.include_router(router)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents for this
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """`ServerFrame` is all that the feed sends, `PageFrame` all that a page may send."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    sent = frames.SERVER_FRAME.json_schema(ref_template=_REFERENCE, mode="serialization")
    heard = frames.PAGE_FRAME.json_schema(ref_template=_REFERENCE, mode="validation")
    for name, schema in (("ServerFrame", sent), ("PageFrame", heard)):
        schemas.update(schema.pop("$defs", {}))
        schemas[name] = schema
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _name(route: APIRoute) -> str:
    return route.name
