"""Who looks after a customer, and a team's hours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d45d55322564"
down_revision: str | Sequence[str] | None = "325c1e88dbf4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("personal_agent", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("branch", sa.Text(), nullable=True))

    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hours", sa.Text(), nullable=True))
