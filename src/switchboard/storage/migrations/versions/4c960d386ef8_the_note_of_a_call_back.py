"""The note of a call-back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "4c960d386ef8"
down_revision: str | Sequence[str] | None = "ae91a103aea7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:

    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
