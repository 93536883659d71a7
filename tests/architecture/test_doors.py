"""A room is entered by its doors."""

from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

from support.house_rules.doors import ROOMS, rooms_of, trespasses
from support.house_rules.source import report

NO_ROOMS = {
    "__main__", "app", "audio", "bench", "bus", "channels", "kit", "measures",
    "protocols", "settings", "speech_program", "storage", "web", "_web",
}  # fmt: skip
"""Ground, doors to the outside and the composition root: whoever stands above may use what they hold."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("switchboard", cache_dir=None)


def test_rooms_enter_each_other_by_the_doors(graph: grimp.ImportGraph) -> None:
    found = trespasses(graph, "switchboard")
    assert not found, report(found)


def test_every_package_is_a_room_or_known_not_to_be_one(graph: grimp.ImportGraph) -> None:
    unknown = set(rooms_of(graph, "switchboard")) - NO_ROOMS - set(ROOMS)
    assert not unknown, f"name these in ROOMS (tests/support/house_rules/doors.py) or NO_ROOMS: {unknown}"


# -- planted

Plant = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """plant({module: code}) -> the trespasses in a package `planted` of these modules."""
    monkeypatch.syspath_prepend(tmp_path)

    def planted(files: dict[str, str]) -> list[str]:
        furniture = ("service", "store", "model", "events", "commands", "api", "reach", "channel", "decide")
        made = {f"{room}.{part}": "" for room in ("agents", "conversations") for part in furniture} | files
        for module, code in made.items():
            path = tmp_path / "planted" / Path(*module.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in [path.parent, *path.parent.parents]:
                if folder == tmp_path:
                    break
                if not (folder / "__init__.py").exists():
                    (folder / "__init__.py").write_text("")
            path.write_text(code)
        graph = grimp.build_graph("planted", cache_dir=None)
        return [str(finding) for finding in trespasses(graph, "planted")]

    return planted


@pytest.mark.parametrize("door", ["service", "events", "commands", "model"])
def test_a_door_is_open(plant: Plant, door: str) -> None:
    assert plant({"routing.service": f"from planted.agents import {door}\n"}) == []


@pytest.mark.parametrize("door", ["channel", "reach"])
def test_conversations_have_two_more_doors(plant: Plant, door: str) -> None:
    assert plant({"channels.voice.service": f"from planted.conversations import {door}\n"}) == []
    assert len(plant({"channels.voice.service": f"from planted.agents import {door}\n"})) == 1


@pytest.mark.parametrize("importer", ["routing.service", "flows.service", "bench.run", "configuration.service"])
@pytest.mark.parametrize("inside", ["store", "decide", "api"])
def test_the_inside_is_closed_and_the_message_says_what_to_do(plant: Plant, importer: str, inside: str) -> None:
    [finding] = plant({importer: f"import os\nfrom planted.agents import {inside}\n"})
    assert f"planted.{importer} (line 2): imports planted.agents.{inside}" in finding
    assert "-> ask for what you need through a door of agents" in finding


def test_the_inside_is_closed_however_it_is_imported(plant: Plant) -> None:
    assert len(plant({"routing.a": "import planted.agents.store\n"})) == 1
    assert len(plant({"routing.a": "from planted.agents.store import spans\n"})) == 1
    assert len(plant({"routing.a": "def late():\n    from planted.agents import store\n"})) == 1
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from planted.agents import store\n"
    assert len(plant({"routing.a": typed})) == 1


def test_a_name_in_the_package_itself_is_no_door(plant: Plant) -> None:
    files = {"agents.__init__": "Agents = 1\n", "routing.a": "from planted.agents import Agents\n"}
    assert len(plant(files)) == 1


def test_a_room_may_use_its_own_inside(plant: Plant) -> None:
    assert plant({"agents.service": "from planted.agents import store\n"}) == []


def test_only_the_web_comes_in_by_an_api(plant: Plant) -> None:
    assert plant({"web.routes": "from planted.agents import api\n"}) == []
    assert len(plant({"webhooks.routes": "from planted.agents import api\n"})) == 1


def test_the_web_has_no_other_way_in(plant: Plant) -> None:
    assert len(plant({"web.routes": "from planted.agents import store\n"})) == 1


def test_the_composition_root_knows_everything(plant: Plant) -> None:
    assert plant({"app.rooms": "from planted.agents import store\n"}) == []
    assert len(plant({"applause": "from planted.agents import store\n"})) == 1


def test_a_channel_is_a_room_too(plant: Plant) -> None:
    files = {
        "channels.voice.store": "",
        "configuration.service": "from planted.channels.voice import store\n",
    }
    assert len(plant(files)) == 1


def test_a_bench_takes_a_channel_apart_and_no_other_room(plant: Plant) -> None:
    files = {"channels.voice.sip.stack": "", "bench.sip": "from planted.channels.voice.sip import stack\n"}
    assert plant(files) == []
    assert len(plant({"bench.sip": "from planted.agents import store\n"})) == 1


def test_the_ground_is_open(plant: Plant) -> None:
    files = {"storage.schema": "", "agents.store": "from planted.storage import schema\n"}
    assert plant(files) == []
