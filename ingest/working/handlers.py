"""Which jobs the worker does, and what does them."""

from collections.abc import Mapping

from ingest import watching
from ingest.working import documents
from ingest.workshop import Handler

HANDLERS: Mapping[str, Handler] = {"read": documents.read, "remove": documents.remove, **watching.HANDLERS}
"""Kind of job -> what does it."""
