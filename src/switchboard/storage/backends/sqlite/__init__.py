"""SQLite in one file: WAL, synchronous=FULL, foreign keys; one writer at a time.

thread     a connection in a thread of its own      committer  the group-commit writer's way in
driver     that thread as SQLAlchemy's driver       backend    the whole, as `storage.backend.Backend`
"""
