"""The catalogue's tables. A generation's snapshot holds `documents` and `passages` of the same shape."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("uri", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("digest", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("sections", JSON, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    # Random, new with every change to the document: what a generation compares.
    Column("stamp", String, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("header", Text, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("page", Integer),
    Column("headings", JSON, nullable=False),
    Column("published", String, nullable=False),
    Column("gaps", JSON, nullable=False),
    UniqueConstraint("document_id", "number", name="uq_passages_document_number"),
)


def _vectors(name: str) -> Table:
    """Little-endian float32 values, one row for each passage."""
    return Table(
        name,
        metadata,
        Column("passage_id", String, ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
        Column("vector", LargeBinary, nullable=False),
    )


vectors = _vectors("vectors")
# Filled while a new model embeds the passages again; swapped in by one transaction.
next_vectors = _vectors("next_vectors")

# Rows of flat arrays, such as the vectors of a passage's words; see vectorstore/stored_rows.py.
passage_rows = Table(
    "passage_rows",
    metadata,
    Column("passage_id", String, ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("rows", LargeBinary, nullable=False),
)

# One row: the models of `vectors` and `next_vectors` (null while there are none), the number of
# changes ever made, and a random stamp that differs after each of them (a restored backup may repeat
# a number, never a stamp).
state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", JSON(none_as_null=True)),
    Column("next_model", JSON(none_as_null=True)),
    Column("revision", Integer, nullable=False),
    Column("stamp", String, nullable=False),
)

# What people thought of answers, each row with the answer as they saw it; see assistant/feedback.py.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("answer_id", String(64), nullable=False, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=False),
)

# What was said in the conversations that a caller named; see assistant/conversations.py.
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(100), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
)

# What was asked and answered over HTTP, kept for a while; see assistant/question_log.py.
question_log = Table(
    "question_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("answer_id", String(64), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("history", JSON, nullable=False),
    Column("language", String(16), nullable=False),
    Column("status", String(32), nullable=False),
    Column("answer", JSON, nullable=False),
    Column("sources", JSON, nullable=False, server_default="[]"),
)

# One row: the digest of the register that `entities` and `mentions` were made from, and the names that
# are ambiguous in it; see vectorstore/stored_register.py.
register = Table(
    "register",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("ambiguous", JSON, nullable=False),
)

# The register's entries in its order.
entities = Table(
    "entities",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("record", JSON, nullable=False),
)

# Where passages name entities: document.text[start:end] is the name.
mentions = Table(
    "mentions",
    metadata,
    Column("passage_id", String, ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, nullable=False),
    Column(
        "entity_id", String(100), ForeignKey("entities.id", ondelete="CASCADE"), nullable=False, index=True
    ),
)
