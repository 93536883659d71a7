"""Every route says who may use it, and only they may."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from support.web_rooms import ALL_ROLES, Rooms, browser, sign_in
from switchboard.web.access import session_of
from switchboard.web.api import ROUTERS

OPEN = {"sign_in", "try_it", "try_it_call", "try_it_digits", "try_it_hang_up", "health", "metrics"}
"""What works without a session: each for a reason that its docstring gives."""

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def dependencies(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from dependencies(inner)


def roles_of(route: APIRoute) -> frozenset[str] | None:
    for call in dependencies(route.dependant):
        roles = getattr(call, "roles", None)
        if roles is not None:
            return roles
    return None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.name}")
def test_every_route_asks_for_a_session_or_is_known_to_be_open(route: APIRoute):
    asks = session_of in set(dependencies(route.dependant))
    assert asks != (route.name in OPEN), (
        f"{route.name} must declare Anyone, Agent, Supervisor or Administrator (web/access.py), "
        "or be listed as open here with a reason"
    )


@pytest.mark.parametrize(("user_name", "role"), [("ada", "agent"), ("sue", "supervisor"), ("amy", "administrator")])
async def test_a_role_that_a_route_does_not_name_is_refused(user_name: str, role: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, user_name)
        for route in ROUTES:
            roles = roles_of(route)
            if roles is None:
                continue
            path = re.sub(r"\{(\w+)\}", "1", route.path)
            answer = await page.request(next(iter(route.methods)), path)
            if role in roles:
                assert answer.status_code not in {401, 403}, route.name
            else:
                # Before the (missing) body is looked at.
                assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refused"), route.name
                assert answer.json()["error"]["text"].startswith("Only ")
            assert roles <= ALL_ROLES
