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
    # Who asked, as far as they said: their county and kind, and through which channel.
    Column("region", String(100), nullable=False, server_default=""),
    Column("persona", String(16), nullable=False, server_default=""),
    Column("channel", String(16), nullable=False, server_default=""),
    Column("themes", JSON, nullable=False, server_default="[]"),
)

# Unanswered or poorly rated questions that somebody has dealt with; see assistant/desk/gaps.py.
gaps_solved = Table(
    "gaps_solved",
    metadata,
    Column("answer_id", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)

# How many questions of a day had a property: a status, a language, a theme, a span of seconds. Holds no
# words of anybody's, so it is kept when the questions are gone; see assistant/desk/figures.py.
figures = Table(
    "figures",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", String(100), primary_key=True),
    Column("count", Integer, nullable=False),
)

# One row: whether the service is switched off, and what users are told; see assistant/switch.py.
switch = Table(
    "switch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("off", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Work that outlives the process that asked for it; see vectorstore/jobs.py.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("about", JSON, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("result", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("due", DateTime(timezone=True)),
)

# Metadata that a person corrected, by the document's URI; they win over everything that was read.
corrections = Table(
    "corrections",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
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

# What is read again on a schedule, and how that went last; see vectorstore/watched.py.
watched = Table(
    "watched",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("removes", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("added", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", DateTime(timezone=True), nullable=False, index=True),
    Column("checked", DateTime(timezone=True)),
    Column("good", DateTime(timezone=True)),
    Column("failing_since", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
)

# The documents of what is watched: a page, the entries of a feed, the files of a folder.
watched_items = Table(
    "watched_items",
    metadata,
    Column("watched_id", String(36), ForeignKey("watched.id", ondelete="CASCADE"), primary_key=True),
    Column("uri", Text, primary_key=True, index=True),
    Column("title", Text, nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("first_seen", DateTime(timezone=True), nullable=False),
    Column("good", DateTime(timezone=True)),
    Column("failing_since", DateTime(timezone=True)),
    Column("misses", Integer, nullable=False),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
)

# What watching has found; see vectorstore/watch_news.py.
watch_news = Table(
    "watch_news",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("kind", String(16), nullable=False, index=True),
    Column("watched", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("about", JSON, nullable=False),
)
