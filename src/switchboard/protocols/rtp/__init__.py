"""RTP and RTCP packets (RFC 3550) and telephone events (RFC 4733): bytes to values and back.

packet            one RTP packet        telephone_event   keys pressed during a call
rtcp              compound RTCP packets

    packet = parse_rtp(datagram)                      # RtpPacket, or raises RtpError
    for report in parse_rtcp(datagram): ...           # or raises RtpError

Parsers are total: a value or RtpError, whatever the bytes.
"""
