"""The starter corpus: every sheet is well formed, dated, in our own words and free of contact data."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SHEETS = sorted((ROOT / "ingest" / "starter").glob("*.md"))
SHARED = ROOT.parent / "shared"
KEYS = {
    "title",
    "publisher",
    "kind",
    "region",
    "language",
    "period",
    "status",
    "as_of",
    "source_url",
    "confidence",
}
KINDS = {
    "programme",
    "funding",
    "organisation",
    "region",
    "territory",
    "names",
    "project",
    "glossary",
    "guide",
}
STATUSES = {"current", "ended", "historical", "proposal", "unknown"}
WRITTEN = "2026-11"
RUN = 8

each_sheet = pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)


def parts(path: Path) -> tuple[dict, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body.strip()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(tokens: list[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[start : start + RUN]) for start in range(len(tokens) - RUN + 1)}


def sentences(body: str) -> list[str]:
    """Sentences and list items; tables cell by cell."""
    return re.split(r"(?<=[.!?:])\s+|\n|\|", body)


def test_there_are_enough_sheets_and_titles_are_unique():
    titles = [parts(path)[0]["title"] for path in SHEETS]
    assert len(SHEETS) >= 25
    assert len(set(titles)) == len(titles)


@each_sheet
def test_file_name_is_plain(path):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.md", path.name)


@each_sheet
def test_front_matter(path):
    front, _ = parts(path)
    assert set(front) == KEYS
    assert front["kind"] in KINDS
    assert front["status"] in STATUSES
    assert front["confidence"] in {"high", "medium"}
    assert front["language"] == "sv"
    assert front["publisher"] == "Utblick"
    assert front["region"] and all(isinstance(name, str) for name in front["region"])
    assert set(front["period"]) == {"from", "to"}
    assert all(re.fullmatch(r"(\d{4}(-\d{2})?)?", value) for value in front["period"].values())
    addresses = front["source_url"] if isinstance(front["source_url"], list) else [front["source_url"]]
    assert addresses and all(address.startswith("https://") for address in addresses)


@each_sheet
def test_date_is_that_of_the_source_and_not_in_the_future(path):
    as_of = parts(path)[0]["as_of"]
    assert re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", as_of)
    assert as_of <= min(WRITTEN, date.today().isoformat())


@each_sheet
def test_older_facts_say_where_to_check(path):
    front, body = parts(path)
    if front["as_of"] < "2025":
        assert "Kontrollera" in body


@each_sheet
def test_body_shape(path):
    front, body = parts(path)
    assert body.splitlines()[0] == f"# {front['title']}"
    assert 2 <= len(re.findall(r"^## \S", body, re.MULTILINE)) <= 7
    assert 80 <= len(body.split()) <= 400


@each_sheet
def test_no_personal_contact_data(path):
    text = path.read_text(encoding="utf-8")
    assert "@" not in text
    assert not re.search(r"\+\d{2}[ \d-]{6,}", text)
    assert not re.search(r"(?<!\d )(?<!\d)0\d{1,3}[ -]\d{2,3}[ -]?\d{2}", text)


@pytest.fixture(scope="module")
def shared_runs() -> set[tuple[str, ...]]:
    domain = SHARED / "design" / "domain.md"
    if not domain.exists():
        pytest.skip("the shared documents are not on this machine")
    sources = [*(SHARED / "corpus").glob("*.txt"), domain]
    texts = (source.read_text(encoding="utf-8", errors="replace") for source in sources)
    return set().union(*(runs(words(text)) for text in texts))


@each_sheet
def test_wording_is_our_own(path, shared_runs):
    """No eight words in a row, inside a sentence, are taken from the documents the facts come from."""
    _, body = parts(path)
    copied = [sentence for sentence in sentences(body) if runs(words(sentence)) & shared_runs]
    assert not copied
