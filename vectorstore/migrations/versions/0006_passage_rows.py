"""Rows of flat arrays beside passages; written and read by vectorstore/stored_rows.py."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "passage_rows",
        sa.Column(
            "passage_id", sa.String, sa.ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("rows", sa.LargeBinary, nullable=False),
    )
