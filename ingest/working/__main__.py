"""`python -m ingest.working`: the command `utblick work` for those that start it as a process."""

import sys

import typer

from ingest.working.cli import work
from vectorstore.errors import UtblickError

if __name__ == "__main__":
    try:
        typer.run(work)
    except UtblickError as error:
        sys.exit(f"utblick: {error}")
