"""How good the work is: recordings of talks, who may hear them, and for how long they are kept.

A talk is an engagement: one agent with one customer. A call that moves on to another agent has a recording for
each, so that whoever scores one agent's work hears just that.

    taping = Taping(database, writer, clock=clock, ids=ids, folder=folder, disk=disk)
    header = taping.begin(rule, talk)          # None: not this one. Voice then has its media worker write.
    taping.ended(organization, header.recording, samples, size)
    shelf.of_contact(organization, clients, contact)         # what pages list, play, export

model      Talk, RecordingLine, states and words
decide     which talks are chosen, gaps, who may listen
sound      a recording as WAV, as Ogg/Opus, as waveform
store      tables and queries
disk       whether there is room
taping     recordings that are being made
shelf      recordings that are there: listing, playing, audit
exports    files made in the background, in a niced process (`export_program`)
retention  what is too old goes
service    what the other rooms ask
"""
