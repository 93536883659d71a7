"""The session of one SIP leg: what was offered and answered, and where its sound goes (RFC 3264)."""

from typing import Final, Self

from switchboard.channels.voice.media.pool import MediaLeg
from switchboard.protocols.sdp.negotiation import PCMA, PCMU, Agreed, Local, agreed, answer, offer

FIRST_CODEC_FIRST: Final = {PCMU: (PCMU, PCMA), PCMA: (PCMA, PCMU)}


class Session:
    """ours: our latest description, offer or answer. codec: what is spoken, None before it is agreed.

    signalling: the IP address that the far end's SIP comes from: behind NAT its sound comes from there, too.
    """

    def __init__(self, local: Local, *, signalling: str = "") -> None:
        self.ours = b""
        self._local = local
        self._agreed: Agreed | None = None
        self._signalling = signalling

    @classmethod
    def answering(cls, offered: bytes | None, media: MediaLeg, *, public_host: str = "", signalling: str = "") -> Self:
        """For a call that came in; without an offer we make one. Raises SdpError, NoCommonCodec."""
        made = cls(_local(media, public_host), signalling=signalling)
        if offered is None:
            made.ours = offer(made._local)
        else:
            made.ours, made._agreed = answer(offered, made._local)
        return made

    @classmethod
    def offering(cls, media: MediaLeg, *, public_host: str = "", codec: int | None = None) -> Self:
        """For a call that we make. codec: put first, so that nothing need be transcoded."""
        codecs = FIRST_CODEC_FIRST[codec if codec is not None else PCMU]
        made = cls(_local(media, public_host, codecs))
        made.ours = offer(made._local)
        return made

    @property
    def codec(self) -> int | None:
        return self._agreed.payload_type if self._agreed is not None else None

    @property
    def held_by_far_end(self) -> bool:
        """Whether the far end does not want to hear us."""
        return self._agreed is not None and not self._agreed.sends

    def answered(self, sdp: bytes) -> None:
        """The far end's answer to our offer. Raises SdpError, NoCommonCodec."""
        self._agreed = agreed(sdp, self._local)

    def reoffered(self, sdp: bytes | None) -> bytes:
        """The far end changes the session, or asks for our offer; returns ours. Raises SdpError, NoCommonCodec."""
        self._local = self._local._replace(version=self._local.version + 1)
        if sdp is None:
            self.ours = offer(self._local)
        else:
            self.ours, self._agreed = answer(sdp, self._local)
        return self.ours

    def connect(self, media: MediaLeg) -> None:
        """Let the sound go where the session says; nothing happens before that is agreed."""
        if self._agreed is not None:
            media.connect(
                self._agreed.remote,
                self._agreed.payload_type,
                self._agreed.telephone_event,
                also_from=[self._signalling] if self._signalling else [],
            )


def _local(media: MediaLeg, public_host: str, codecs: tuple[int, ...] = FIRST_CODEC_FIRST[PCMU]) -> Local:
    host, port = media.local_address
    # The leg's number stays for the call and is not used again: what an o= line needs (RFC 8866 section 5.2).
    return Local(public_host or host, port, session=media.id, codecs=codecs)
