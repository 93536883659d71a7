"""Clocks that go on by themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "391bbbe8637f"
down_revision: str | Sequence[str] | None = "8189390582be"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("longest_pause", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("queue_visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("went_on", sa.Text(), nullable=True))
