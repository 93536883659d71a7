"""Menus and announcements as data: validated documents and a pure interpreter.

    document, problems = read_flow({"key": "welcome", "steps": [{"say": {"text": "Good day."}}]}, KINDS)
    run, actions = start(document, Given(now=clock.now()))      # Speak((Spoken("Good day.", "en"),), mark=1)
    run, actions = advance(run, SoundEnded(mark=1), given)      # HangUp(): the document has come to its end
    await flows.publish(organization, document, author)         # renders the texts: never during a call
    published = await flows.current(organization, "welcome")    # what a channel runs
    leg.play(published.paths(actions[0]))

reading   plain data into typed values, each fault named by its path
document  the flow document, read and written      steps/  one file per kind of step
decide    the interpreter                          speech  client of the built-in voice
convert   any sound file to telephone sound        sounds  the folder of sounds, named by content
"""
