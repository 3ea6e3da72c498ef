"""What an ingest run leaves behind: each file once, changed ones whole, bad ones named, the rest unharmed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import bad_files
import pytest
from prose import ADVICE, NETWORK, text_of

from ingest.pipeline import ingest
from ingest.reading import FILE_BYTES, Reader, ReadResult
from ingest.report import FileReport, IngestReport, Outcome
from ingest.sources import IngestError, find_roots, starter_root
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings

Run = Callable[..., IngestReport]
GOOD = text_of("Stöd till export", ADVICE, "Nätverk", NETWORK)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Settings(_env_file=None)) as one:  # type: ignore[call-arg]
        yield one


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    one = open_catalogue(settings)
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    one = tmp_path / "files"
    one.mkdir()
    return one


@pytest.fixture
def run(catalogue: Catalogue, reader: Reader, embedder: Embedder, folder: Path) -> Run:
    """Ingest the folder, or the given paths."""

    def load() -> Embedder:
        catalogue.check_model(embedder.identity)
        return embedder

    def once(*paths: Path, prune: bool = False, load: Callable[[], Embedder] = load) -> IngestReport:
        return ingest(find_roots(paths or [folder]), catalogue, load, reader, prune)

    return once


def no_model() -> Embedder:
    raise AssertionError("the model was loaded though nothing is new")


def outcomes(report: IngestReport) -> dict[str, str]:
    return {file.source: str(file.outcome) for file in report.files}


def file_of(report: IngestReport, name: str) -> FileReport:
    return next(file for file in report.files if file.source == name)


def sources(catalogue: Catalogue) -> list[str]:
    return [document.source for document in catalogue.documents()]


def test_files_land_with_their_passages_and_vectors(run: Run, folder: Path, catalogue: Catalogue) -> None:
    for name, data in bad_files.GOOD.items():
        (folder / name).write_bytes(data)
    (folder / "under").mkdir()
    (folder / "under" / "a.txt").write_text(GOOD)
    report = run()
    assert set(outcomes(report).values()) == {"added"} and len(report.files) == 6
    assert "under/a.txt" in sources(catalogue)
    assert (report.documents, report.passages) == (6, sum(file.passages for file in report.files))
    for listed in catalogue.documents():
        document, passages = catalogue.document(listed.id), catalogue.passages(listed.id)
        assert document and passages and len(passages) == listed.passages
        assert all(passage.text == document.text[passage.start : passage.end] for passage in passages)
    with catalogue.reading() as connection:
        assert sum(len(found) for found, _ in catalogue.batches(connection)) == report.passages


def test_the_same_bytes_again_do_nothing(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    version = catalogue.version()
    (folder / "a.txt").write_text(GOOD)  # another time stamp
    report = run(load=no_model)
    assert outcomes(report) == {"a.txt": "unchanged"} and catalogue.version() == version
    assert file_of(report, "a.txt").document_id == catalogue.documents()[0].id


def test_a_changed_file_is_replaced_whole(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    before = catalogue.documents()[0]
    (folder / "a.txt").write_text(text_of("Nytt stöd", NETWORK))
    assert outcomes(run()) == {"a.txt": "changed"}
    [after] = catalogue.documents()
    assert (after.id, after.metadata.title) == (before.id, "Nytt stöd")
    [passage] = catalogue.passages(after.id)
    assert passage.text == NETWORK


def test_a_sidecar_counts_as_a_part_of_its_file(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    sidecar = folder / "a.txt.meta.yaml"
    sidecar.write_text("title: Rätt titel\n")
    assert outcomes(run()) == {"a.txt": "changed"}
    assert catalogue.documents()[0].metadata.title == "Rätt titel"
    assert catalogue.passages(catalogue.documents()[0].id)[0].header.startswith("Rätt titel")
    sidecar.unlink()
    assert outcomes(run()) == {"a.txt": "changed"}
    assert catalogue.documents()[0].metadata.title == "Stöd till export"


def test_a_sidecar_of_no_file_is_told_of(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text(GOOD)
    (folder / "a.meta.yaml").write_text("title: Fel namn\n")
    report = run()
    assert outcomes(report) == {"a.txt": "added", "a.meta.yaml": "failed"}
    assert "a.meta.yaml" in file_of(report, "a.meta.yaml").reason


def test_front_matter_and_sidecar(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.md").write_text(f"---\ntitle: I filen\npublisher: Skogen\n---\n# Rubrik\n\n{ADVICE}\n")
    (folder / "a.md.meta.yaml").write_text("title: Bredvid\n")
    run()
    [listed] = catalogue.documents()
    assert (listed.metadata.title, listed.metadata.publisher) == ("Bredvid", "Skogen")
    assert (
        listed.metadata.found["title"] == "sidecar" and listed.metadata.found["publisher"] == "front matter"
    )


def test_the_same_content_twice_is_stored_once(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    (folder / "b.txt").write_text(GOOD)
    for _ in range(2):
        report = run()
        assert file_of(report, "b.txt").outcome is Outcome.DUPLICATE
        assert "a.txt" in file_of(report, "b.txt").reason and sources(catalogue) == ["a.txt"]


def test_a_duplicate_is_stored_once_the_first_has_changed(
    run: Run, folder: Path, catalogue: Catalogue
) -> None:
    (folder / "a.txt").write_text(GOOD)
    (folder / "b.txt").write_text(GOOD)
    run()
    (folder / "a.txt").write_text(text_of("Nytt stöd", NETWORK))
    assert outcomes(run()) == {"a.txt": "changed", "b.txt": "added"}
    assert sources(catalogue) == ["a.txt", "b.txt"]


def test_a_moved_file_is_stored_under_its_new_name(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    (folder / "a.txt").rename(folder / "b.txt")
    assert outcomes(run()) == {"b.txt": "duplicate"}
    assert outcomes(run(prune=True)) == {"b.txt": "added", "a.txt": "removed"}
    assert sources(catalogue) == ["b.txt"]


def test_prune_removes_only_below_the_given_folders(run: Run, folder: Path, catalogue: Catalogue) -> None:
    for name in ("one", "one-more"):
        (folder / name).mkdir()
        (folder / name / "a.txt").write_text(f"{name} {GOOD}")
        (folder / name / "b.txt").write_text(f"{name} igen {GOOD}")
    run()
    for path in folder.glob("*/b.txt"):
        path.unlink()
    assert outcomes(run()) == {"one/a.txt": "unchanged", "one-more/a.txt": "unchanged"}
    report = run(folder / "one", prune=True)
    assert [(file.outcome, file.uri.rsplit("/", 2)[-2]) for file in report.files] == [
        (Outcome.UNCHANGED, "one"),
        (Outcome.REMOVED, "one"),
    ]
    assert sources(catalogue) == ["one-more/a.txt", "one-more/b.txt", "one/a.txt"]
    run(folder / "one" / "a.txt", prune=True)  # a file is no folder
    assert len(sources(catalogue)) == 3


def test_prune_refuses_an_empty_folder(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    (folder / "a.txt").unlink()
    with pytest.raises(IngestError, match="holds no files, but 1 stored documents come from it"):
        run(prune=True)
    assert sources(catalogue) == ["a.txt"]
    assert run().files == ()


def test_fact_sheets_do_not_prune_other_folders(
    run: Run, folder: Path, catalogue: Catalogue, reader: Reader, embedder: Embedder
) -> None:
    (folder / "a.txt").write_text(GOOD)
    (folder / "b.txt").write_text(text_of("Annat", NETWORK))
    run()
    (folder / "b.txt").unlink()
    sheet = starter_root()
    few = type(sheet)(sheet.prefix, sheet.sources[:2], True)
    one = type(sheet)(sheet.prefix, sheet.sources[:1], True)
    ingest([*find_roots([folder]), few], catalogue, lambda: embedder, reader)
    report = ingest([*find_roots([folder]), one], catalogue, lambda: embedder, reader)
    assert [file.source for file in report.files if file.outcome is Outcome.REMOVED] == [
        sheet.sources[1].name
    ]
    assert sources(catalogue) == ["a.txt", sheet.sources[0].name, "b.txt"]


def test_a_file_that_can_no_longer_be_read_keeps_its_stored_version(
    run: Run, folder: Path, catalogue: Catalogue
) -> None:
    (folder / "a.pdf").write_bytes(bad_files.pdf())
    run()
    (folder / "a.pdf").write_bytes(bad_files.pdf()[:700])
    report = run(prune=True)
    assert file_of(report, "a.pdf").status == "damaged"
    assert file_of(report, "a.pdf").reason.endswith("The version stored before is kept.")
    assert sources(catalogue) == ["a.pdf"] and catalogue.passages(catalogue.documents()[0].id)


def test_a_bad_sidecar_names_its_field_and_keeps_what_is_stored(
    run: Run, folder: Path, catalogue: Catalogue
) -> None:
    (folder / "a.txt").write_text(GOOD)
    run()
    (folder / "a.txt.meta.yaml").write_text("published: 2020-13-01\n")
    report = run()
    assert file_of(report, "a.txt").status == "bad_metadata"
    assert "published = '2020-13-01'" in file_of(report, "a.txt").reason
    assert sources(catalogue) == ["a.txt"]


BAD = {
    "broken.pdf": (bad_files.pdf()[:700], "damaged"),
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\n", "empty"),
    "scan.pdf": (bad_files.empty_pdf(), "no_text"),
    "locked.pdf": (bad_files.encrypted_pdf(), "encrypted"),
    "picture.txt": (bad_files.png(), "wrong_type"),
    "sheet.xlsx": (bad_files.xlsx(), "unsupported"),
    "no ending": (NETWORK.encode(), "unsupported"),
    "signs.txt": ("*** … ***\n\n— —".encode(), "no_text"),
    "bad front.md": (f"---\nas_of: i våras\n---\n{ADVICE}\n".encode(), "bad_metadata"),
}


def test_each_bad_file_has_a_status_and_the_rest_lands(run: Run, folder: Path, catalogue: Catalogue) -> None:
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "good.txt").write_text(GOOD)
    (folder / "old.txt").write_bytes("Åtgärder på Öland. Nästa år ökar stödet i Värmland.".encode("latin-1"))
    with (folder / "large.txt").open("wb") as large:
        os.truncate(large.fileno(), FILE_BYTES + 1)
    report = run()
    assert {file.source: file.status for file in report.failed} == {
        **{name: status for name, (_, status) in BAD.items()},
        "large.txt": "too_large",
    }
    assert all(
        file.source in file.reason and file.reason.endswith(".")
        for file in report.failed
        if file.status != "bad_metadata"
    )
    assert report.counts["failed"] == len(BAD) + 1 and report.counts["added"] == 2
    old = next(document for document in catalogue.documents() if document.source == "old.txt")
    assert catalogue.passages(old.id)[0].text == "Åtgärder på Öland. Nästa år ökar stödet i Värmland."


def test_a_file_of_a_hundred_gigabytes_is_not_opened(run: Run, folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as huge:
        os.truncate(huge.fileno(), 100 * 2**30)  # a hole: it takes no room on the disk
    assert file_of(run(), "huge.txt").status == "too_large"


def test_names_in_another_encoding(run: Run, folder: Path, catalogue: Catalogue) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + "/åäö.txt".encode("latin-1")))).write_text(GOOD)
    (folder / "Ärende #1 100%?.txt").write_text(text_of("Ärende", NETWORK))
    (folder / "a\x1b[2J\n.txt").write_text(text_of("Annat", ADVICE))
    assert set(outcomes(run()).values()) == {"added"}
    names = {"a\ufffd[2J\ufffd.txt", "Ärende #1 100%?.txt", "\ufffd\ufffd\ufffd.txt"}
    assert set(sources(catalogue)) == names
    assert set(outcomes(run(load=no_model)).values()) == {"unchanged"}


def test_hidden_files_and_links_to_folders_are_passed_over(run: Run, folder: Path) -> None:
    (folder / ".hidden.txt").write_text(GOOD)
    (folder / "~$open.docx").write_text("x")
    (folder / "loop").symlink_to(folder)
    (folder / "a.txt").write_text(GOOD)
    assert outcomes(run()) == {"a.txt": "added"}


def test_the_same_file_given_twice_is_read_once(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text(GOOD)
    assert len(run(folder, folder / "a.txt", folder).files) == 1


def test_what_is_no_file_or_folder_is_refused_before_anything_is_done(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for path, words in (
        (folder / "gone", "does not exist"),
        (folder / "pipe", "neither a file nor a folder"),
    ):
        with pytest.raises(IngestError, match=words):
            run(path)
    (folder / "a.txt").write_text(GOOD)
    assert outcomes(run()) == {"a.txt": "added"}  # the pipe is passed over


def test_a_folder_that_cannot_be_opened_is_not_taken_for_empty(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text(GOOD)
    if os.geteuid() == 0:
        pytest.skip("root may open every folder")
    (folder / "closed").mkdir(mode=0)
    with pytest.raises(IngestError, match="closed cannot be opened"):
        run(prune=True)


class Faulty(Reader):
    """Hands on one file with a block that lies nowhere, as no loader should."""

    def read(self, name: str, data: bytes) -> ReadResult:
        result = super().read(name, data)
        if name != "odd.txt" or result.file is None:
            return result
        block = replace(result.file.blocks[0], end=None)  # type: ignore[arg-type]
        return replace(result, file=replace(result.file, blocks=(block,)))


def test_a_fault_in_one_file_does_not_stop_the_others(
    catalogue: Catalogue,
    settings: Settings,
    embedder: Embedder,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("a.txt", "odd.txt", "z.txt"):
        (folder / name).write_text(f"{name} {GOOD}")
    catalogue.check_model(embedder.identity)
    with Faulty(settings) as faulty:
        report = ingest(find_roots([folder]), catalogue, lambda: embedder, faulty)
    assert outcomes(report) == {"a.txt": "added", "odd.txt": "failed", "z.txt": "added"}
    assert "could not be cut into passages (TypeError)" in file_of(report, "odd.txt").reason
    assert "odd.txt" in caplog.text


def test_folders_within_folders(run: Run, folder: Path) -> None:
    deep = folder
    for _ in range(1_200):
        deep = deep / "x"
        deep.mkdir()
    (deep / "a.txt").write_text(GOOD)
    try:
        assert len(run().files) == 1
    finally:  # what cleans up after tests cannot go so deep
        (deep / "a.txt").unlink()
        os.removedirs(deep)


def test_progress_is_told_before_each_file(
    catalogue: Catalogue, reader: Reader, embedder: Embedder, folder: Path
) -> None:
    (folder / "a.txt").write_text(GOOD)
    (folder / "b.txt").write_text("")
    heard: list[tuple[int, int, str]] = []
    catalogue.check_model(embedder.identity)
    ingest(find_roots([folder]), catalogue, lambda: embedder, reader, progress=lambda *one: heard.append(one))
    assert heard == [(0, 2, "a.txt"), (1, 2, "b.txt"), (2, 2, "")]


def test_front_matter_of_other_tools_is_reported_not_refused(run: Run, folder: Path) -> None:
    (folder / "note.md").write_text(f"---\ntitle: Stöd\nlayout: post\ntags: [a]\n---\n{ADVICE}\n", "utf-8")
    (report,) = [file for file in run().files if file.source == "note.md"]
    assert report.outcome is Outcome.ADDED and report.title == "Stöd"
    assert "layout, tags" in report.reason
