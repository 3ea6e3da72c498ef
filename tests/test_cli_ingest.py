"""`utblick ingest` and `utblick documents`, run as a person or a script runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_files
import pytest
from forked import Forker, forker
from prose import ADVICE, NETWORK, text_of

pytestmark = pytest.mark.slow

UTBLICK = Path(sys.executable).with_name("utblick")


class Shelf:
    """A data folder with a folder of files, and the command on them."""

    def __init__(self, root: Path, forker: Forker) -> None:
        self.root = root
        self.forker = forker
        self.files = root / "files"
        self.files.mkdir()

    def run(self, *arguments: str | Path, data: str = "data") -> subprocess.CompletedProcess[str]:
        return self.forker.run(arguments, self.root, self.environment(data))

    def run_as_installed(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """By the script that a person starts; it takes seconds."""
        command = [UTBLICK, *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=self.root, env=self.environment("data"), timeout=300
        )

    def environment(self, data: str) -> dict[str, str]:
        return {**os.environ, "UTBLICK_DATA_DIR": str(self.root / data), "PYTHONUTF8": "1"}

    def json(self, *arguments: str | Path) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Shelf]:
    """Three good files and a broken one, ingested."""
    with forker() as forking:
        yield filled(Shelf(tmp_path_factory.mktemp("cli"), forking))


def filled(one: Shelf) -> Shelf:
    (one.files / "stöd.txt").write_text(text_of("Stöd till export", ADVICE))
    (one.files / "nätverk.md").write_text(text_of("# Nätverk i länet", NETWORK))
    (one.files / "program.pdf").write_bytes(bad_files.pdf())
    (one.files / "trasig.pdf").write_bytes(bad_files.pdf()[:700])
    done = one.run_as_installed("ingest", one.files, "--json")
    assert done.returncode == 0, done.stderr
    (one.root / "first.json").write_text(done.stdout)
    return one


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error that a person can mend."""
    assert done.returncode == 1 and done.stdout == ""
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1
    return done.stderr


def test_ingest_tells_what_became_of_each_file(shelf: Shelf) -> None:
    report = json.loads((shelf.root / "first.json").read_text())
    assert (report["counts"]["added"], report["counts"]["failed"], report["documents"]) == (3, 1, 3)
    assert report["generation"] > 0
    [failed] = [file for file in report["files"] if file["outcome"] == "failed"]
    assert (failed["source"], failed["status"]) == ("trasig.pdf", "damaged") and "trasig.pdf" in failed[
        "reason"
    ]


def test_ingest_in_words(shelf: Shelf) -> None:
    done = shelf.run("ingest", shelf.files)
    assert done.returncode == 0
    assert done.stdout.startswith("3 unchanged, 1 failed. 3 documents with ")
    assert done.stderr.startswith("failed (damaged) trasig.pdf: trasig.pdf is damaged:")
    assert len(done.stderr.splitlines()) == 1


def test_exit_codes(shelf: Shelf) -> None:
    assert shelf.run("ingest", shelf.files, "--strict").returncode == 1
    assert shelf.run_as_installed("ingest", shelf.files / "trasig.pdf").returncode == 1
    assert shelf.run("ingest").returncode == 2
    assert shelf.run("ingest", shelf.files, "--nonsense").returncode == 2


def test_a_path_that_is_not_there_is_told_in_a_line(shelf: Shelf) -> None:
    assert "gone does not exist. Give a file or folder that does." in one_line(
        shelf.run("ingest", shelf.root / "gone")
    )


def test_a_wrong_setting_is_told_in_a_line(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UTBLICK_PARSE_SECONDS", "soon")
    assert "UTBLICK_PARSE_SECONDS='soon'" in one_line(shelf.run("ingest", shelf.files))


def test_list(shelf: Shelf) -> None:
    listed = shelf.json("documents", "list")["documents"]
    assert [(one["source"], one["metadata"]["title"]) for one in listed] == [
        ("nätverk.md", "Nätverk i länet"),
        ("program.pdf", "Stöd på Öland"),
        ("stöd.txt", "Stöd till export"),
    ]
    assert all(one["passages"] > 0 and one["metadata"]["found"]["title"] for one in listed)
    shown = shelf.run("documents", "list").stdout
    assert all(one["id"] in shown for one in listed)  # whole, so that it can be copied


def test_show(shelf: Shelf) -> None:
    [listed] = [one for one in shelf.json("documents", "list")["documents"] if one["source"] == "stöd.txt"]
    shown = shelf.json("documents", "show", "stöd.txt")
    assert shown["id"] == listed["id"] and shown == shelf.json("documents", "show", listed["id"])
    assert [passage["text"] for passage in shown["passages"]] == [ADVICE]
    assert shown["text"][shown["passages"][0]["start"] : shown["passages"][0]["end"]] == ADVICE
    in_words = shelf.run("documents", "show", "stöd.txt").stdout
    assert "title: Stöd till export  (heading)" in in_words and "Rådgivningen är kostnadsfri." in in_words


def test_a_document_that_is_not_there_is_told_in_a_line(shelf: Shelf) -> None:
    for command in ("show", "remove"):
        assert "no document is called 'gone'" in one_line(shelf.run("documents", command, "gone"))


def test_words_of_a_document_are_no_commands(shelf: Shelf) -> None:
    (shelf.root / "märkt.txt").write_text(text_of("Plan [/b] för [red]stöd", f"\x1b[2J{ADVICE} [/x]"))
    shelf.json("ingest", shelf.root / "märkt.txt")
    for command in (["list"], ["show", "märkt.txt"]):
        done = shelf.run("documents", *command)
        assert done.returncode == 0 and "\x1b" not in done.stdout
        assert "[/b]" in done.stdout and "[red]" in done.stdout
    shelf.json("documents", "remove", "märkt.txt")


def test_an_empty_store_is_listed_too(shelf: Shelf) -> None:
    assert json.loads(shelf.run("documents", "list", "--json", data="none").stdout) == {"documents": []}


def test_removed_documents_are_gone_until_their_file_is_read_again(shelf: Shelf) -> None:
    [removed] = shelf.json("documents", "remove", "nätverk.md")["removed"]
    assert removed["source"] == "nätverk.md"
    assert [one["source"] for one in shelf.json("documents", "list")["documents"]] == [
        "program.pdf",
        "stöd.txt",
    ]
    kept = [path for path in (shelf.root / "data").rglob("*") if path.is_file()]
    assert not [path for path in kept if NETWORK.encode() in path.read_bytes()]
    assert shelf.json("ingest", shelf.files)["counts"]["added"] == 1


def test_prune_removes_what_is_gone(shelf: Shelf) -> None:
    (shelf.files / "nätverk.md").unlink()
    assert shelf.json("ingest", shelf.files)["counts"]["removed"] == 0
    report = shelf.json("ingest", shelf.files, "--prune")
    assert report["counts"]["removed"] == 1 and report["documents"] == 2
