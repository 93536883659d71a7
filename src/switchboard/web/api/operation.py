"""Health and measurements, for whoever operates this node."""

import asyncio
import ipaddress
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from switchboard import __version__
from switchboard.tenancy.model import Right
from switchboard.web.access import DoorsHere, edge_of, session_of
from switchboard.web.messages.operation import Health
from switchboard.web.roles import check

router: Final = APIRouter(tags=["operation"])


@router.get("/api/health", responses={503: {"model": Health}})
async def health(doors: DoorsHere, response: Response) -> Health:
    """503 while a part is missing that calls need, so that a load balancer needs no parsing."""
    parts = list(await doors.health.parts())
    if not all(part.ok for part in parts if part.essential):
        response.status_code = 503
    return Health(status="ok" if all(part.ok for part in parts) else "degraded", version=__version__, parts=parts)


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(request: Request, doors: DoorsHere) -> Response:
    """Prometheus text. Labels never hold anything about a person."""
    if not (edge_of(request).metrics_open or _from_here(request)):
        check((await session_of(request)).person, Right.CONFIGURE)
    # Rendering many histograms takes tens of milliseconds.
    text = await asyncio.to_thread(generate_latest, doors.metrics)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    """Whether this machine itself asks, and not through a proxy for somebody else."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
