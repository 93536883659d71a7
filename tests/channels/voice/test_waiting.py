"""What a caller hears in line: in time, in turn, in his language, cut when somebody answers."""

import asyncio
from collections.abc import Iterator
from typing import Any

from support.clock import LoopClock, run
from support.voice import KeptMedia, scene
from switchboard.channels.voice.reactions import react, rows_along
from switchboard.channels.voice.waiting import Plan, Waiting, texts
from switchboard.channels.voice.wording import POSITIONS, WORDINGS, wording
from switchboard.conversations.model import LONGER_WAIT, VisitEnd
from switchboard.flows.model import Spoken
from switchboard.measures.waiting import RANGES, Rise, Told
from switchboard.routing.commands import ContactArrived
from switchboard.routing.events import QueueEntered, QueueLeft
from switchboard.routing.model import Announcements, Notice
from switchboard.routing.service import Standing

SECOND = 1_000_000


def plan(announcements: Announcements | None, language: str = "en") -> Plan:
    """Each phrase's path is its text."""
    spoken = texts(language, iter([announcements] if announcements is not None else []))
    return Plan(announcements, language, {one: one.text for one in spoken}, {"jingle": "/jingle.ul"})


class Line:
    """Where a caller stands, as a test says."""

    def __init__(self, *positions: int, high: float = 100.0, agents: int = 3) -> None:
        self.positions: Iterator[int] = iter(positions)
        self.high = high
        self.agents = agents
        self.asked = 0
        self.rose: list[Told] = []
        self.talks = False

    def stands(self) -> Standing | None:
        self.asked += 1
        position = next(self.positions)
        return Standing(position, position - 1, self.agents, 100.0, self.high / 2, self.high)


def waiting(line: Line, of: Plan) -> tuple[Waiting, KeptMedia]:
    media: Any = KeptMedia(1)
    return Waiting(of, media, line.stands, busy=lambda: line.talks, rose=line.rose.append), media


def plays(media: KeptMedia) -> list[tuple[Any, ...]]:
    return [said[1:] for said in media.said if said[0] == "play"]


async def later(seconds: float) -> None:
    await asyncio.sleep(seconds)


def test_place_wait_and_a_kind_word_first_after_a_while_then_every_so_often() -> None:
    async def story(_: LoopClock) -> None:
        line = Line(2, 1)
        told = Announcements(20 * SECOND, 45 * SECOND, comfort=(Notice("Thank you."), Notice(sound="jingle")))
        one, media = waiting(line, plan(told))
        one.begin()
        await later(19)
        assert plays(media) == []
        await later(2)
        wait = "The waiting time is between 1 and 2 minutes."
        assert plays(media) == [("You are number 2 in line.", wait, "Thank you.")]
        media.finish()
        await later(45)
        assert plays(media)[1:] == [("You are the next in line.", wait, "/jingle.ul")]
        one.end()

    run(story)


def test_nothing_is_asked_and_nothing_is_due_where_the_queue_tells_nothing() -> None:
    async def story(_: LoopClock) -> None:
        line = Line()
        one, media = waiting(line, plan(None))
        one.begin()
        await later(3_600)
        assert (line.asked, media.said) == (0, [])
        one.end()

    run(story)


def test_who_is_answered_hears_the_agent_and_not_the_end_of_the_sentence() -> None:
    async def story(_: LoopClock) -> None:
        one, media = waiting(Line(1, 1), plan(Announcements(SECOND, 45 * SECOND)))
        one.begin()
        await later(2)
        one.end()
        assert media.said[-1] == ("stop",)
        await later(100)
        assert len(plays(media)) == 1

    run(story)


def test_while_his_flow_speaks_he_is_told_nothing_and_a_cut_announcement_does_not_end_them_all() -> None:
    async def story(_: LoopClock) -> None:
        line = Line(3, 2, 1)
        one, media = waiting(line, plan(Announcements(10 * SECOND, 10 * SECOND)))
        one.begin()
        await later(11)
        # A key that he pressed lets the flow speak in the middle of the sentence.
        line.talks = True
        one.hushed()
        await later(20)
        assert len(plays(media)) == 1
        line.talks = False
        await later(10)
        assert len(plays(media)) == 2
        one.end()
        assert media.said[-1] == ("stop",)

    run(story)


def test_one_that_lasts_longer_than_the_time_between_two_takes_the_place_of_the_next() -> None:
    async def story(_: LoopClock) -> None:
        one, media = waiting(Line(3, 2), plan(Announcements(10 * SECOND, 10 * SECOND)))
        one.begin()
        await later(25)
        assert len(plays(media)) == 1
        media.finish()
        await later(6)
        assert len(plays(media)) == 2
        one.end()

    run(story)


def test_one_that_somebody_else_has_cut_does_not_silence_those_to_come() -> None:
    async def story(_: LoopClock) -> None:
        one, media = waiting(Line(3, 2), plan(Announcements(10 * SECOND, 10 * SECOND)))
        one.begin()
        await later(11)
        media.stop_playing()
        await later(20)
        assert len(plays(media)) == 2
        one.end()

    run(story)


def test_who_stands_in_the_line_again_is_not_told_of_a_longer_wait_without_a_reason() -> None:
    async def story(_: LoopClock) -> None:
        line = Line(2, 2)
        one, media = waiting(line, plan(Announcements(10 * SECOND, 10 * SECOND)))
        one.begin()
        await later(11)
        media.finish()
        one.end()
        line.high = 900.0
        again = Waiting(plan(Announcements(10 * SECOND, 10 * SECOND)), media, line.stands, told=one.told)  # type: ignore[arg-type]
        again.begin()
        await later(11)
        assert plays(media)[0] == plays(media)[1]
        again.end()

    run(story)


def test_a_worse_place_is_told_with_its_reason_on_record_and_a_wavering_wait_is_not_told() -> None:
    async def story(_: LoopClock) -> None:
        line = Line(2, 2, 2, 3)
        one, media = waiting(line, plan(Announcements(10 * SECOND, 10 * SECOND)))
        one.begin()
        await later(11)
        media.finish()
        line.high = 900.0
        await later(10)
        media.finish()
        assert plays(media)[0] == plays(media)[1]
        assert line.rose == []
        line.agents = 1
        await later(10)
        media.finish()
        assert plays(media)[2][1] == "The waiting time is between 10 and 15 minutes."
        await later(10)
        assert [told.why for told in line.rose] == [Rise.FEWER_AGENTS, Rise.OVERTAKEN]
        one.end()

    run(story)


def test_who_lost_his_agent_is_told_at_once_also_where_the_queue_tells_nothing_else() -> None:
    async def story(_: LoopClock) -> None:
        one, media = waiting(Line(), plan(None, "de-at"))
        one.begin(agent_lost=True)
        assert plays(media) == [(WORDINGS["de"].agent_lost,)]
        one.end()

    run(story)


def test_what_is_not_spoken_yet_is_left_out_and_the_music_goes_on() -> None:
    async def story(_: LoopClock) -> None:
        media: Any = KeptMedia(1)
        unspoken = Plan(Announcements(SECOND, 10 * SECOND, comfort=(Notice("Thanks"),)), "en", {}, {})
        one = Waiting(unspoken, media, Line(1, 1, 1).stands)
        one.begin(agent_lost=True)
        await later(25)
        assert media.said == []
        one.end()

    run(story)


def test_comfort_of_another_language_is_not_for_this_caller() -> None:
    told = Announcements(comfort=(Notice("Danke", language="de"), Notice("Thanks", language="en"), Notice("Hm")))
    assert plan(told, "en").comfort() == ["Thanks", "Hm"]
    assert plan(told, "de").comfort() == ["Danke", "Hm"]
    assert Spoken("Danke", "de") not in texts("en", iter([told]))


def test_a_language_without_wording_is_served_in_english_and_a_region_in_its_language() -> None:
    assert wording("sw") is WORDINGS["en"]
    assert wording("de-ch") is WORDINGS["de"]
    spoken = list(texts("sw", iter([Announcements(comfort=(Notice("Asante"),))])))
    assert spoken[-1] == Spoken("Asante", "sw")
    assert {one.language for one in spoken[:-1]} == {"en"}


def test_every_sentence_is_there_in_every_language_and_none_twice() -> None:
    for one in WORDINGS.values():
        sentences = list(one.all())
        assert len(sentences) == len(set(sentences)) == POSITIONS + 1 + len(RANGES) + 1
        assert not any("{" in sentence for sentence in sentences)
        assert one.position(POSITIONS + 50) == one.position(POSITIONS + 1)


def test_why_he_was_told_a_longer_wait_is_kept_with_the_end_of_his_stay_in_line() -> None:
    """Whoever ends it: an agent who takes him tells the Floor nothing of what he heard."""

    async def story(_: LoopClock) -> None:
        at = scene([{"enqueue": {"queue": "support"}}], plan=plan(Announcements(SECOND, 10 * SECOND)))
        at.call.begin(ContactArrived("c1", "brand", "voice", "main", worker=7), ())
        await later(0)
        react({"c1": at.call}, [QueueEntered("c1.v1", "c1", "q1", place=0, number=1)])
        for position in (2, 3):
            at.routing.stands = Standing(position, position - 1, 3, 100.0, 50.0, 100.0)
            await later(9)
            at.caller.media.finish()
        left = QueueLeft("c1.v1", "c1", "q1", VisitEnd.ANSWERED, 0)
        assert rows_along({}, [left]) == []
        (row,) = rows_along({"c1": at.call}, [left])
        assert (row.table.name, row.parameters["kind"]) == ("contact_step", LONGER_WAIT)
        assert (row.parameters["number"], row.parameters["said"]) == (1, Rise.OVERTAKEN.value)
        assert rows_along({"c1": at.call}, [left]) == []
        react({"c1": at.call}, [left])

    run(story)
