"""Expected waits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8c1f0e5d7a36"
down_revision: str | Sequence[str] | None = "1b561ff27927"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("queue_visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expected_low", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("expected_likely", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("expected_high", sa.BigInteger(), nullable=True))
