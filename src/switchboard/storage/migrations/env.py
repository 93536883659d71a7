"""How Alembic runs here: on the connection and in the transaction it is given by `storage.migrate`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.dialects.postgresql import JSONB

from switchboard.storage.schema import metadata


def render(kind: str, item: object, autogenerating: Any) -> str | Literal[False]:
    """JSONB without its default argument, which Alembic writes without importing what it names."""
    if kind == "type" and isinstance(item, JSONB):
        autogenerating.imports.add("from sqlalchemy.dialects import postgresql")
        return f"postgresql.JSONB(none_as_null={item.none_as_null})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_item=render,
    # SQLite changes a column by copying its table.
    render_as_batch=connection.dialect.name == "sqlite",
    # Our SQLite transactions begin explicitly, so that creating and dropping tables is part of them.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
