"""Where the generations are, and which of them searches read."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from vectorstore.manifest import sync_path

CURRENT = "CURRENT"
NUMBER = re.compile("[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are below the data folder."""

    data_dir: Path

    @property
    def generations(self) -> Path:
        """One folder for each generation, and CURRENT, the name of the published one."""
        return self.data_dir / "generations"

    @property
    def workspaces(self) -> Path:
        """Folders of single processes."""
        return self.data_dir / "workspaces"

    @property
    def build_lock(self) -> Path:
        """Held by the one process that builds."""
        return self.generations / "LOCK"

    @property
    def write_lock(self) -> Path:
        """Shared by those who are changing the catalogue and will publish when done."""
        return self.generations / "WRITERS"

    def current(self) -> Path | None:
        """The folder of the published generation; None if CURRENT is missing or names none."""
        try:
            name = (self.generations / CURRENT).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        named = NUMBER.fullmatch(name) and (self.generations / name).is_dir()
        return self.generations / name if named else None

    def next_number(self) -> int:
        """A number higher than that of any generation there is."""
        numbers = [int(path.name) for path in self.generations.iterdir() if NUMBER.fullmatch(path.name)]
        return max(numbers, default=0) + 1

    def switch(self, number: int) -> None:
        """Make generation `number` the published one; a kill leaves the former one or this one."""
        waiting = self.generations / f"{CURRENT}.new"
        waiting.write_text(f"{number}\n", "ascii")
        sync_path(waiting)
        os.replace(waiting, self.generations / CURRENT)
        sync_path(self.generations)

    def remove_others(self, kept: Path | None) -> None:
        """Remove every other generation, half-built ones too. Readers go on with what they opened."""
        for path in self.generations.iterdir():
            if path.is_dir() and path != kept:
                shutil.rmtree(path, ignore_errors=True)
