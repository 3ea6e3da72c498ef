"""Building a generation from the catalogue, by way of the former one where that is quicker."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore import chroma
from vectorstore.carried import Carried, Key, all_new, carried
from vectorstore.catalogue import Catalogue, Floats
from vectorstore.copying import Embedded, Moment, carry_documents, copy_documents, read_moment
from vectorstore.lexical import build_lexical, carry_lexical, load_lexical
from vectorstore.manifest import FORMAT, Manifest, copy_verified, digests, read_manifest, sync, verify
from vectorstore.snapshot import FILE, Snapshot, file_engine, new_engine
from vectorstore.stored_rows import write_rows
from vectorstore.view import CHROMA, LEXICAL, VECTORS

# Above this share of changed and deleted vectors the index is built anew: deleted ones slow it down.
CHANGED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Base:
    """A generation to start from, with the stamp of each document in it and its passages in order."""

    folder: Path
    manifest: Manifest
    stamps: dict[str, str]
    keys: list[Key]

    def changed(self, moment: Moment) -> set[str] | None:
        """The documents that are new or changed; None where a difference cannot or must not be applied.

        After a removal everything is built anew, so that nothing of what was removed can be left.
        """
        removed = self.stamps.keys() - moment.stamps.keys()
        if removed or self.manifest.model != moment.model or not self.keys:
            return None
        return {one for one, stamp in moment.stamps.items() if self.stamps.get(one) != stamp}


@dataclass(frozen=True, slots=True)
class Draft:
    """A generation that is being built: its folder and passages, and what it takes from its base."""

    folder: Path
    snapshot: Snapshot
    base: Base | None
    changed: Collection[str]
    carried: Carried


@dataclass(frozen=True, slots=True)
class Built:
    """What was built; `new` are the positions written into the base's index, None if there was none."""

    manifest: Manifest
    new: Sequence[int] | None


def build(catalogue: Catalogue, folder: Path, number: int, base: Base | None) -> Built:
    """Fill `folder` with a generation of the catalogue as it is now, and sync it to the disk."""
    folder.mkdir()
    engine = new_engine(folder / FILE)
    with catalogue.reading() as source:
        moment = read_moment(source)
        changed = base.changed(moment) if base else None
        if base is None or changed is None:
            base = None
            embedded = copy_documents(catalogue, source, engine)
        else:
            carry_documents(base.folder / FILE, engine, changed)
            embedded = copy_documents(catalogue, source, engine, sorted(changed))
        draft = _draft(folder, Snapshot(engine), base, changed or ())
        for kind in catalogue.kinds:
            former = base.folder if base else None
            write_rows(source, kind, draft.snapshot.keys(), draft.carried, former, folder)
    vectors = _write_vectors(draft, embedded)
    _write_lexical(draft)
    change = _change(draft)
    stale = _write_index(draft, vectors, change)
    draft.snapshot.close()
    counts = {"documents": len(moment.stamps), "passages": len(draft.snapshot.ids), "stale": stale}
    manifest = Manifest(
        FORMAT, number, chroma.ENGINE, moment.model, moment.version, files=digests(folder), **counts
    )
    manifest.write(folder)
    sync(folder)
    return Built(manifest, change.new if change else None)


def open_base(folder: Path) -> Base:
    """The generation in `folder` as a base; raises StoreError if it is damaged or of another make.

    The files of the vector index are not looked at: they are verified as they are copied.
    """
    manifest = read_manifest(folder, chroma.ENGINE)
    verify(folder, manifest, leaving_out=CHROMA)
    snapshot = Snapshot(file_engine(folder / FILE))
    base = Base(folder, manifest, snapshot.stamps(), snapshot.keys())
    snapshot.close()
    return base


def _draft(folder: Path, snapshot: Snapshot, base: Base | None, changed: Collection[str]) -> Draft:
    follows = carried(base.keys, snapshot.keys(), changed) if base else all_new(len(snapshot.ids))
    return Draft(folder, snapshot, base, changed, follows)


def _write_vectors(draft: Draft, embedded: Embedded) -> Floats:
    if draft.base is None:
        vectors = np.empty((len(draft.snapshot.ids), embedded.vectors.shape[1]), np.float32)
    else:
        former = np.load(draft.base.folder / VECTORS, mmap_mode="r", allow_pickle=False)
        vectors = np.empty((len(draft.snapshot.ids), former.shape[1]), np.float32)
        vectors[draft.carried.kept] = former[draft.carried.origin[draft.carried.kept]]
    embedded.put(vectors, draft.snapshot.positions)
    np.save(draft.folder / VECTORS, vectors, allow_pickle=False)
    return vectors


def _write_lexical(draft: Draft) -> None:
    if draft.base is None:
        index = build_lexical(draft.snapshot.indexed_texts())
    else:
        former = load_lexical(draft.base.folder / LEXICAL)
        index = carry_lexical(former, draft.carried, draft.snapshot.indexed_texts(draft.changed))
    index.save(draft.folder / LEXICAL)


def _change(draft: Draft) -> chroma.Change | None:
    """What differs from the base's index; None when it must or had better be built anew."""
    base = draft.base
    if base is None:
        return None
    gone = [one for one, _document in base.keys if one not in draft.snapshot.positions]
    new = draft.carried.new.tolist()
    touched = base.manifest.stale + len(gone) + len(new)
    return chroma.Change(gone, new) if touched <= CHANGED_SHARE * len(draft.snapshot.ids) else None


def _write_index(draft: Draft, vectors: Floats, change: chroma.Change | None) -> int:
    """Make the Chroma index; returns how many deleted vectors it carries."""
    snapshot, folder, base = draft.snapshot, draft.folder / CHROMA, draft.base
    if not snapshot.ids:
        return 0
    if base is None or change is None:
        folder.mkdir()
        chroma.create(folder, snapshot.ids, vectors, snapshot.facets)
        return 0
    copy_verified(base.folder, base.manifest, CHROMA, folder)
    chroma.update(folder, change, snapshot.ids, vectors, snapshot.facets)
    return base.manifest.stale + len(change.gone)
