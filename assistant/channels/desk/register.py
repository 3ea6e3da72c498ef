"""The register of names that a library's documents are read by."""

from assistant.channels.service import Library
from assistant.lineage import UNKNOWN_NAMES
from vectorstore.naming import Names


def names_of(library: Library) -> Names:
    """The names as they are now; those of an empty register where the library keeps none."""
    lend = getattr(library, "names", None)
    names: Names = lend() if lend else UNKNOWN_NAMES
    return names
