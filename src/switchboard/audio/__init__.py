"""Pure signal processing on numpy arrays: G.711, mixing, loss concealment, tones.

    from switchboard.audio import g711
    linear = g711.MU_DECODE.take(frames)              # uint8 [n, 160] -> int16 [n, 160]
    frames = g711.encode_mu(linear)

Sound is 8 kHz mono everywhere. Linear samples are int16; mu-law and A-law are uint8. No clock, no socket.
"""
