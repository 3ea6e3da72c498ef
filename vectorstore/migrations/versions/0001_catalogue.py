"""Documents, passages, their vectors, and the state row."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("uri", sa.Text, nullable=False, unique=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.Column("pages", sa.JSON, nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.String, nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "document_id", sa.String, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("header", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("published", sa.String, nullable=False),
        sa.Column("gaps", sa.JSON, nullable=False),
        sa.UniqueConstraint("document_id", "number", name="uq_passages_document_number"),
    )
    for name in ("vectors", "next_vectors"):
        op.create_table(
            name,
            sa.Column(
                "passage_id", sa.String, sa.ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True
            ),
            sa.Column("vector", sa.LargeBinary, nullable=False),
        )
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.JSON),
        sa.Column("next_model", sa.JSON),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("stamp", sa.String, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0, "stamp": uuid.uuid4().hex}])
