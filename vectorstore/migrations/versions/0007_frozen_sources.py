"""The passages an answer stood on, as they were; written and read by assistant/question_log.py."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("question_log", sa.Column("sources", sa.JSON, nullable=False, server_default="[]"))
