"""The tables of tenancy."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, UniqueConstraint, false

from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

organization: Final = Table(
    "organization",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

client: Final = Table(
    "client",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

person: Final = Table(
    "person",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    # The user name as compared; NULL once retired, so that the name is free for somebody new.
    Column("sign_in_name", Text),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("password_hash", Text),
    Column("password_fingerprint", Text),
    # Somebody else knows it: nothing but choosing another is allowed.
    Column("password_temporary", Flag, nullable=False, server_default=false()),
    # When one of the sessions was last used; they themselves are deleted.
    Column("seen_at", Moment),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
    UniqueConstraint("organization", "sign_in_name"),
    Index(None, "sign_in_name"),
)

person_role: Final = Table(
    "person_role",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    ForeignKeyConstraint(("organization", "person"), ("person.organization", "person.id")),
)

session: Final = Table(
    "session",
    metadata,
    Column("organization", Text, primary_key=True),
    # The digest of the token: who reads the database cannot use the session.
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("address", Text),
    Column("device", Text),
    ForeignKeyConstraint(("organization", "person"), ("person.organization", "person.id")),
    Index(None, "id", unique=True),
    Index(None, "organization", "person"),
    Index(None, "expires_at"),
)

sign_in: Final = Table(
    "sign_in",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("right", Flag, nullable=False),
    Column("address", Text),
    Column("device", Text),
    Index(None, "organization", "person", "id"),
    Index(None, "at"),
)
"""Who tried to sign in, from where, with a right or a wrong password."""

# Belongs to no organization: who fails to sign in has not yet said truthfully where he belongs.
sign_in_failure: Final = Table(
    "sign_in_failure",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("failures", Number, nullable=False),
    Column("last_at", Moment, nullable=False),
    Index(None, "last_at"),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("changes", Document, nullable=False),
    Index(None, "organization", "subject", "id"),
    Index(None, "organization", "by", "id"),
    Index(None, "organization", "kind", "id"),
)
