"""Every route says who may use it, and only they may."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from support.web_rooms import Rooms, browser, sign_in
from switchboard.tenancy.model import RIGHTS, Right, Role
from switchboard.web.access import session_of
from switchboard.web.api import ROUTERS

OWN = {"session", "sign_out"}
"""What needs a session and no right: to see whose it is, and to end it."""

OPEN = {"sign_in", "try_it", "try_it_call", "try_it_digits", "try_it_hang_up", "health", "metrics"}
"""What works without a session: each for a reason that its docstring gives."""

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def dependencies(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from dependencies(inner)


def right_of(route: APIRoute) -> Right | None:
    for call in dependencies(route.dependant):
        right: Right | None = getattr(call, "right", None)
        if right is not None:
            return right
    return None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.name}")
def test_every_route_asks_for_a_session_or_is_known_to_be_open(route: APIRoute):
    asks = session_of in set(dependencies(route.dependant))
    assert asks != (route.name in OPEN), (
        f"{route.name} must declare Anyone, Owner, Agent, Supervisor or Administrator (web/access.py), "
        "or be listed as open here with a reason"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("user_name", "role"), [("ada", "agent"), ("sue", "supervisor"), ("amy", "administrator")])
async def test_a_role_that_a_route_does_not_name_is_refused(user_name: str, role: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, user_name)
        for route in ROUTES:
            right = right_of(route)
            if right is None:
                continue
            roles = RIGHTS[right]
            path = re.sub(r"\{(\w+)\}", "1", route.path)
            answer = await page.request(next(iter(route.methods)), path)
            if role in roles:
                assert answer.status_code not in {401, 403}, route.name
            else:
                # Before the (missing) body is looked at.
                assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refused"), route.name
                assert answer.json()["error"]["text"].startswith("Only ")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.name}")
def test_every_route_names_the_right_it_needs(route: APIRoute):
    assert (right_of(route) is None) == (route.name in OPEN | OWN)


def test_every_right_is_given_to_somebody_and_administrators_are_not_agents():
    assert set(RIGHTS) == set(Right)
    assert all(RIGHTS.values())
    assert {right for right, roles in RIGHTS.items() if Role.ADMINISTRATOR not in roles} == {Right.DESK}


async def test_with_a_temporary_password_one_can_only_choose_another():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "new")
        assert (await page.get("/api/session")).json()["person"]["password_temporary"] is True
        for route in ROUTES:
            right = right_of(route)
            if right is None or right is Right.ACCOUNT:
                continue
            path = re.sub(r"\{(\w+)\}", "1", route.path)
            answer = await page.request(next(iter(route.methods)), path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "password_change_needed"), route.name
        change = {"current": "correct horse", "password": "a better horse"}
        assert (await page.post("/api/account/password", json=change)).status_code == 204
        assert (await page.delete("/api/session")).status_code == 204
