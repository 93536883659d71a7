"""The live feed: what changed on a desk or a board, told to every open page within moments.

changes     which changes lead from one state to the next, and what they make of a state
stream      one desk's or one organization's board's sequence of states, shared by all pages that watch it
why         explanations that somebody has open, and how often they are looked at
direct      a frame made ready once, written to each page in one call
outbox      what still has to be sent to one page, bounded
attendance  whose pages answer the heartbeat
connection  one page's WebSocket
feed        all of them, and their heartbeat
"""
