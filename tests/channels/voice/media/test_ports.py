"""Ports of a worker: even and odd, rested after use, those of other programs passed over."""

import pytest

from support.media import SetClock
from switchboard.channels.voice.media.ports import REST, PortBook, bind_udp
from switchboard.kit.errors import Unavailable

HOST = "127.0.0.1"


def test_a_pair_is_an_even_port_and_the_next() -> None:
    pair = PortBook(SetClock(), HOST, 30_101, 30_110).bind()
    assert pair is not None
    assert pair.port == 30_102
    assert pair.rtcp.getsockname()[1] == 30_103
    pair.close()


def test_a_freed_port_rests_and_the_longest_unused_comes_first() -> None:
    clock = SetClock()
    book = PortBook(clock, HOST, 30_120, 30_125)
    first, second, third = book.take(), book.take(), book.take()
    assert (first, second, third) == (30_120, 30_122, 30_124)
    assert book.take() is None
    book.rest(30_122)
    book.rest(30_120)
    assert book.take() is None
    clock.seconds += REST
    assert book.take() == 30_122
    assert book.take() == 30_120


def test_a_port_that_another_program_has_is_passed_over() -> None:
    with bind_udp(HOST, 30_131):
        pair = PortBook(SetClock(), HOST, 30_130, 30_133).bind()
        assert pair is not None
        assert pair.port == 30_132
        pair.close()


def test_an_address_that_is_not_ours_is_a_clear_error() -> None:
    with pytest.raises(Unavailable, match="cannot bind media port 30140"):
        PortBook(SetClock(), "192.0.2.1", 30_140, 30_150).bind()


def test_a_browsers_port_is_the_same_on_all_addresses_and_odd_ones_out_are_passed_over() -> None:
    with bind_udp("127.0.0.2", 30_150):
        found = PortBook(SetClock(), HOST, 30_150, 30_155).bind_shared([HOST, "127.0.0.2"])
    assert found is not None
    port, sockets = found
    assert [one.getsockname() for one in sockets] == [(HOST, port), ("127.0.0.2", port)]
    assert port == 30_152
    for one in sockets:
        one.close()
