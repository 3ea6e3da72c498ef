"""What people make of runs: verdicts, comparisons, and test cases of logged questions."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from run_builder import build_run
from small_service import EVIL, FIRST, Running, running
from test_web import Elements, words
from workplace import RIGHT, WRONG, folder, logged, opened, run_set

from assistant.evaluation.verdicts import newest


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("evaluation")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def test_a_verdict_counts_but_changes_no_figure(client: httpx.Client, service: Running) -> None:
    name = run_set(client, "omdöme", RIGHT, WRONG)
    run = folder(service, name)
    computed = {
        file: (run.path / file).read_bytes() for file in ("results.jsonl", "summary.json", "results.csv")
    }
    address = f"/evaluation/runs/{name}/questions/1"
    page = client.post(
        address, data={"verdict": "wrong", "note": "Beloppet <b>är</b> gammalt.\r\nSe sidan 3."}
    )
    assert "Ditt omdöme är sparat." in page.text
    assert "Beloppet &lt;b&gt;är&lt;/b&gt; gammalt.\nSe sidan 3." in page.text
    verdict = newest(run)["r"]
    assert (verdict.right, verdict.note) == (False, "Beloppet <b>är</b> gammalt.\nSe sidan 3.")
    assert RIGHT["question"] in client.get(f"/evaluation/runs/{name}?show=failed").text
    assert "Granskade av en människa: 1" in words(client.get("/evaluation").text)
    assert "Se sidan 3." in client.get(f"/evaluation/runs/{name}/report").text
    client.post(address, data={"verdict": "right"})
    assert newest(run)["r"].right
    assert "Se sidan 3." not in client.get(f"/evaluation/runs/{name}/report").text
    client.post(address, data={"verdict": "withdraw"})
    assert newest(run) == {}
    assert len((run.path / "verdicts.jsonl").read_text().splitlines()) == 3
    assert {file: (run.path / file).read_bytes() for file in computed} == computed
    assert client.post(address, data={"verdict": "maybe"}).status_code == 422
    assert client.post(f"/evaluation/runs/{name}/questions/9", data={"verdict": "right"}).status_code == 404


def test_a_verdict_cut_short_is_not_there_and_the_next_is_whole(
    client: httpx.Client, service: Running
) -> None:
    name = run_set(client, "avhugget", RIGHT)
    path = folder(service, name).path / "verdicts.jsonl"
    client.post(f"/evaluation/runs/{name}/questions/1", data={"verdict": "wrong"})
    path.write_bytes(path.read_bytes() + b'{"id": "r", "right": tr')
    assert newest(folder(service, name))["r"].right is False
    client.post(f"/evaluation/runs/{name}/questions/1", data={"verdict": "right"})
    assert newest(folder(service, name))["r"].right is True


def test_two_runs_are_compared_and_the_comparison_downloaded(client: httpx.Client, service: Running) -> None:
    runs = service.folder / "evaluation" / "runs"
    a, b = (build_run(runs, n=20, seed=seed, right=right).name for seed, right in ((1, 0.3), (2, 0.9)))
    both = {"a": a, "b": b}
    page = client.get("/evaluation/compare", params=both)
    said = words(page.text)
    data = client.get("/evaluation/compare/json", params=both).json()
    assert data["better"] and all(flip["question"] in said for flip in data["better"])
    assert f"blev {len(data['worse'])} sämre och {len(data['better'])} bättre" in said
    report = client.get("/evaluation/compare/report", params=both)
    assert "'self'" not in report.headers["content-security-policy"]
    assert "content-disposition" not in report.headers
    saved = client.get("/evaluation/compare/report", params={**both, "save": "true"})
    assert saved.headers["content-disposition"].endswith(".html")
    assert client.get("/evaluation/compare/text", params=both).text.startswith("A: ")
    assert client.get("/evaluation/compare", params={"a": a, "b": a}).status_code == 422
    assert client.get("/evaluation/compare", params={"a": a, "b": "../x"}).status_code == 404
    other = run_set(client, "annat", RIGHT)
    refused = client.get("/evaluation/compare", params={"a": a, "b": other})
    assert (refused.status_code, "frågor gemensamt" in refused.text) == (422, True)


def test_a_run_that_cannot_be_read_does_not_hide_the_others(client: httpx.Client, service: Running) -> None:
    broken = service.folder / "evaluation" / "runs" / "trasig"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    try:
        page = client.get("/evaluation")
        assert (page.status_code, "Kan inte läsas" in page.text) == (200, True)
        assert client.get("/evaluation/runs/trasig").status_code == 422
    finally:
        (broken / "run.json").unlink()
        broken.rmdir()


def test_hostile_questions_and_answers_stay_texts(client: httpx.Client, service: Running) -> None:
    hostile = {
        "id": 'x"><script>',
        "question": f"ond {EVIL}",
        "category": EVIL[:90],
        "answerable": True,
        "gold_answer": EVIL,
        "must_include": [[EVIL]],
        "must_not_include": [EVIL],
        "evidence": [{"source": EVIL, "quote": EVIL}],
        "notes": EVIL,
        "history": [{"role": "user", "content": EVIL}],
    }
    name = run_set(client, "ond", hostile)
    client.post(f"/evaluation/runs/{name}/questions/1", data={"verdict": "wrong", "note": EVIL})
    client.post("/", data={"question": f"ond {EVIL}"})
    answer = logged(service, "ond")
    pages = [
        "",
        "/sets/ond",
        f"/runs/{name}",
        f"/runs/{name}/questions/1",
        "/questions",
        f"/questions/{answer}",
    ]
    for path in [*pages, f"/questions?q={quote(EVIL)}&status={quote(EVIL)}", f"?said={quote(EVIL)}"]:
        page = client.get(f"/evaluation{path}")
        elements = Elements(page.text)
        assert elements.all("script") == []
        assert not {"svg", "iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
        assert [each for each in elements.all("img") if each["src"] and "icon.svg" not in each["src"]] == []
        assert not [key for _, each in elements.found for key in each if key.startswith("on")]
        assert all((each["href"] or "")[0] in "/?#" for each in elements.all("a"))


def test_questions_can_be_found(client: httpx.Client, service: Running) -> None:
    client.post("/api/chat", json={"question": "Ärenden på ÖN?"})
    client.post("/", data={"question": "Något okänt om öar?"})
    logged(service, "öar")
    first = logged(service, "ärenden på ön")
    client.post("/api/feedback", json={"answer_id": first, "helpful": True})
    client.post("/api/feedback", json={"answer_id": first, "helpful": False, "reason": "outdated"})
    page = words(client.get("/evaluation/questions").text)
    assert "sparas i 30 dagar" in page and "Användaren: inaktuellt" in page
    found = words(client.get("/evaluation/questions?q=ÄRENDEN").text)
    assert "Ärenden på ÖN?" in found and "öar" not in found
    refused = words(client.get("/evaluation/questions?status=not_in_sources").text)
    assert "okänt om öar?" in refused and "Ärenden" not in refused
    assert client.get("/evaluation/questions/finns-inte").status_code == 404


def case(**changed: Any) -> dict[str, Any]:
    filled = {"id": "egen", "question": "Hur stort är stödet?", "answerable": "yes", "language": "sv"}
    return {**filled, "gold_answer": "Högst 100 000 kronor.", "evidence": ["1"], **changed}


def test_a_question_becomes_a_test_case(client: httpx.Client, service: Running) -> None:
    client.post("/api/chat", json={"question": "Första frågan om stöd?", "conversation_id": "samtal"})
    history = [{"role": "user", "text": "Finns det stöd?"}, {"role": "assistant", "text": "Ja."}]
    client.post("/api/chat", json={"question": "Hur stort då?", "history": history})
    answer = logged(service, "Hur stort då?")
    form = client.get(f"/evaluation/questions/{answer}").text
    assert FIRST in form and "Hur stort då?" in form and "Finns det stöd?" in form
    checked = [
        each for each in Elements(form).all("input") if "checked" in each and each["name"] == "evidence"
    ]
    assert [each["value"] for each in checked] == ["1", "2"]
    must = "100 000 kronor | hundra tusen\r\n\r\nnya marknader\r\n"
    data = case(new_set="ur loggen", must_include=must, must_not_include="en miljon", with_history="true")
    page = client.post(f"/evaluation/questions/{answer}", data=data)
    assert (page.url.path, "Testfrågan är sparad" in page.text) == ("/evaluation/sets/ur-loggen", True)
    row = client.get("/evaluation/sets/ur-loggen/download").json()
    assert row["must_include"] == [["100 000 kronor", "hundra tusen"], ["nya marknader"]]
    assert row["evidence"] == [{"source": "strategi.md", "quote": FIRST}]
    assert [turn["content"] for turn in row["history"]] == ["Finns det stöd?", "Ja."]
    assert (row["answerable"], row["lang"], row["must_not_include"]) == (True, "sv", ["en miljon"])
    again = client.post(f"/evaluation/questions/{answer}", data=case(set="ur-loggen"))
    assert again.status_code == 422
    assert "egen" in again.text and "Högst 100 000 kronor." in again.text
    client.post(f"/evaluation/questions/{answer}", data=case(set="ur-loggen", id="annan"))
    assert len(client.get("/evaluation/sets/ur-loggen/download").text.splitlines()) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Välj en samling"),
        ({"set": "finns-inte"}, "Samlingen finns inte längre"),
        ({"set": "../hemlig"}, "Samlingen finns inte längre"),
        ({"new_set": "x", "question": " "}, "Fråga: skriv vad som ska frågas."),
        ({"new_set": "x", "persona": "kung"}, "”kung” är inte känd"),
        ({"new_set": "x", "category": "k" * 500}, "Ämne: texten har 500 tecken"),
    ],
)
def test_a_case_that_is_no_case_is_refused(
    client: httpx.Client, service: Running, changed: dict[str, str], said: str
) -> None:
    client.post("/api/chat", json={"question": "Vad gäller för stöd?"})
    answer = logged(service, "Vad gäller för stöd?")
    response = client.post(f"/evaluation/questions/{answer}", data=case(**changed))
    assert response.status_code == 422
    told = words(response.text)
    assert said in told
    assert "form.jsonl" not in told and "rad 1" not in told
    fields = [
        each["id"]
        for each in [
            *Elements(response.text).all("input"),
            *Elements(response.text).all("textarea"),
            *Elements(response.text).all("select"),
        ]
        if each.get("aria-invalid")
    ]
    (link,) = [
        each["href"]
        for each in Elements(response.text).all("a")
        if (each["href"] or "").startswith("#") and each["href"] != "#main"
    ]
    assert [f"#{field}" for field in fields] == [link]
    assert not (service.folder / "evaluation" / "sets" / "x.jsonl").exists()
