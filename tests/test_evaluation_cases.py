"""The questions of a set are corrected, removed and named; what goes wrong is told in the pages' words."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from small_service import Running, running
from test_web import Elements, words
from workplace import REFUSED, RIGHT, logged, opened, run_set, upload

from assistant.evaluation.cases import Case
from assistant.evaluation.collection import Collection, LastCase, NoSuchCase
from assistant.evaluation.sets import SetError, read_bytes

FULL = {
    **RIGHT,
    "id": "a/b ?&",
    "lang": "sv",
    "persona": "sme",
    "category": "tid",
    "region": "Sjöbygden",
    "must_include": [["100 000", " 10 "], ["a;b"]],
    "must_not_include": ["en miljon"],
    "evidence": [{"source": "a.md", "quote": "Första."}, {"source": "b.md", "quote": "Andra."}],
    "history": [{"role": "user", "content": "Hej!"}, {"role": "assistant", "content": "Hej själv."}],
    "gold_answer": "Högst 100 000.",
    "notes": "Egen.",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("evaluation")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def stored(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.get(f"/evaluation/sets/{name}/download").text.splitlines()]


def filled(page: str) -> dict[str, Any]:
    """What a browser sends of the question form when nothing is changed."""
    form: dict[str, Any] = {}
    elements = Elements(page)
    for each in elements.all("input"):
        name, ticked = each.get("name"), each.get("type") in ("checkbox", "radio")
        if name and (not ticked or "checked" in each):
            form.setdefault(name, []).append(each.get("value") or "")
    return form


def test_a_blank_name_gets_the_next_free_number(client: httpx.Client, service: Running) -> None:
    upload(client, "nummer.jsonl", {"question": "Ett?"}, {"id": "Q003", "question": "Tre?"})
    client.post("/api/chat", json={"question": "Vad finns för stöd?"})
    address = f"/evaluation/questions/{logged(service, 'Vad finns för stöd?')}"
    for _ in range(2):
        page = client.post(address, data={"set": "nummer", "id": " ", "question": "Till?"})
        assert page.url.path == "/evaluation/sets/nummer"
    assert [row["id"] for row in stored(client, "nummer")] == ["Q001", "Q003", "Q004", "Q005"]
    client.post(address, data={"new_set": "ny nummer", "question": "Först?"})
    assert [row["id"] for row in stored(client, "ny-nummer")] == ["Q001"]


def test_a_used_name_is_told_by_the_forms_own_label(client: httpx.Client, service: Running) -> None:
    upload(client, "upptagen.jsonl", RIGHT)
    client.post("/api/chat", json={"question": "Vad finns för stöd?"})
    address = f"/evaluation/questions/{logged(service, 'Vad finns för stöd?')}"
    response = client.post(address, data={"set": "upptagen", "id": "r", "question": "Igen?"})
    assert response.status_code == 422
    assert "Testfrågans namn: namnet ”r” är redan taget i samlingen." in words(response.text)
    (field,) = [each for each in Elements(response.text).all("input") if each.get("aria-invalid")]
    assert (field["id"], field["aria-describedby"]) == ("id", "id-hint fault-id")
    assert any(each.get("id") == "fault-id" for each in Elements(response.text).all("li"))
    half = client.post(address, data={"set": "upptagen", "question": "Igen?", "quote": "Utan källa."})
    assert "fyll i både källa och citat" in words(half.text)


def test_a_question_is_corrected(client: httpx.Client) -> None:
    upload(client, "rätta.jsonl", FULL, REFUSED)
    where = {"id": FULL["id"]}
    page = client.get("/evaluation/sets/rätta/case", params=where)
    assert page.status_code == 200 and "Hej själv." in page.text
    texts = {name: FULL[name] for name in ("question", "gold_answer", "notes")}
    texts |= {"must_include": '100 000 | " 10 "\r\n"a;b"', "must_not_include": "en miljon"}
    for text in texts.values():
        assert str(text).replace("\r\n", "\n").replace('"', "&#34;") in page.text
    form = {**filled(page.text), **texts, "language": "sv", "persona": "sme"}
    client.post("/evaluation/sets/rätta/case", params=where, data=form)
    assert stored(client, "rätta")[0] == FULL
    changed = {**form, "question": "Ny?", "evidence": ["2"], "source": "c.md", "quote": "Tredje.", "id": "c"}
    page = client.post("/evaluation/sets/rätta/case", params=where, data=changed)
    assert (page.url.path, "Ändringen är sparad." in page.text) == ("/evaluation/sets/rätta", True)
    first, second = stored(client, "rätta")
    assert (first["id"], first["question"], second["id"]) == ("c", "Ny?", "o")
    assert [each["source"] for each in first["evidence"]] == ["b.md", "c.md"]
    for wrong in ({"id": "o"}, {"question": " "}):
        refused = client.post("/evaluation/sets/rätta/case?id=c", data={**changed, **wrong})
        assert (refused.status_code, "Testfrågan kan inte sparas" in refused.text) == (422, True)
    assert stored(client, "rätta") == [first, second]
    client.post("/evaluation/sets/rätta/case?id=c", data={**changed, "id": ""})
    assert stored(client, "rätta")[0]["id"] == "c"
    assert client.get("/evaluation/sets/rätta/case?id=finns-inte").status_code == 404
    assert client.get("/evaluation/sets/finns-inte/case?id=c").status_code == 404


def test_one_question_is_removed_but_not_the_last(client: httpx.Client) -> None:
    upload(client, "bort.jsonl", FULL, REFUSED)
    page = client.get("/evaluation/sets/bort").text
    (form, _) = [each["action"] for each in Elements(page).all("form") if "case/remove" in each["action"]]
    done = client.post(form)
    assert (done.url.path, "Frågan är borttagen" in done.text) == ("/evaluation/sets/bort", True)
    assert [row["id"] for row in stored(client, "bort")] == ["o"]
    assert "case/remove" not in done.text
    assert client.post(form).status_code == 404
    last = client.post("/evaluation/sets/bort/case/remove?id=o")
    assert (last.status_code, "hela samlingen" in last.text) == (409, True)
    assert len(stored(client, "bort")) == 1


def test_a_set_is_downloaded_as_excel(client: httpx.Client) -> None:
    upload(client, "ark.jsonl", FULL, REFUSED)
    saved = client.get("/evaluation/sets/ark/excel")
    assert saved.headers["content-disposition"].startswith('attachment; filename="ark.xlsx"')
    jsonl = client.get("/evaluation/sets/ark/download").content
    assert read_bytes("ark.xlsx", saved.content) == read_bytes("ark.jsonl", jsonl)
    upload(client, "svår.jsonl", RIGHT, {**REFUSED, "must_include": [["två\nrader"]]})
    refused = client.get("/evaluation/sets/svår/excel")
    assert (refused.status_code, "de här frågorna: o." in words(refused.text)) == (422, True)


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_problems_are_told_for_what_they_are(client: httpx.Client, language: str) -> None:
    name = run_set(client, f"fel-{language}", RIGHT)
    spoken = {"lang": language}
    at = f"/evaluation/runs/{name}/questions"
    large = client.post("/evaluation/sets", params=spoken, files={"file": ("a.jsonl", b"x" * 10_500_000)})
    note = client.post(f"{at}/1", params=spoken, data={"verdict": "wrong", "note": "x" * 5000})
    form = client.post(f"{at}/1", params=spoken, data={"verdict": "maybe"})
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = client.post("/evaluation/sets", params=spoken, content=b"--y", headers=kind)
    missing = client.get(f"{at}/abc", params=spoken)
    told = [(large, 413), (note, 422), (form, 422), (broken, 422), (missing, 404)]
    for page, status in told:
        assert page.status_code == status
        links = [each["href"] for each in Elements(page.text).all("a")]
        assert f"/evaluation?lang={language}" in links
        said = words(page.text)
        assert not any(word in said for word in ("10240", "JSON", "note ", ": note", "number", "verdict"))
    assert "10 MB" in words(large.text)
    assert "4000" in words(note.text)
    names = {"sv": "Anteckning", "en": "Note", "no": "Merknad"}
    assert names[language] in words(note.text)


def test_those_who_may_not_come_in_are_led_to_the_chat(client: httpx.Client) -> None:
    page = client.get("/evaluation", headers={"X-Forwarded-For": "127.0.0.1"})
    links = [each["href"] for each in Elements(page.text).all("a")]
    assert page.status_code == 403 and not any((href or "").startswith("/evaluation") for href in links)


def test_the_chats_own_problems_are_as_they_were(client: httpx.Client) -> None:
    large = client.post("/api/chat", content=b"x" * 70_000)
    assert "64 kilobyte" in large.json()["detail"]


def test_a_collection_keeps_whole_sets(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    collection.keep("s", [Case("a", "A?"), Case("", "B?")])
    assert [case.id for case in collection.read("s").cases] == ["a", "Q002"]
    with pytest.raises(SetError):
        collection.change("s", "a", Case("Q002", "A?"))
    with pytest.raises(NoSuchCase):
        collection.drop("s", "b")
    collection.drop("s", "a")
    with pytest.raises(LastCase):
        collection.drop("s", "Q002")
    assert [case.id for case in collection.read("s").cases] == ["Q002"]


def test_a_set_is_not_removed_while_it_is_written(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    collection.keep("s", [Case("a", "A?")])
    remover = Thread(target=collection.remove, args=("s",))
    with collection._writing:
        remover.start()
        remover.join(0.3)
        assert collection.names() == ["s"]
    remover.join(10)
    assert collection.names() == []
