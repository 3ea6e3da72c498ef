"""Building a generation from the catalogue, by way of the former one where that is quicker."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from vectorstore import chroma
from vectorstore.catalogue import Catalogue
from vectorstore.lexical import build_lexical
from vectorstore.manifest import FORMAT, Manifest, copy_verified, digests, read_manifest, sync, verify
from vectorstore.snapshot import FILE, Contents, Snapshot, copy_catalogue, file_engine, new_engine
from vectorstore.tables import documents
from vectorstore.view import CHROMA, LEXICAL, VECTORS

# Above this share of changed and deleted vectors the index is built anew: deleted ones slow it down.
CHANGED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Base:
    """An intact generation to start from, with the stamp of each document in it."""

    folder: Path
    manifest: Manifest
    stamps: dict[str, str]
    ids: list[tuple[str, str]]


def build(catalogue: Catalogue, folder: Path, number: int, base: Base | None) -> Manifest:
    """Fill `folder` with a generation of the catalogue as it is now, and sync it to the disk."""
    folder.mkdir()
    engine = new_engine(folder / FILE)
    contents = copy_catalogue(catalogue, engine)
    snapshot = Snapshot(engine)
    np.save(folder / VECTORS, contents.vectors, allow_pickle=False)
    build_lexical(snapshot.indexed_texts()).save(folder / LEXICAL)
    stale = _index(folder / CHROMA, snapshot, contents, base)
    snapshot.close()
    counts = {"documents": len(contents.stamps), "passages": len(snapshot.ids), "stale": stale}
    manifest = Manifest(
        FORMAT, number, chroma.ENGINE, contents.model, contents.version, files=digests(folder), **counts
    )
    manifest.write(folder)
    sync(folder)
    return manifest


def open_base(folder: Path) -> Base:
    """The generation in `folder` as a base; raises StoreError if it is damaged or of another make."""
    manifest = read_manifest(folder, chroma.ENGINE)
    verify(folder, manifest)
    engine = file_engine(folder / FILE)
    snapshot = Snapshot(engine)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(documents.c.id, documents.c.stamp))
        stamps = {row.id: row.stamp for row in rows}
    snapshot.close()
    owners = [facets.document for facets in snapshot.facets]
    return Base(folder, manifest, stamps, list(zip(snapshot.ids, owners, strict=True)))


def _index(folder: Path, snapshot: Snapshot, contents: Contents, base: Base | None) -> int:
    """Make the Chroma index; returns how many deleted vectors it carries."""
    if not snapshot.ids:
        return 0
    change = _change(snapshot, contents, base) if base else None
    if base is None or change is None:
        folder.mkdir()
        chroma.create(folder, snapshot.ids, contents.vectors, snapshot.facets)
        return 0
    copy_verified(base.folder, base.manifest, CHROMA, folder)
    chroma.update(folder, change, snapshot.ids, contents.vectors, snapshot.facets)
    return base.manifest.stale + len(change.gone)


def _change(snapshot: Snapshot, contents: Contents, base: Base) -> chroma.Change | None:
    """What differs from the base; None when the index must or had better be built anew."""
    erased = base.stamps.keys() - contents.stamps.keys()
    if erased or base.manifest.model != contents.model or not base.ids:
        return None
    changed = {one for one, stamp in contents.stamps.items() if base.stamps.get(one) != stamp}
    gone = [one for one, _document in base.ids if one not in snapshot.positions]
    new = [n for n, facets in enumerate(snapshot.facets) if facets.document in changed]
    touched = base.manifest.stale + len(gone) + len(new)
    return chroma.Change(gone, new) if touched <= CHANGED_SHARE * len(snapshot.ids) else None
