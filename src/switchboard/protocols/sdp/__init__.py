"""Session descriptions (RFC 8866) and offer/answer (RFC 3264) for G.711 calls.

description  what a peer sent, read by a total parser
negotiation  `offer`, `answer`, `agreed`: from our port and the peer's words to what flows where

    sdp, media = answer(invite_body, Local("192.0.2.1", 20000, session=1))
    worker_leg.connect(media.remote, media.payload_type, media.telephone_event)
"""
