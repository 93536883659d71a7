"""RTCP: total, and what was built is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.rtp.packet import RtpError
from switchboard.protocols.rtp.rtcp import (
    Goodbye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    build_goodbye,
    build_rtcp,
    is_rtcp,
    parse_rtcp,
)

U32 = st.integers(0, 0xFFFFFFFF)
BLOCKS = st.lists(
    st.builds(ReportBlock, U32, st.integers(0, 255), st.integers(-(1 << 23), (1 << 23) - 1), U32, U32, U32, U32),
    max_size=31,
)
REPORTS = st.one_of(
    st.builds(ReceiverReport, U32, BLOCKS),
    st.builds(SenderReport, U32, st.integers(0, 2**64 - 1), U32, U32, U32, BLOCKS),
)
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@given(REPORTS, NAMES)
def test_what_was_built_is_read_back(report: SenderReport | ReceiverReport, name: str) -> None:
    data = build_rtcp(report, name) + build_goodbye(report.ssrc)
    assert len(data) % 4 == 0
    assert is_rtcp(data)
    assert parse_rtcp(data) == [report, Goodbye([report.ssrc])]


@given(st.lists(st.binary(max_size=60), max_size=3), st.sampled_from([200, 201, 202, 203, 204, 206]))
def test_parsing_is_total(parts: list[bytes], kind: int) -> None:
    whole = b"".join(parts)
    framed = b"".join(
        bytes([0x80 | len(part) % 32, kind]) + (len(part) // 4).to_bytes(2, "big") + part[: len(part) // 4 * 4]
        for part in parts
    )
    for data in (whole, framed):
        try:
            parse_rtcp(data)
        except RtpError:
            continue


@given(REPORTS, st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_report_is_read_or_refused(report: SenderReport | ReceiverReport, at: int, byte: int) -> None:
    data = bytearray(build_rtcp(report, "name"))
    data[at % len(data)] = byte
    try:
        parse_rtcp(bytes(data))
    except RtpError:
        return


def test_more_blocks_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="31"):
        build_rtcp(ReceiverReport(1, [ReportBlock(1, 0, 0, 0, 0, 0, 0)] * 32), "name")


@pytest.mark.parametrize("data", [b"\x80", b"\x80\x00" + bytes(10), b"\x40\xc8\x00\x00", b""])
def test_what_is_not_rtcp_is_told_apart_from_it(data: bytes) -> None:
    assert not is_rtcp(data)
