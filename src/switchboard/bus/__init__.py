"""Telling other processes that something is worth re-reading: one small contract.

    def saw(seq: int) -> None: ...            # re-read everything after what was read last, up to seq
    subscription = bus.subscribe("journal acme", saw)
    bus.publish("journal acme", 4711)
    subscription.close()

contract   what a bus promises        local     inside one process        postgres  LISTEN/NOTIFY between nodes

A message is a topic and a sequence number, never data: who hears it reads the rows. Several messages of one
topic may arrive as the newest alone, and after a lost connection every subscriber hears `CAUGHT_UP`, because
what was said meanwhile is gone.
"""
