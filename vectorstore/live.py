"""The state a process searches: kept up with what is published, and mended when it is broken."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from vectorstore.catalogue import Catalogue
from vectorstore.errors import ModelMismatch, StoreError
from vectorstore.generations import CURRENT, Folders
from vectorstore.healing import Healer
from vectorstore.locks import is_locked
from vectorstore.settings import Settings
from vectorstore.view import View, open_generation, read_catalogue

log = logging.getLogger(__name__)

CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class State:
    """For /readyz: "ready", "degraded" (answers are right, but searched exactly or old) or "empty"."""

    name: str
    reason: str = ""


class Views(Protocol):
    """Lends the state to search in."""

    def view(self) -> AbstractContextManager[View]:
        """A view that stays usable within the block."""
        ...


@dataclass(slots=True)
class Lent:
    """A view with the number of requests that use it; closed by the last one after it was replaced."""

    view: View
    users: int = 0
    replaced: bool = False


class LiveStore:
    """Lends views. A request keeps the view it began with; the next one gets the newest."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: Settings,
        model: dict[str, Any],
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._catalogue = catalogue
        self._folders = Folders(settings.data_dir)
        self._model = model
        self._healer = Healer(settings)
        self._changing = threading.Lock()
        self._counting = threading.Lock()
        self._stopped = threading.Event()
        self._lent: Lent | None = None
        self._marker: object = None
        self._reason = ""
        self._distrusted: int | None = None
        self._outdated = False
        self._watch_once()
        self._thread = threading.Thread(
            target=self._watch, args=(check_seconds,), name="store-watch", daemon=True
        )
        self._thread.start()

    @contextmanager
    def view(self) -> Iterator[View]:
        """See Views. Notices another generation at once; the former is lent while a thread opens it."""
        if self._marker != self._read_marker() and self._changing.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._changing.release()
        lent = self._borrow()
        try:
            yield lent.view
        finally:
            self._give_back(lent)

    def state(self) -> State:
        """How searches are served now."""
        lent = self._borrow()
        try:
            if reason := self._reason or lent.view.fault:
                return State("degraded", "; ".join(filter(None, [reason, self._healer.failure])))
            return State("ready" if lent.view.snapshot.ids else "empty")
        finally:
            self._give_back(lent)

    def close(self) -> None:
        """Stop watching and let go of the view; a rebuild under way goes on."""
        self._stopped.set()
        self._thread.join()
        with self._changing:
            self._replace(None)

    def _watch(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            try:
                self._watch_once()
            except Exception:
                # The thread must outlive whatever fails; the next round tries again.
                log.exception("the search index could not be checked")

    def _watch_once(self) -> None:
        with self._changing:
            if self._marker != self._read_marker():
                self._follow()
            self._mend()

    def _follow(self) -> None:
        """Open what is published; where it cannot be opened, search the catalogue."""
        self._marker = self._read_marker()
        try:
            view = self._open_published()
        except StoreError as error:
            log.error("the published generation is unusable: %s", error)
            folder = self._folders.current()
            self._fall_back(str(error), int(folder.name) if folder else None)
        else:
            self._adopt(view, "")

    def _open_published(self) -> View:
        while True:
            folder = self._folders.current()
            try:
                if folder is None:
                    raise StoreError(f"{self._folders.generations / CURRENT} names no generation")
                return open_generation(folder, self._folders.workspaces)
            except StoreError:
                # Unless a newer one was published while this one was being opened.
                if folder == self._folders.current():
                    raise

    def _mend(self) -> None:
        """Have the generation rebuilt if it is broken or older than the catalogue and nobody is at it."""
        if self._outdated or self._others_at_work():
            return
        assert self._lent
        view = self._lent.view
        if view.fault:
            self._fall_back(view.fault, view.generation)
        elif view.version != self._catalogue.version():
            self._fall_back("the published generation is older than the catalogue", self._distrusted)
        if self._reason and not self._outdated:
            self._healer.start(self._distrusted)

    def _others_at_work(self) -> bool:
        return is_locked(self._folders.build_lock) or is_locked(self._folders.write_lock)

    def _fall_back(self, reason: str, distrusted: int | None) -> None:
        self._distrusted = distrusted
        try:
            view = read_catalogue(self._catalogue)
        except StoreError as error:
            if self._lent is None:
                raise
            self._reason = f"{reason}; {error}"
        else:
            self._adopt(view, reason if view.snapshot.ids else "")

    def _adopt(self, view: View, reason: str) -> None:
        """Lend the view from now on, unless its vectors are of another model than the questions'."""
        self._reason = reason
        self._outdated = bool(view.snapshot.ids) and view.model != self._model
        if not self._outdated:
            return self._replace(Lent(view))
        view.close()
        self._reason = "the documents were embedded with another model since the start; start anew"
        if self._lent is None:
            raise ModelMismatch(self._reason)

    def _borrow(self) -> Lent:
        with self._counting:
            if self._lent is None:
                raise StoreError("the store is closed")
            self._lent.users += 1
            return self._lent

    def _give_back(self, lent: Lent) -> None:
        with self._counting:
            lent.users -= 1
            unused = lent.replaced and not lent.users
        if unused:
            lent.view.close()

    def _replace(self, lent: Lent | None) -> None:
        with self._counting:
            former, self._lent = self._lent, lent
            unused = former is not None and not former.users
            if former:
                former.replaced = True
        if former and unused:
            former.view.close()

    def _read_marker(self) -> object:
        try:
            found = os.stat(self._folders.generations / CURRENT)
        except OSError:
            return "missing"
        return (found.st_ino, found.st_mtime_ns, found.st_size)
