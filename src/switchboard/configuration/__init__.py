"""Configuration as code: one YAML file brings an organization to a state, or is written from it.

    configuration = Configuration(database, rooms, environment=os.environ)
    difference = await configuration.plan(content)                    # nothing is changed
    applied = await configuration.apply(content, prune=True)          # all of it or nothing
    yaml = await configuration.export(applied.organization)           # applying this changes nothing

yaml_text  YAML with its lines      sections  how each kind of thing is read and written
model      what a file says         decide    what differs, and references that lead nowhere
parts      the other rooms' tables  service   read, plan, apply, export
"""
