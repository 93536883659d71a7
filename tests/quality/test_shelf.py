"""From the beginning of a recording to its deletion: rows, marks, access, audit, exports."""

from pathlib import Path

import pytest
from sqlalchemy import select

from support.taped import CLIENT, CONTACT, GIGABYTE, ORGANIZATION, RULE, Quality, write
from switchboard.kit.errors import Conflict, NotFound, Refused, Unavailable
from switchboard.protocols.recording.chunks import Header, Kind
from switchboard.quality import store
from switchboard.quality.model import ExportState, Format, Mark, RecordingLine, RecordingState
from switchboard.routing.model import RecordingRule

DAY = 86_400
SOUND = (Kind.SOUND, 1.0)


async def lines(quality: Quality) -> list[RecordingLine]:
    await quality.saved()
    return list(await quality.shelf.of_contact(ORGANIZATION, [CLIENT], CONTACT))


async def marks(quality: Quality, recording: str) -> list[str]:
    await quality.saved()
    table = store.recording_mark
    async with quality.database.reading() as connection:
        found = await connection.execute(
            select(table.c.what)
            .where(table.c.organization == ORGANIZATION, table.c.recording == recording)
            .order_by(table.c.at, table.c.id)
        )
        return [row.what for row in found]


async def allowed(quality: Quality, header: Header, person: str = "sue", *roles: str) -> RecordingLine:
    return await quality.shelf.allowed(
        ORGANIZATION, [CLIENT], header.recording, person=person, roles=roles or ("supervisor",)
    )


async def audited(quality: Quality) -> list[tuple[str, str]]:
    page = await quality.audit.entries(ORGANIZATION)
    return [(entry.by, entry.action) for entry in reversed(page.rows)]


async def test_a_talk_from_its_beginning_to_its_end(quality: Quality) -> None:
    header = quality.begin()
    [line] = await lines(quality)
    assert (line.state, line.engagement, line.ended_at) == (RecordingState.RECORDING, "eng", None)
    quality.clock.pass_seconds(3)
    quality.taping.mark(ORGANIZATION, header.recording, Mark.PAUSED, "ann")
    quality.taping.ended(ORGANIZATION, header.recording, 24_000, 48_100)
    [line] = await lines(quality)
    assert (line.state, line.samples, line.ended_at) == (RecordingState.KEPT, 24_000, quality.clock.now())
    assert sorted(await marks(quality, header.recording)) == sorted(["started", "paused", "ended"])


async def test_no_rule_and_a_share_leave_talks_out(quality: Quality) -> None:
    assert quality.taping.begin(None, quality.talk()) is None
    seldom = RecordingRule(share=1)
    kept = 0
    for number in range(300):
        talk = quality.talk()
        kept += quality.taping.begin(seldom, type(talk)("org", CLIENT, f"c{number}", "e", "q", "ann")) is not None
    assert 0 < kept < 20


async def test_other_clients_and_organizations_see_nothing(quality: Quality) -> None:
    header = await quality.taped(SOUND)
    assert await quality.shelf.of_contact(ORGANIZATION, ["other"], CONTACT) == []
    assert await quality.shelf.of_contact("other", [CLIENT], CONTACT) == []
    with pytest.raises(NotFound):
        await quality.shelf.allowed(ORGANIZATION, ["other"], header.recording, person="s", roles=["supervisor"])


async def test_who_may_not_listen_is_refused_and_that_is_audited(quality: Quality) -> None:
    header = await quality.taped(SOUND)
    with pytest.raises(Refused):
        await allowed(quality, header, "ann", "agent")
    assert await audited(quality) == [("ann", "refused")]


async def test_an_agent_hears_his_own_where_the_queue_allows_it(quality: Quality) -> None:
    header = await quality.taped(SOUND, rule=RecordingRule(agents_may_listen=True))
    assert (await allowed(quality, header, "ann", "agent")).id == header.recording
    with pytest.raises(Refused):
        await allowed(quality, header, "bob", "agent")


async def test_a_hearing_is_audited_once_and_again_later(quality: Quality) -> None:
    line = await allowed(quality, await quality.taped(SOUND))
    for _ in range(3):
        await quality.shelf.note(ORGANIZATION, line, "sue", "listened")
    await quality.shelf.note(ORGANIZATION, line, "bob", "listened")
    await quality.shelf.note(ORGANIZATION, line, "sue", "downloaded")
    quality.clock.pass_seconds(16 * 60)
    await quality.shelf.note(ORGANIZATION, line, "sue", "listened")
    assert sorted(await audited(quality)) == sorted(
        [("sue", "listened"), ("bob", "listened"), ("sue", "downloaded"), ("sue", "listened")]
    )


async def test_what_is_being_recorded_cannot_be_played_yet(quality: Quality) -> None:
    header = quality.begin()
    await quality.saved()
    with pytest.raises(Conflict):
        await allowed(quality, header)


async def test_what_a_dead_process_left_is_kept_as_far_as_it_is_good(quality: Quality) -> None:
    cut, lost, living = quality.begin(), quality.begin(engagement="two"), quality.begin(engagement="three")
    write(Path(quality.taping.path(cut)), cut, (Kind.SOUND, 2.4), ended=False, torn=b"\0\0\0\3half")
    await quality.saved()
    assert await quality.taping.recover(ORGANIZATION, living=frozenset({living.recording})) == 2
    found = {line.id: line for line in await lines(quality)}
    assert found[cut.recording].state is RecordingState.KEPT
    assert found[cut.recording].samples == 19_200
    assert found[cut.recording].ended_at == cut.started_at + 2_400_000
    assert found[lost.recording].state is RecordingState.LOST
    assert found[living.recording].state is RecordingState.RECORDING
    assert "cut off" in await marks(quality, cut.recording)


async def test_what_was_ended_but_not_noted_is_no_accident(quality: Quality) -> None:
    header = quality.begin()
    write(Path(quality.taping.path(header)), header, (Kind.SOUND, 2.4))
    await quality.saved()
    quality.clock.pass_seconds(3_600)
    assert await quality.taping.recover(ORGANIZATION) == 1
    [line] = await lines(quality)
    assert line.ended_at == header.started_at + 2_400_000
    assert "ended" in await marks(quality, header.recording)


async def test_what_has_expired_is_deleted_with_all_that_was_made_of_it(quality: Quality) -> None:
    header = await quality.taped(SOUND)
    young = await quality.taped(SOUND, engagement="two", rule=RecordingRule(retention=90))
    line = await allowed(quality, header)
    await quality.shelf.exports.ask(ORGANIZATION, line, Format.WAV, by="sue")
    [job] = await quality.jobs.claim("me", ["export recording"], 9)
    await quality.shelf.exports.make(job)
    day = Path(quality.taping.path(header)).parent
    assert {file.suffix for file in day.glob(f"{header.recording}.*")} == {".swr", ".wav", ".waveform"}
    quality.clock.pass_seconds(29 * DAY)
    assert await quality.retention.expire(ORGANIZATION) == 0
    quality.clock.pass_seconds(2 * DAY)
    assert await quality.retention.expire(ORGANIZATION) == 1
    assert await quality.retention.expire(ORGANIZATION) == 0
    assert [file.name for file in day.iterdir()] == [f"{young.recording}.swr"]
    found = {one.id: one for one in await lines(quality)}
    assert found[header.recording].state is RecordingState.DELETED
    assert found[header.recording].place == ""
    assert found[young.recording].state is RecordingState.KEPT
    assert ("system", "deleted") in await audited(quality)
    with pytest.raises(NotFound):
        await allowed(quality, header)


async def test_an_export_is_made_with_the_waveform_and_goes_after_a_day(quality: Quality) -> None:
    line = await allowed(quality, await quality.taped((Kind.SOUND, 1.0), (Kind.PAUSED, 0.5)))
    exports = quality.shelf.exports
    assert await exports.state(ORGANIZATION, line, Format.OGG) is None
    assert (await exports.ask(ORGANIZATION, line, Format.OGG, by="sue")).state is ExportState.WAITING
    assert (await exports.ask(ORGANIZATION, line, Format.OGG, by="sue")).state is ExportState.WAITING
    assert await exports.waveform(ORGANIZATION, line) is None
    jobs = await quality.jobs.claim("me", ["export recording"], 9)
    assert len(jobs) == 2
    for job in jobs:
        await exports.make(job)
        await quality.jobs.done(job)
    ready = await exports.ask(ORGANIZATION, line, Format.OGG, by="sue")
    assert (ready.state, ready.size) == (ExportState.READY, exports.file(line, Format.OGG).stat().st_size)
    shown = await exports.waveform(ORGANIZATION, line)
    assert shown is not None
    assert shown.seconds == 1.5
    quality.clock.pass_seconds(DAY + 10)
    await quality.retention.expire(ORGANIZATION)
    assert not exports.file(line, Format.OGG).exists()
    assert await exports.state(ORGANIZATION, line, Format.OGG) is None


async def test_an_export_that_keeps_failing_says_so(quality: Quality) -> None:
    header = await quality.taped(SOUND)
    line = await allowed(quality, header)
    Path(quality.taping.path(header)).write_bytes(b"gone bad" * 9)
    await quality.shelf.exports.ask(ORGANIZATION, line, Format.WAV, by="sue")
    for _ in range(3):
        [job] = await quality.jobs.claim("me", ["export recording"], 9)
        with pytest.raises(Unavailable, match="not a recording"):
            await quality.shelf.exports.make(job)
        await quality.jobs.failed(job, "no")
        quality.clock.pass_seconds(3_600)
    state = await quality.shelf.exports.state(ORGANIZATION, line, Format.WAV)
    assert state is not None
    assert state.state is ExportState.FAILED
    with pytest.raises(Unavailable):
        await quality.shelf.sound(line)


async def test_a_low_disk_stops_recording_once_and_lets_new_talks_record_again(quality: Quality) -> None:
    stopped: list[str] = []
    quality.disk.on_low = lambda: stopped.append("stopped")
    quality.free = GIGABYTE - 1
    assert quality.disk.look()
    assert quality.disk.look()
    assert stopped == ["stopped"]
    assert quality.taping.begin(RULE, quality.talk()) is None
    quality.free = 2 * GIGABYTE
    assert not quality.disk.look()
    assert quality.taping.begin(RULE, quality.talk()) is not None


async def test_a_disk_that_cannot_be_looked_at_counts_as_low(quality: Quality) -> None:
    def broken() -> int:
        raise OSError("gone")

    quality.disk._free = broken
    assert quality.disk.look()
