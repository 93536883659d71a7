"""The built interface: every path shows the page, files keep for ever under their name, nothing else."""

import gzip
import os
from pathlib import Path

import pytest

from support.web_rooms import Rooms, browser
from switchboard.web.edge import Edge

INDEX = b"<!doctype html><script>theme()</script><script type=module src=/assets/index-1a2b.js></script>"


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    folder = tmp_path / "_web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "favicon.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "index-1a2b.js").write_bytes(b"console.log(1);" * 200)
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


async def test_every_path_of_the_interface_shows_the_page(ui: Path):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        for path in ("/", "/desk", "/contacts/01abc", "/index.html"):
            answer = await page.get(path)
            assert (answer.status_code, answer.content) == (200, INDEX)
            assert answer.headers["cache-control"] == "no-cache"
            assert "'sha256-" in answer.headers["content-security-policy"]
            assert "ws://desk.test" in answer.headers["content-security-policy"]


async def test_files_named_by_their_content_are_kept_for_ever_and_sent_compressed(ui: Path):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        answer = await page.get("/assets/index-1a2b.js")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("application/javascript")
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == b"console.log(1);" * 200
        plain = await page.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == "Accept-Encoding"
        assert len(gzip.compress(plain.content)) < len(plain.content)


async def test_what_the_browser_has_is_not_sent_again(ui: Path):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        etag = (await page.get("/")).headers["etag"]
        again = await page.get("/", headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        head = await page.head("/favicon.svg")
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"]
)
async def test_what_was_not_built_is_not_there(ui: Path, path: str):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        answer = await page.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_an_unknown_path_of_the_api_is_no_page(ui: Path):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        for path in ("/api", "/api/nothing"):
            assert (await page.get(path)).json()["error"]["code"] == "not_found"
        answer = await page.post("/desk")
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


async def test_a_new_build_shows_without_a_restart(ui: Path):
    async with browser(Rooms().app(Edge(ui=ui))) as page:
        await page.get("/")
        (ui / "index.html").write_bytes(b"<!doctype html>new")
        os.utime(ui / "index.html", ns=(1, 1))
        assert (await page.get("/")).content == b"<!doctype html>new"


async def test_without_a_built_interface_the_page_says_so(tmp_path: Path):
    async with browser(Rooms().app(Edge(ui=tmp_path))) as page:
        answer = await page.get("/desk")
        assert answer.status_code == 503
        assert "make ui" in answer.text
        assert (await page.get("/api/health")).status_code == 200
