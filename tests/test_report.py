"""The report of a run, and of two compared: what is told, in three languages, whatever the texts hold."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from run_builder import TARGET, build_run, made_up, made_up_case

import prompts
from assistant.answers import Answer, AnswerStatus, Card, Citation, Table, Validity
from assistant.evaluation.cases import Case, Evidence
from assistant.evaluation.compare import compare
from assistant.evaluation.comparison_report import render_comparison
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.judge import JudgeError
from assistant.evaluation.plots import Histogram, decision_cells, histogram, shortened
from assistant.evaluation.report import render_report, write_report
from assistant.evaluation.report_page import content_security_policy
from assistant.evaluation.results import Failure, Found, Result, Rule, Timing
from assistant.evaluation.scores import SCORES
from assistant.evaluation.verdicts import Verdict, add
from assistant.evaluation.wording import Wording
from assistant.questions import Turn
from assistant.web_address import web_address

EVIL = "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}$name\"'&"
JUDGED = """{"model": "lokal:domare", "failed": {"p-0001": "tom"},
 "metrics": {"faithfulness": {"value": 0.81, "low": 0.7, "high": 0.9, "n": 10}, "tone$x": {"value": 1.0,
 "low": 1.0, "high": 1.0, "n": 3}},
 "cases": {"p-0000": {"faithfulness": 0.37, "answer_correctness": null}}}"""


class Reader(HTMLParser):
    """The visible text, the tags with their attributes, and the content of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        inside = self.tags[-1][0] if self.tags else ""
        (self.raw[inside] if self.cdata_elem in self.raw else self.texts).append(data)

    @property
    def text(self) -> str:
        """All that can be read, white space collapsed."""
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return build_run(tmp_path_factory.mktemp("runs"), 40)


def hostile_run(folder: Path) -> RunFolder:
    """A run in which every text that comes from elsewhere is an attack."""
    case = Case(
        id=EVIL,
        question=EVIL,
        language="sv",
        category=f'x" onclick="alert(3)" y="{EVIL}',
        history=(Turn("user", EVIL), Turn("assistant", EVIL)),
        answerable=True,
        gold_answer=EVIL,
        must_include=((EVIL, "[x](javascript:alert(4))"),),
        must_not_include=(EVIL,),
        evidence=(Evidence(EVIL, EVIL),),
        notes=EVIL,
    )
    citation = Citation(
        number=1,
        document_id=EVIL,
        passage_id=EVIL,
        title=EVIL,
        publisher=EVIL,
        source="javascript:alert(5)",
        heading=[EVIL],
        quote=EVIL,
        start=0,
        end=1,
        validity=Validity(period=[EVIL, EVIL], as_of=EVIL, note=EVIL),
    )
    answer = Answer(
        id="",
        status=AnswerStatus.ANSWERED,
        language="sv",
        text=f"{EVIL} [1] [x](javascript:alert(6))",
        model=EVIL,
        citations=[
            citation,
            citation.model_copy(update={"number": 2, "source": f"https://a.example/{EVIL}"}),
        ],
        cards=[Card(kind=EVIL, name=EVIL, fields={EVIL: EVIL}, citations=[1])],
        table=Table(columns=[EVIL], rows=[[EVIL]]),
        notices=[EVIL],
    )
    hit = Found(EVIL, EVIL, 0.5, "data:text/html,x", EVIL, 1, (EVIL,), f"före {EVIL} efter", (0,))
    failures = tuple(Failure(rule, (EVIL,)) for rule in Rule)
    result = Result(case, answer, (hit,), {"correct": 0.0, "citation_exactness": 0.0}, failures)
    run = build_run(
        folder, results=[result], target={EVIL: EVIL, "model": EVIL, "url": "javascript:alert(7)"}
    )
    run.write_about(run.about() | {"set": EVIL})
    add(run, Verdict(EVIL, True, EVIL, EVIL))
    return run


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_every_score_and_rule_has_words(language: str) -> None:
    wording = Wording(language)
    for name in SCORES:
        assert wording.score(name) != name
        assert wording.score_help(name).endswith(".")
        assert "$" not in wording.score(name) + wording.score_help(name)
    for rule in Rule:
        assert wording.rule(rule.value) != rule.value
        told = wording.failure(Failure(rule, ("«a»", "«b»")))
        assert "$" not in told and ("«a»" in told or rule is Rule.LANGUAGE)
        assert wording.failure(Failure(rule)) == wording.failure(Failure(rule)).strip()


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_a_run_is_told_in_every_language(run: RunFolder, language: str) -> None:
    html, wording, summary = render_report(run, language), Wording(language), run.summary()
    page = Reader(html)
    assert f'<html lang="{language}">' in html
    assert summary["rules"].keys() == {rule.value for rule in Rule}  # else the run shows too little
    for name in summary["scores"]:
        assert wording.score(name) in page.text and wording.score_help(name) in page.text
    for rule in Rule:
        assert wording.rule(rule.value) in page.text
    passed = wording.fill("verdict_all", n=40, passed=summary["passed"], failed=summary["failed"])
    assert passed in page.text
    told = page.text.replace(wording.texts["rank_none"], "")
    assert not re.search(r"\$\w|\b(None|nan|inf|Undefined)\b", told)


def test_failures_come_first_and_keep_the_order_of_the_set(run: RunFolder) -> None:
    shown = [
        each
        for tag, each in Reader(render_report(run, "sv")).tags
        if each.get("class", "").startswith("case ")
    ]
    outcomes = [str(each["data-outcome"]).split()[0] for each in shown]
    assert outcomes == sorted(outcomes, key=["failed", "unjudged", "passed"].index)
    assert set(outcomes) == {"failed", "unjudged", "passed"}
    numbers = [int(str(each["id"])[1:]) for each in shown]
    failed = [number for number, outcome in zip(numbers, outcomes, strict=True) if outcome == "failed"]
    assert failed == sorted(failed)
    assert failed == [n for n, each in enumerate(run.results(), start=1) if each.passed is False]


def test_what_was_expected_is_marked_found_or_missing(tmp_path: Path) -> None:
    made = next(each for each in made_up(20, 0, right=1) if each.case.id == "p-0002")
    lacking = replace(made.case, must_include=(("3 000 kronor", "3 tkr"), ("finns ingenstans",)))
    hits = tuple(
        replace(hit, evidence=(0,) if rank in (2, 4) else ()) for rank, hit in enumerate(made.hits, 1)
    )
    run = build_run(tmp_path, results=[replace(made, case=lacking, hits=hits)])
    text = Reader(render_report(run, "sv")).text
    assert "3 000 kronor eller 3 tkr finns" in text
    assert "finns ingenstans saknas" in text
    assert "utan gräns fanns inte" in text
    assert "Finns i träff 2, 4." in text
    assert "Innehåller väntat ställe 1" in text


def test_an_inexact_quote_is_told_where_quotes_were_checked(tmp_path: Path) -> None:
    made = next(each for each in made_up(20, 0, right=1) if each.case.id == "p-0002")
    scores = made.scores | {"citation_exactness": 0.5}
    inexact = replace(made, scores=scores, failures=(Failure(Rule.NOT_EXACT, ("2",)),))
    text = Reader(render_report(build_run(tmp_path, results=[inexact]), "sv")).text
    assert text.count("Citatet är ordagrant") == text.count("Citatet är inte ordagrant") == 1
    unchecked = replace(made, scores={"correct": 1.0})
    text = Reader(render_report(build_run(tmp_path, results=[unchecked]), "sv")).text
    assert "ordagrant" not in text.replace("ordagranna", "")


def test_people_and_a_judge_are_shown_beside_the_rules(tmp_path: Path) -> None:
    run = build_run(tmp_path, 12)
    before = render_report(run, "sv")
    assert "Granskat av människor" not in before and "Bedömt av" not in before
    first = next(each for each in run.results() if each.passed is False)
    add(run, Verdict(first.case.id, True, "Godtas <b>ändå</b>.", "2030-01-03T10:00:00+00:00"))
    run.write("judge.json", JUDGED)
    page = Reader(render_report(run, "sv"))
    assert "Rätt enligt granskare. Enligt reglerna: Underkänd" in page.text
    assert "Godtas <b>ändå</b>." in page.text and "3 januari 2030 kl. 10.00" in page.text
    assert "1 svar har granskats. 1 bedömdes som rätt, och i 1 fall" in page.text
    assert "Modellen lokal:domare har läst svaren" in page.text
    assert "81 %" in page.text.replace("\u00a0", " ") and "37 %" in page.text.replace("\u00a0", " ")
    assert "ingen poäng" in page.text and "tone$x" in page.text
    values = re.search(r'id="q1".*?>', render_report(run, "sv"))
    assert values and 'data-outcome="failed reviewed disagreed"' in values[0]


def test_what_run_json_holds_is_all_listed(run: RunFolder) -> None:
    text = Reader(render_report(run, "sv")).text
    assert "utdrag ur dokumenten, utan språkmodell" in text
    assert "Antal dokument 12" in text and "Sökmodell provmodell-384" in text
    assert "target.settings.question_characters 2000" in text


def test_an_empty_run_and_one_without_anything_expected(tmp_path: Path) -> None:
    assert "Körningen innehåller inga frågor." in render_report(build_run(tmp_path, results=[]), "sv")
    bare = [replace(each, case=Case("a", "Vad?"), scores={}, failures=(), hits=()) for each in made_up(1, 0)]
    html = render_report(build_run(tmp_path, results=bare), "sv")
    assert "inget att jämföra svaret med" in html and "Inget mått gick att räkna ut" in html


def test_an_unfinished_run_has_no_report(tmp_path: Path) -> None:
    run = build_run(tmp_path, 2)
    summary = (run.path / "summary.json").rename(tmp_path / "kept.json")
    with pytest.raises(RunError, match="summary.json"):
        render_report(run, "sv")
    (run.path / "judge.json").write_text("{")
    summary.rename(run.path / "summary.json")
    with pytest.raises(JudgeError, match="judge.json"):
        render_report(run, "sv")


def test_the_report_is_written_and_rendering_changes_nothing(run: RunFolder) -> None:
    write_report(run, "en")
    assert (
        (run.path / "report.html").read_text("utf-8") == render_report(run, "en") == render_report(run, "en")
    )


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    run = hostile_run(tmp_path)
    html = render_report(run, "sv")
    page = Reader(html)
    assert page.text.count("{{7*7}}") > 30
    assert "{{7*7}}49" not in html and ">49<" not in html
    assert [tag for tag, _ in page.tags if tag in ("script", "style")] == ["style", "script"]
    assert [given["src"] for tag, given in page.tags if tag == "img"] == [icon(page)]
    assert [
        name for _, given in page.tags for name in given if name.startswith("on") or name == "style"
    ] == []
    addresses = [str(given["href"]) for tag, given in page.tags if tag == "a"]
    assert [each for each in addresses if not each.startswith("#")] == []


def icon(page: Reader) -> str:
    found = next(given["href"] for tag, given in page.tags if tag == "link")
    assert found and found.startswith("data:image/svg+xml,")
    return found


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("https://granlunda.example/stod", True),
        ("http://granlunda.example/", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("javascript://granlunda.example/%0aalert(1)", False),
        ("ftp://granlunda.example/", False),
        (" https://granlunda.example", False),
        ("https://granlunda.example/ x", False),
        ("https:granlunda", False),
        ("http://[", False),
        ("data:text/html,x", False),
        ("//granlunda.example", False),
        ("fil.pdf", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(text: str, linked: bool) -> None:
    assert bool(web_address(text)) is linked


def test_the_policy_names_the_very_style_and_script(run: RunFolder) -> None:
    page = Reader(render_report(run, "sv"))
    told = [
        given["content"] for tag, given in page.tags if given.get("http-equiv") == "Content-Security-Policy"
    ]
    assert told == [content_security_policy()]
    policy = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for kind in ("style", "script"):
        digest = b64encode(sha256("".join(page.raw[kind]).encode()).digest()).decode()
        assert policy[f"{kind}-src"] == f"'sha256-{digest}'"


def test_plots_count_everything_once() -> None:
    wording = Wording("sv")
    timings = [Timing(str(n), each) for n, each in enumerate([0.05, 0.1, 0.31, 0.5, 1.0, 1.0, 90.0])]
    found = histogram(timings, {"p50": 0.5, "p90": 1.0}, wording)
    assert isinstance(found, Histogram)
    assert sum(bar.count for bar in found.bars) == 7
    assert found.bars[-1].count == 1 and found.bars[-1].label.startswith("över")
    assert max(bar.height for bar in found.bars) == 1
    assert all(0 <= each.x <= 100 for each in found.marks + found.ticks)
    assert histogram([], {}, wording) is None
    same = histogram([Timing("a", 0.0)] * 3, {}, wording)
    assert same and sum(bar.count for bar in same.bars) == 3


def test_the_matrix_says_what_is_wrong() -> None:
    counts = {"answerable": {"answered": 3, "declined": 1}, "unanswerable": {"answered": 2}, "unknown": {}}
    kinds, rows = decision_cells(counts)
    assert kinds == ["answerable", "unanswerable"]
    assert [cell.wrong for cell in rows["answered"]] == [False, True]
    assert [cell.wrong for cell in rows["declined"]] == [True, False]
    assert [cell.wrong for cell in rows["error"]] == [True, True]
    assert rows["answered"][0].strength == 1


def test_values_are_told_as_people_write_them() -> None:
    swedish, english = Wording("sv"), Wording("en")
    assert swedish.percent(0.567) == "57\u00a0%" and english.percent(0.567) == "57%"
    assert (english.percent(0.999), english.percent(0.001)) == ("99%", "1%")
    assert (english.percent(1.0), english.percent(0.0)) == ("100%", "0%")
    assert swedish.interval("correct", 0.43, 0.68) == "43–68\u00a0%"
    assert swedish.value("words", 42.25) == "42,2" and swedish.seconds(0.5) == "0,50\u00a0s"
    assert (swedish.change("correct", 0.051), swedish.change("correct", -0.051)) == ("+5,1", "−5,1")
    assert swedish.change("correct", -0.0001) == swedish.change("correct", 0.0001) == "0,0"
    assert (swedish.chance(0.0004), swedish.chance(0.031)) == ("<0,001", "0,031")
    assert swedish.date("2030-01-02T09:05:00") == "2 januari 2030 kl. 09.05"
    assert swedish.date("i går") == "i går"
    assert len(shortened("x" * 200)) == 26


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_a_comparison_tells_what_differs(tmp_path: Path, language: str) -> None:
    wording = Wording(language)
    a = build_run(tmp_path, 40)
    b = build_run(tmp_path, 44, seed=3, right=0.9, target=TARGET | {"documents": 14, "model": EVIL})
    found = compare(a, b)
    html = render_comparison(found, language)
    page = Reader(html)
    assert page.text.index(wording.texts["compare_worse_list"]) < page.text.index(
        wording.texts["compare_better_list"]
    )
    assert found.worse and found.better and found.only_after
    for flip in found.worse + found.better:
        assert flip.id in page.text
        assert all(wording.rule(rule) in page.text for rule in flip.gained + flip.lost)
    for each in found.differences:
        assert wording.score(each.name) in page.text and wording.chance(each.p) in page.text
    assert "target.documents 12 14" in page.text
    assert ", ".join(found.only_after) in page.text
    assert [tag for tag, _ in page.tags if tag in ("script", "style", "img")] == ["style", "img", "script"]
    assert not re.search(r"\$(?!name)\w", page.text)


def test_a_run_against_itself(tmp_path: Path) -> None:
    run = build_run(tmp_path, 8)
    text = Reader(render_comparison(compare(run, run), "sv")).text
    assert "Inget mått skiljer sig mer än slumpen kan förklara." in text
    assert "Uppsättningarna är lika." in text
    assert "Ingen fråga blev sämre." in text and "Ingen fråga blev bättre." in text


def test_made_up_questions_are_the_same_for_every_seed() -> None:
    assert [each.case for each in made_up(9, 1)] == [each.case for each in made_up(9, 2, right=0.1)]
    assert made_up_case(3).answerable is True and made_up_case(6).answerable is False
