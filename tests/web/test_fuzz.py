"""Whatever bytes a page sends, the answer names what is wrong and is never a 500."""

import json
import re

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.web_rooms import SDP, Rooms, browser, sign_in
from switchboard.web.api import ROUTERS

POSTS = sorted(
    (route.path, method)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
    if method in {"POST", "PATCH", "PUT"}
)
BARE = (
    *("hold", "resume", "mute", "hang-up", "sign-out", "configuration", "sounds", "off", "check"),
    *("dismiss", "reinstate", "{key}/secret", "reconciliations", "preview", "callback}/cancel"),
    *("outcomes/versions", "take", "trials/file"),
)
"""How the paths of routes without a body end."""
WITH_BODY = [
    (path, method)
    for path, method in POSTS
    if not re.search(f"({'|'.join(map(re.escape, BARE))})$", path) or "try-it" in path
]
GOOD = {
    "user_name": "ada",
    "password": "x",
    "organization": None,
    "reach": "phone",
    "state": "paused",
    "reason": "break",
    "fence": 7,
    "sdp": SDP,
    "disposition": "sold",
    "note": "n",
    "finish": True,
    "number": "+49",
    "secret": "s",
    "digits": "1#",
    "text": "The network is down.",
    "sound": None,
    "numbers": None,
    "minutes": 5,
    "ends": True,
    "name": "Jo",
    "score": 4,
    "lowest": 1,
    "highest": 5,
    "answered_at": 1,
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
nearly_right = st.dictionaries(st.sampled_from(sorted(GOOD)), anything, max_size=4).map(lambda wrong: {**wrong})
bodies = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"{", b'{"a":', b"[" * 100_000, b"\xff\xfe", b'"\\ud800"', b"NaN", b"1e999", b"null"]),
    anything.map(lambda value: json.dumps(value).encode()),
    nearly_right.map(lambda value: json.dumps(value).encode()),
)


APP = Rooms().app()


def real(path: str) -> str:
    return re.sub(r"\{(\w+)\}", "1", path)


async def asked(path: str, method: str, body: bytes, kind: str) -> httpx.Response:
    async with browser(APP) as page:
        administrator = re.search("administration|configuration|trials|flows|sounds|trunks|staff|phones", path)
        supervisor = re.search("reconciliations|satisfaction", path)
        await sign_in(page, "amy" if administrator or supervisor else "ada")
        if "reconciliations" in path:
            path += "?client=k&name=October"
        if "sounds" in path:
            path += "?key=k"
        return await page.request(method, real(path), content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(("path", "method"), POSTS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, kind=st.sampled_from(["application/json", "text/plain", "", "x", "application/yaml"]))
async def test_no_body_breaks_a_route(path: str, method: str, body: bytes, kind: str):
    answer = await asked(path, method, body, kind)
    assert answer.status_code < 500, answer.text
    if answer.status_code in {400, 422}:
        error = answer.json()["error"]
        assert error["field"], error
        assert error["text"]


@pytest.mark.parametrize(("path", "method"), WITH_BODY)
@pytest.mark.parametrize("body", [b"{", b'{"a": }', b"\xff", b"[" * 50_000, b"not json"])
async def test_malformed_json_is_named_as_the_body(path: str, method: str, body: bytes):
    answer = await asked(path, method, body, "application/json")
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["field"] == "body"
