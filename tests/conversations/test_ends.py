"""What became of an arrival: one end for every way a contact can close."""

import itertools

import pytest

from switchboard.conversations.model import ArrivalEnd, ContactEnd, Refused, VisitEnd, arrival_end

A, C, V = ArrivalEnd, ContactEnd, VisitEnd


@pytest.mark.parametrize(
    ("how", "visit", "talked", "why", "end"),
    [
        (C.ANSWERED, V.ANSWERED, True, "", A.ANSWERED),
        (C.MEDIA_LOST, V.ANSWERED, True, "", A.ANSWERED),
        (C.MEDIA_LOST, V.MEDIA_LOST, False, "", A.MEDIA_LOST),
        (C.SIGNALLING_LOST, None, False, "", A.SIGNALLING_LOST),
        (C.ABANDONED, V.ABANDONED, False, "", A.ABANDONED),
        (C.ABANDONED, V.ABANDONED_WHILE_OFFERED, False, "", A.ABANDONED_WHILE_OFFERED),
        (C.LEFT, None, False, "", A.LOST_IN_MENU),
        (C.LEFT, None, False, "flow ended", A.LOST_IN_MENU),
        (C.LEFT, None, False, "served", A.SERVED_BY_MENU),
        (C.LEFT, None, False, "out of hours", A.OUT_OF_HOURS),
        (C.FINISHED, None, False, "served", A.SERVED_BY_MENU),
        (C.FINISHED, None, False, "no choice", A.LOST_IN_MENU),
        (C.LEFT, V.MAX_WAIT, False, "", A.WAITED_TOO_LONG),
        (C.FINISHED, V.MAX_WAIT, False, "flow ended", A.WAITED_TOO_LONG),
        (C.FINISHED, V.NOBODY_SIGNED_IN, False, "flow ended", A.NOBODY_SIGNED_IN),
        (C.FINISHED, V.QUEUE_CLOSED, False, "", A.QUEUE_CLOSED),
        (C.FINISHED, None, False, "flow ended", A.SERVED_BY_MENU),
        (C.FINISHED, None, False, "out of hours", A.OUT_OF_HOURS),
        (C.FINISHED, None, False, "announcement", A.ANNOUNCEMENT),
        (C.FINISHED, None, False, "flow went in circles", A.LOST_IN_MENU),
        (C.REFUSED, None, False, Refused.AT_A_LIMIT, A.REFUSED_AT_LIMIT),
        (C.REFUSED, None, False, Refused.UNKNOWN_NUMBER, A.REFUSED_UNKNOWN_NUMBER),
        (C.REFUSED, None, False, "", A.REFUSED_FAILED),
    ],
)
def test_the_end_of_an_arrival(
    how: ContactEnd, visit: VisitEnd | None, talked: bool, why: str, end: ArrivalEnd
) -> None:
    assert arrival_end(how, visit=visit, talked=talked, why=why) is end


def test_every_way_to_close_has_an_end() -> None:
    for how, visit, talked, why in itertools.product(C, [None, *V], [True, False], ["", "served", *Refused]):
        assert arrival_end(how, visit=visit, talked=talked, why=why) in ArrivalEnd
