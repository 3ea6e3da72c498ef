"""Publishing: a new generation is built from the catalogue, probed, and put in the former one's place."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.build import Base, build, open_base
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.database import scrub
from vectorstore.errors import StoreError
from vectorstore.generations import Folders
from vectorstore.locks import locked
from vectorstore.manifest import Manifest, verify
from vectorstore.probe import Probe
from vectorstore.settings import Settings
from vectorstore.workspace import sweep

log = logging.getLogger(__name__)

WAIT_SECONDS = 600.0


@contextmanager
def publishing(catalogue: Catalogue, data_dir: Path) -> Iterator[None]:
    """Change many documents in the block and publish once at its end.

    Running servers wait for the end of the block instead of publishing in the middle of it.
    """
    with locked(Folders(data_dir).write_lock, WAIT_SECONDS, shared=True):
        yield
        publish(catalogue, data_dir)


def publish(
    catalogue: Catalogue, data_dir: Path, wait_seconds: float = WAIT_SECONDS, distrusted: int | None = None
) -> Manifest:
    """Have searches read the catalogue as it is now; nothing to do if they already are.

    Generation `distrusted` is replaced even if it looks right. Raises StoreError, with the published
    generation untouched, if another process builds for longer than `wait_seconds`, or the new
    generation cannot be written or fails its check.
    """
    folders = Folders(data_dir)
    with locked(folders.build_lock, wait_seconds):
        base = _base(folders, distrusted)
        if base and base.manifest.version == catalogue.version() and _is_whole(base):
            return base.manifest
        number = folders.next_number()
        sweep(folders.workspaces)
        folders.remove_others(base.folder if base else None)
        manifest = _attempt(catalogue, folders, number, base)
        folders.switch(manifest.number)
        folders.remove_others(folders.generations / str(manifest.number))
        if base is None or base.stamps.keys() - catalogue.stamps():
            # Whoever removed documents may have been killed before it could do this.
            scrub(catalogue.engine)
        return manifest


def _base(folders: Folders, distrusted: int | None) -> Base | None:
    current = folders.current()
    if current is None or current.name == str(distrusted):
        return None
    try:
        return open_base(current)
    except StoreError:
        return None


def _is_whole(base: Base) -> bool:
    """Whether the vector index is as it was written, too."""
    try:
        verify(base.folder, base.manifest)
    except StoreError:
        return False
    return True


def _attempt(catalogue: Catalogue, folders: Folders, number: int, base: Base | None) -> Manifest:
    """Build by difference where there is a base, and anew if that fails."""
    if base:
        try:
            return _build(catalogue, folders, number, base)
        except StoreError as error:
            log.warning("the difference could not be applied, building anew: %s", error)
            number += 1
    return _build(catalogue, folders, number, None)


def _build(catalogue: Catalogue, folders: Folders, number: int, base: Base | None) -> Manifest:
    building = folders.generations / f"building-{number}"
    try:
        with Probe() as probe:
            built = build(catalogue, building, number, base)
            probe.check(building, built.new)
        os.rename(building, folders.generations / str(number))
    except OSError as error:
        raise StoreError(
            f"generation {number} cannot be written to {folders.generations}: {error}"
        ) from error
    return built.manifest


def command(distrusted: int | None) -> list[str]:
    """The command that publishes in a process of its own; it reads `handover` on standard input."""
    return [sys.executable, "-m", "vectorstore.publish", *([] if distrusted is None else [str(distrusted)])]


def handover(settings: Settings) -> str:
    """The settings the process needs; a database URL may hold a password, so not on its command line."""
    return settings.model_dump_json(include={"data_dir", "catalogue_url"})


def main() -> None:
    """Publish as `command` says."""
    settings = Settings(_env_file=None, **json.loads(sys.stdin.read()))  # type: ignore[call-arg]
    distrusted = int(sys.argv[1]) if len(sys.argv) > 1 else None
    publish(open_catalogue(settings), settings.data_dir, distrusted=distrusted)


if __name__ == "__main__":
    try:
        main()
    except StoreError as error:
        sys.exit(str(error))
