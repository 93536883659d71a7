"""The SQL of tenancy. Functions take the connection of the caller's transaction.

tables         every table                    people     people, their roles, who signs in under a name
organizations  organizations, clients, audit  sessions   sessions, wrong passwords in a row
"""

from switchboard.tenancy.store import organizations, people, sessions, tables

__all__ = ["organizations", "people", "sessions", "tables"]
