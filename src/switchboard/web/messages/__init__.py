"""What goes over the wire between the page and us: REST bodies and the states of the live feed, a file per subject.

Times are UTC epoch microseconds and durations are microseconds, both whole numbers below 2**53, so that a page can hold
them. Ids are text; an offer's number and its fence are whole numbers. `None` is null. The live feed's frames are in
`frames.py`. All of it is part of `/api/openapi.json`.
"""
