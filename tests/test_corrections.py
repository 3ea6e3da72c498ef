"""Corrections and uploads: what a person says wins, stays, and is undone; files are kept whole and apart."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashedEmbedder
from prose import ADVICE, NETWORK, made, text_of

from ingest.origins import source_of
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.report import FileReport, IngestReport, Outcome
from ingest.sources import content_digest, digest, find_roots, starter_root
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.corrections import Corrections, correctable, corrected_values
from vectorstore.embedder import Embedder
from vectorstore.passages import Metadata, Status
from vectorstore.settings import Settings
from vectorstore.stated_fields import stated_faults
from vectorstore.uploads import LONGEST_NAME, Uploads, bare_name, upload_name, upload_uri

TEXT = text_of("# Region Skogens strategi 2019–2023", ADVICE, "Region Skogen har ansvaret.", NETWORK)
ALL = {
    "title": "Rätt titel",
    "publisher": "",
    "regions": ["Dalarna", "Värmland"],
    "language": "no",
    "published": "2020-02",
    "as_of": "2021",
    "period": ["2020", ""],
    "status": "ended",
    "source_url": "https://skogen.example/",
    "kind": "plan",
}


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
def corrections(catalogue: Catalogue) -> Corrections:
    return Corrections(catalogue.engine)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    one = tmp_path / "filer"
    one.mkdir()
    return one


class Runner:
    """Ingests a folder with a small model."""

    def __init__(self, catalogue: Catalogue, reader: Reader, folder: Path) -> None:
        self.catalogue, self.reader, self.folder = catalogue, reader, folder

    def __call__(self) -> IngestReport:
        return ingest(find_roots([self.folder]), self.catalogue, self._embedder, self.reader)

    def one(self) -> FileReport:
        (report,) = self().files
        return report

    def metadata(self, path: Path) -> Metadata:
        (found,) = [one for one in self.catalogue.documents() if one.uri == path.as_uri()]
        return found.metadata

    def _embedder(self) -> Embedder:
        small = HashedEmbedder()
        self.catalogue.check_model(small.identity)
        return small  # type: ignore[return-value]


@pytest.fixture
def run(catalogue: Catalogue, reader: Reader, folder: Path) -> Runner:
    return Runner(catalogue, reader, folder)


def test_corrections_are_kept_replaced_and_forgotten(corrections: Corrections) -> None:
    assert corrections.find("file:///a") == {} and corrections.all() == {}
    corrections.save("file:///a", ALL)
    corrections.save("upload:b", {"title": "B"})
    assert corrections.find("file:///a") == ALL
    corrections.save("file:///a", {"kind": "rapport"})
    assert corrections.all() == {"file:///a": {"kind": "rapport"}, "upload:b": {"title": "B"}}
    corrections.clear("upload:b")
    corrections.save("file:///a", {})
    assert corrections.all() == {}


def test_a_correction_has_the_types_of_metadata_and_back() -> None:
    values = corrected_values(ALL | {"found": "x", "stray": 1})
    assert values["regions"] == ("Dalarna", "Värmland") and values["status"] is Status.ENDED
    assert correctable(Metadata(**values)) == ALL


def test_what_the_desk_says_wins_and_what_it_leaves_empty_stays_empty() -> None:
    stated = {
        "desk": corrected_values(ALL),
        "sidecar": {"title": "Fel", "publisher": "Fel", "confidence": "high"},
        "front matter": {"kind": "fel"},
    }
    metadata = made(TEXT, "text.txt", stated)[0].metadata
    assert correctable(metadata) == ALL and metadata.confidence == "high"
    assert {metadata.found[field] for field in ALL} == {"desk"}
    assert metadata.found["confidence"] == "sidecar"


def test_a_digest_without_a_correction_is_as_it_always_was() -> None:
    plain, corrected = digest(b"x", b"y"), digest(b"x", b"y", b"{}")
    assert digest(b"x", b"y", b"") == plain != corrected
    assert content_digest(corrected) == plain == content_digest(plain)


def test_a_correction_outlives_new_readings_and_can_be_undone(
    run: Runner, corrections: Corrections, folder: Path
) -> None:
    file = folder / "strategi.md"
    file.write_text(TEXT, "utf-8")
    (folder / "strategi.md.meta.yaml").write_text("regions: Gotland\npublisher: Region Sjön\n")
    run()
    before = run.metadata(file)
    corrections.save(file.as_uri(), {"regions": ["Värmland"], "published": "2020"})
    assert run.one().outcome is Outcome.CHANGED
    assert run.one().outcome is Outcome.UNCHANGED
    after = run.metadata(file)
    assert (after.regions, after.published, after.publisher) == (("Värmland",), "2020", "Region Sjön")
    document = run.catalogue.document(run.one().document_id)
    assert document
    (passage, *_) = run.catalogue.passages(document.id)
    assert "Värmland" in passage.header and "2020" in passage.header and passage.published == "2020"
    file.write_text(TEXT.replace("ansvaret", "hela ansvaret"), "utf-8")
    assert run.one().outcome is Outcome.CHANGED and run.metadata(file).regions == ("Värmland",)
    file.write_text(TEXT, "utf-8")
    corrections.clear(file.as_uri())
    run()
    assert run.metadata(file) == before


def test_a_copy_of_a_corrected_document_is_still_a_copy(
    run: Runner, corrections: Corrections, folder: Path
) -> None:
    file = folder / "a.md"
    file.write_text(TEXT, "utf-8")
    corrections.save(file.as_uri(), {"title": "Rätt"})
    run()
    (folder / "b.md").write_text(TEXT, "utf-8")
    first, second = run().files
    assert (first.outcome, second.outcome) == (Outcome.UNCHANGED, Outcome.DUPLICATE)
    assert second.document_id == first.document_id


def test_every_kind_of_document_is_found_again(settings: Settings, folder: Path) -> None:
    file = folder / "å b.txt"
    file.write_text("x")
    uploads = Uploads(settings.data_dir)
    uploads.keep(uploads.take_in(io.BytesIO(b"y")), "å b.txt")
    sheet = starter_root().sources[0]
    for uri, data in [
        (file.as_uri(), b"x"),
        (upload_uri("å b.txt"), b"y"),
        (sheet.uri, sheet.path.read_bytes()),
    ]:
        source = source_of(settings, uri, "å b.txt")
        assert source and source.path.read_bytes() == data and (source.uri, source.name) == (uri, "å b.txt")
    file.unlink()
    gone = (file.as_uri(), upload_uri("annan"), "starter:borttaget", "https://x.example/", "okänt:x")
    assert [source_of(settings, uri, "x") for uri in gone] == [None] * len(gone)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\Users\\anna\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", ""),
        (".", ""),
        ("", ""),
        ("\x00", ""),
        ("mapp/", "mapp"),
        ("pl\x00an\r\n\x1b[2J.pdf", "plan[2J.pdf"),
        ("fdp\u202e.exe", "fdp.exe"),
        ("a\u030a.pdf", "å.pdf"),
        ("CON.txt", "CON.txt"),
        ("<script>.html", "<script>.html"),
        ("\udcff.pdf", "?.pdf"),
    ],
)
def test_a_name_is_fit_to_be_shown(sent: str, kept: str) -> None:
    assert bare_name(sent) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = bare_name("å" * 1000 + ".pdf")
    assert len(name) == LONGEST_NAME and name.endswith("å.pdf")


def test_no_name_leads_out_of_the_folder_or_onto_another(settings: Settings) -> None:
    uploads = Uploads(settings.data_dir)
    names = ["plan.pdf", "Plan.pdf", "plän.pdf", "pl an.pdf", "pl-an.pdf", "plan.pdf ", "CON", "nul.txt"]
    names += [
        "a/../../b.pdf",
        "/etc/passwd",
        "x" * 1000 + ".pdf",
        "x" * 1001 + ".pdf",
        "東京.pdf",
        "大阪.pdf",
    ]
    names += [".htaccess", "a.meta.yaml", "a.pdf.meta.yaml", ";rm -rf.pdf", "a.p\ndf"]
    paths = [uploads.path(name) for name in names]
    assert len({str(path).casefold() for path in paths}) == len(names)
    for path in paths:
        assert path.parent == uploads.folder and path.name.isascii() and len(path.name) < 100
        assert not path.name.startswith(".") and not path.name.endswith(".meta.yaml")
        assert path.stem.casefold() not in ("con", "nul")
    assert [upload_name(upload_uri(name)) for name in names] == names


def test_an_upload_is_there_whole_or_not_at_all(settings: Settings, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError("the connection is gone")
            return super().read(10)

    uploads = Uploads(settings.data_dir)
    with pytest.raises(OSError, match="gone"):
        uploads.take_in(Broken(b"x" * 100))
    assert [path for path in uploads.folder.rglob("*") if path.is_file()] == []
    first = uploads.take_in(io.BytesIO(b"1"))
    second = uploads.take_in(io.BytesIO(b"2"))
    uploads.keep(first, "a.txt")
    assert uploads.path("a.txt").read_bytes() == b"1" and uploads.arrived(second).read_bytes() == b"2"
    uploads.keep(second, "a.txt")
    assert uploads.path("a.txt").read_bytes() == b"2" and not uploads.arrived(second).exists()
    assert uploads.remove("a.txt") and not uploads.remove("a.txt")
    uploads.drop(second)


@pytest.mark.parametrize(
    ("stated", "field", "code"),
    [
        ({"published": "2020-13"}, "published", "date"),
        ({"period": {"from": "igår", "to": ""}}, "period.from", "date"),
        ({"period": {"from": "2024", "to": "2023-12"}}, "period", "order"),
        ({"title": "x" * 301}, "title", "string_too_long"),
        ({"status": "giltig"}, "status", "enum"),
    ],
)
def test_the_fields_are_checked_by_one_set_of_rules(stated: dict[str, object], field: str, code: str) -> None:
    (fault,) = stated_faults(stated)
    assert (fault.field, fault.code) == (field, code)


@pytest.mark.parametrize(
    "span", [("2024", "2024-03"), ("2024-03", "2024"), ("", "2020"), ("2020", ""), ("", "")]
)
def test_a_period_may_be_open_or_within_a_year(span: tuple[str, str]) -> None:
    assert stated_faults({"period": list(span)}) == []
