"""The file of a recorded talk: a header, then chunks that are only ever appended. Sans-IO.

    writer: file.write(build_header(header)); file.write(build_chunk(Chunk(0, Kind.SOUND, 6_400, stereo)))
    reader: recording = read(file.read())        # whatever the bytes: a value, or RecordingError

A header names things by id only: who spoke stands in rows that can be forgotten.
"""
