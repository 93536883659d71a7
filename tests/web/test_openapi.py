"""The API's description: complete, and no change of it goes unseen."""

import difflib
import json
import os
from pathlib import Path

from support.web_rooms import Rooms, browser
from switchboard.web.openapi import openapi_document

GOLDEN = Path(__file__).parents[1] / "golden" / "openapi.json"


def test_the_description_is_the_one_on_record():
    text = json.dumps(openapi_document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    recorded = GOLDEN.read_text(encoding="utf-8")
    drift = difflib.unified_diff(recorded.splitlines(), text.splitlines(), "on record", "now", lineterm="", n=2)
    assert text == recorded, (
        "The API has changed. If that is meant, record it and the interface's types anew:\n"
        "    GOLDEN=write .venv/bin/pytest tests/web/test_openapi.py && (cd web && npm run api)\n"
        + "\n".join(list(drift)[:60])
    )


def test_the_feeds_frames_are_described_too():
    schemas = openapi_document()["components"]["schemas"]
    assert {"ServerFrame", "PageFrame", "DeskState", "Board", "ErrorAnswer"} <= set(schemas)
    text = json.dumps(schemas)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas
    assert schemas["Session"]["required"] == ["person", "csrf", "example"]


async def test_the_server_hands_it_out():
    async with browser(Rooms().app()) as page:
        assert (await page.get("/api/openapi.json")).json() == openapi_document()
