"""Delays after an offer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5d2f7c90b1e4"
down_revision: str | Sequence[str] | None = "bf8df9ecba0c"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "delays",
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("no_answer", sa.BigInteger(), nullable=False),
        sa.Column("busy", sa.BigInteger(), nullable=False),
        sa.Column("unreachable", sa.BigInteger(), nullable=False),
        sa.Column("set_up_failed", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("pk_delays")),
        sa.UniqueConstraint("organization", "key", name=op.f("uq_delays_organization_key")),
    )
