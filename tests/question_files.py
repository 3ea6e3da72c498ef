"""Makes question sets as files: good ones, and those with a fault in a row and field that are known."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from assistant.evaluation.sets import SetError, read_bytes

HEADER = ("Id", "Fråga", "Persona", "Besvarbar", "Måste nämnas", "Källa", "Citat")
SHEET = "xl/worksheets/sheet1.xml"
SECOND = "xl/worksheets/sheet2.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def csv_file(*rows: tuple[str, ...], delimiter: str = ";") -> bytes:
    """The rows as they are, without any quoting."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode()


def jsonl(*rows: dict[str, Any]) -> bytes:
    """A row a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def xlsx(*rows: tuple[Any, ...], change: Callable[[Any], None] = lambda book: None) -> bytes:
    """A workbook with the rows in its only sheet; `change` does more to it."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The archive with `old` replaced by `new` in one of its parts."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
        assert part in source.namelist()
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(entry.filename, content)
    return file.getvalue()


def raw_sheet(rows: bytes, after: bytes = b"") -> bytes:
    """A workbook whose sheet has these rows and this after them as XML, whatever it is."""
    return with_part(
        xlsx(), SHEET, b"<sheetData></sheetData>", b"<sheetData>" + rows + b"</sheetData>" + after
    )


def with_texts(data: bytes, *texts: str) -> bytes:
    """The workbook with a table of texts, which Excel keeps apart from the cells; texts are XML."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    file = BytesIO(with_part(data, "[Content_Types].xml", b"</Types>", override.encode()))
    with ZipFile(file, "a", ZIP_DEFLATED) as target:
        items = "".join(f"<si>{text}</si>" for text in texts)
        target.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{items}</sst>')
    return file.getvalue()


def inline(reference: str, text: str) -> bytes:
    """A cell with a text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def ole(stream: str) -> bytes:
    """The start of a compound file, as old Excel files and protected ones are."""
    return _OLE + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def doctype(declared: bytes, part: str = SHEET, root: bytes = b"<worksheet") -> bytes:
    """A workbook with a part, its sheet, that begins with a document type."""
    return with_part(xlsx(("fråga",), ("Hej?",)), part, root, declared + root)


def faults(name: str, data: bytes) -> list[tuple[int, str, str]]:
    """Row, field and code of everything that is wrong with a file."""
    with pytest.raises(SetError) as caught:
        read_bytes(name, data)
    return [(fault.row, fault.field, fault.code) for fault in caught.value.faults]


def questions(name: str, data: bytes) -> list[str]:
    """What a file asks."""
    return [case.question for case in read_bytes(name, data).cases]


def text_cells(book: Any) -> None:
    """Mark what looks like a formula as the text it is."""
    for row in book.active.iter_rows():
        for cell in row:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type


@dataclass(frozen=True)
class Bad:
    """A file with faults, each a (row, field, code)."""

    file: str
    make: Callable[[], bytes]
    faults: tuple[tuple[int, str, str], ...]


def _csv(*rows: tuple[str, ...]) -> Callable[[], bytes]:
    return lambda: csv_file(HEADER, ("1", "Vad kostar det?"), *rows)


def _titled(*header: str) -> Callable[[], bytes]:
    return lambda: csv_file(header, ("Hur?", "Var?"))


def _json(**values: Any) -> Callable[[], bytes]:
    return lambda: jsonl({"question": "Vad kostar det?"}, values)


def _line(text: str) -> Callable[[], bytes]:
    return lambda: b'{"question": "Vad kostar det?"}\n\n' + text.encode() + b"\n"


def _cells(*row: Any) -> Callable[[], bytes]:
    return lambda: xlsx(("Frågor från Ekhamn",), (), HEADER, ("1", "Vad kostar det?"), row)


def bad_csv() -> list[Bad]:
    """CSV files with faults."""
    long = "å" * 2001
    made: list[tuple[str, Callable[[], bytes], tuple[int, str, str]]] = [
        ("svar.csv", _csv(("2", "", "sme")), (3, "Fråga", "missing_question")),
        ("vem.csv", _csv(("2", "Hur?", "chefen")), (3, "Persona", "persona")),
        ("kanske.csv", _csv(("2", "Hur?", "", "kanske")), (3, "Besvarbar", "answerable")),
        ("språk.csv", lambda: csv_file(("fråga", "Språk"), ("Hur?", "finska")), (2, "Språk", "language")),
        ("två.csv", _csv(("2", "Hur?"), ("", ""), ("1", "När?")), (5, "Id", "duplicate_id")),
        ("lång.csv", _csv(("2", long)), (3, "Fråga", "long_text")),
        ("region.csv", lambda: csv_file(("fråga", "Län"), ("Hur?", "x" * 101)), (2, "Län", "long_text")),
        ("nul.csv", _csv(("2", "Hur\0?")), (3, "Fråga", "characters")),
        ("klocka.csv", _csv(("2", "Hur?", "", "", "p\x07ris")), (3, "Måste nämnas", "characters")),
        ("källa.csv", _csv(("2", "Hur?", "", "", "", "plan.pdf")), (3, "Citat", "half_pair")),
        ("citat.csv", _csv(("2", "Hur?", "", "", "", "", "Ord.")), (3, "Källa", "half_pair")),
        ("extra.csv", _csv(("2", "Hur?", "", "", "", "", "", "", "Vad?")), (3, "I", "no_header")),
        ("rubrik.csv", _titled("Fråga", "Kattegori"), (1, "Kattegori", "unknown_column_near")),
        ("okänd.csv", _titled("Fråga", "Zzz"), (1, "Zzz", "unknown_column")),
        ("numrerad.csv", _titled("Fråga", "Persona 2"), (1, "Persona 2", "unknown_column_near")),
        ("bred.csv", lambda: csv_file(HEADER, ("1", "Hur?"), ("a",) * 101), (3, "", "wide")),
        ("dubbel.csv", _titled("Fråga", "Facit", "Rätt svar"), (1, "Rätt svar", "column_twice")),
        ("ingen.csv", lambda: csv_file(("Persona", "Id"), ("sme", "1")), (1, "", "no_question_column")),
        ("rubriklös.csv", lambda: csv_file(("Vad kostar det?",)), (1, "", "no_question_column")),
        ("citattecken.csv", _csv(("2", '"Hur?'), ("3", "När?")), (3, "", "quotes")),
        ("inuti.csv", _csv(("2", '"Vad är "exportcheck"?"')), (3, "", "quotes")),
        ("tom.csv", lambda: csv_file(HEADER), (0, "", "empty")),
        ("ingenting.csv", lambda: b"", (0, "", "empty")),
        ("bok.csv", lambda: xlsx(HEADER, ("1", "Hur?")), (0, "", "not_text_file")),
        ("udda.csv", lambda: b"question\r\nWhat\x81 is it?\r\n", (0, "", "encoding")),
        ("samtal.csv", _titled("Fråga", "Tidigare fråga"), (2, "tidigare svar", "half_pair")),
    ]  # fmt: skip
    return [Bad(file, make, (fault,)) for file, make, fault in made]


def bad_jsonl() -> list[Bad]:
    """JSONL files with faults."""
    ask, banned, empty = {"question": "Hur?"}, "must_not_include", [{"source": "a", "quote": " "}]
    bot, many = [{"role": "bot", "text": "a"}], [{"role": "user", "text": "a"}] * 21
    made: list[tuple[str, Callable[[], bytes], tuple[int, str, str]]] = [
        ("saknas.jsonl", _json(id="a"), (2, "question", "missing_question")),
        ("blank.jsonl", _json(question=" "), (2, "question", "missing_question")),
        ("tal.jsonl", _json(question=7), (2, "question", "not_text")),
        ("klippt.jsonl", _line('{"question": "Hur'), (3, "", "bad_json")),
        ("nan.jsonl", _line('{"question": "Hur?", "answerable": NaN}'), (3, "", "bad_json")),
        ("djup.jsonl", _line("[" * 100_000), (3, "", "bad_json")),
        ("sträng.jsonl", _line('"Hur?"'), (3, "", "not_object")),
        ("igen.jsonl", _line('{"question": "Hur?", "id": "1", "id": "2"}'), (3, "id", "field_twice")),
        ("lista.jsonl", lambda: b'[{"question": "Hur?"}]', (1, "", "json_list")),
        ("spridd.jsonl", lambda: b'{\n "question": "Hur?"\n}', (1, "", "json_spread")),
        ("fält.jsonl", _json(**ask, categori="x"), (2, "categori", "unknown_field_near")),
        ("svenska.jsonl", _json(**ask, besvarbar=True), (2, "besvarbar", "unknown_field_near")),
        ("främmande.jsonl", _json(**ask, zzz=1), (2, "zzz", "unknown_field")),
        ("ja.jsonl", _json(**ask, answerable="ja"), (2, "answerable", "json_answerable")),
        ("lang.jsonl", _json(**ask, lang="svenska"), (2, "lang", "language")),
        ("chef.jsonl", _json(**ask, persona="chef"), (2, "persona", "persona")),
        ("ord.jsonl", _json(**ask, must_include="ord"), (2, "must_include", "must_include_shape")),
        ("platt.jsonl", _json(**ask, must_include=["a", "b"]), (2, "must_include", "must_include_flat")),
        ("blandad.jsonl", _json(**ask, must_include=[["a"], "b"]), (2, "must_include", "must_include_shape")),
        ("grupp.jsonl", _json(**ask, must_include=[[]]), (2, "must_include", "must_include_shape")),
        ("tom.jsonl", _json(**ask, must_include=[["a", ""]]), (2, "must_include", "empty_item")),
        ("inte.jsonl", _json(**ask, must_not_include=[["a"]]), (2, banned, "must_not_include_shape")),
        ("bevis.jsonl", _json(**ask, evidence=[{"source": "a"}]), (2, "evidence", "evidence_shape")),
        ("tomt.jsonl", _json(**ask, evidence=empty), (2, "evidence", "evidence_shape")),
        ("roll.jsonl", _json(**ask, history=bot), (2, "history", "history_shape")),
        ("led.jsonl", _json(**ask, history=many), (2, "history", "long_history")),
        ("halv.jsonl", _line('{"question": "Hur \\ud800?"}'), (3, "question", "characters")),
        ("latin.jsonl", lambda: b'{"question": "Hur?"}\n{"question": "N\xe4r?"}', (2, "", "not_utf8")),
        ("tomma.jsonl", lambda: b"\n \n", (0, "", "empty")),
        ("många.jsonl", lambda: jsonl(ask) * 5001, (0, "", "too_many")),
        ("stor.jsonl", lambda: b" " * (10 * 2**20 + 1), (0, "", "large_file")),
    ]  # fmt: skip
    return [Bad(file, make, (fault,)) for file, make, fault in made]


def _merge_question(book: Any) -> None:
    book.active.merge_cells("B2:B3")


def _second_sheet(book: Any) -> None:
    book.create_sheet("Äldre").append(("Nr", "Fråga"))
    book["Äldre"].append((1, "Var?"))


def _sheet_bomb() -> bytes:
    """Some 60 KB that unpack to 60 MB."""
    return raw_sheet(b" " * 60 * 2**20)


def bad_xlsx() -> list[Bad]:
    """Excel files with faults."""
    billion = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    merged = (HEADER, ("1", "Vad kostar det?"), ("2", None, "sme"))
    made: list[tuple[str, Callable[[], bytes], tuple[int, str, str]]] = [
        ("svar.xlsx", _cells("2", None, "sme"), (5, "Fråga", "missing_question")),
        ("vem.xlsx", _cells("2", "Hur?", "chefen"), (5, "Persona", "persona")),
        ("kanske.xlsx", _cells("2", "Hur?", None, 0.5), (5, "Besvarbar", "answerable")),
        ("två.xlsx", _cells(1.0, "Hur?"), (5, "Id", "duplicate_id")),
        ("utan.xlsx", _cells("2", "Hur?", *[None] * 5, None, "mer"), (5, "I", "no_header")),
        ("citat.xlsx", _cells("2", "Hur?", *[None] * 4, "Ord."), (5, "Källa", "half_pair")),
        ("formel.xlsx", _cells("2", '=CONCATENATE("Hur","?")'), (5, "Fråga", "formula")),
        ("fel.xlsx", _cells("2", "Hur?", None, None, "#REF!"), (5, "Måste nämnas", "cell_error")),
        ("saknas.xlsx", _cells("2", "#N/A"), (5, "Fråga", "cell_error")),
        ("rubrik.xlsx", lambda: xlsx(("Fråga", "Sprok"), ("Hur?",)), (1, "Sprok", "unknown_column_near")),
        ("ingen.xlsx", lambda: xlsx(("Frågor",), HEADER[::2], ("1", "sme")), (2, "", "no_question_column")),
        ("ihop.xlsx", lambda: xlsx(*merged, change=_merge_question), (3, "Fråga", "merged_question")),
        ("lång.xlsx", lambda: raw_sheet(_asked("a" * 32_768)), (2, "Fråga", "long_cell")),
        ("kolumn.xlsx", lambda: xlsx(("Fråga", "Fråga"), ("Hur?",)), (1, "Fråga", "column_twice")),
        ("tom.xlsx", lambda: xlsx(), (0, "", "empty")),
        ("rubriker.xlsx", lambda: xlsx(HEADER), (0, "", "empty")),
        ("skyddad.xlsx", lambda: ole("EncryptedPackage"), (0, "", "protected")),
        ("gammal.xlsx", lambda: ole("Workbook"), (0, "", "old_xls_inside")),
        ("text.xlsx", lambda: csv_file(HEADER), (0, "", "not_xlsx")),
        ("klippt.xlsx", lambda: xlsx(HEADER)[:900], (0, "", "damaged")),
        ("trasig.xlsx", lambda: with_part(xlsx(HEADER), SHEET, b"</row>", b"</rad>"), (0, "", "damaged")),
        ("zip.xlsx", lambda: xlsx().replace(b"xl/workbook.xml", b"xl/workbook.bin"), (0, "", "not_xlsx")),
        ("bomb.xlsx", _sheet_bomb, (0, "", "large_inside")),
        ("entiteter.xlsx", lambda: doctype(billion), (0, "", "refused_xml")),
        ("utifrån.xlsx", lambda: doctype(outside), (0, "", "refused_xml")),
        ("dtd.xlsx", lambda: doctype(b"<!DOCTYPE x>"), (0, "", "refused_xml")),
        ("två blad.xlsx", lambda: xlsx(HEADER, ("1", "Hur?"), change=_second_sheet), (0, "", "second_sheet")),
        ("tusen.xlsx", lambda: xlsx(("fråga",), *[("Hur?",)] * 5001), (0, "", "too_many")),
    ]  # fmt: skip
    return [Bad(file, make, (fault,)) for file, make, fault in made]


def _asked(text: str) -> bytes:
    rows = f"<row r='1'>{inline('A1', 'Fråga').decode()}</row><row r='2'>{inline('A2', text).decode()}</row>"
    return rows.encode()


def other_bad() -> list[Bad]:
    """Files that are not of a kind that is read."""
    kinds = {".xls": "old_xls", ".json": "suffix_json", ".docx": "suffix", ".ods": "suffix", "": "suffix"}
    return [Bad(f"frågor{end}", lambda: b"x", ((0, "", code),)) for end, code in kinds.items()]
