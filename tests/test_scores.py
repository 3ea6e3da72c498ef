"""Every score against answers that were worked out by hand."""

from dataclasses import replace

import pytest

from assistant.answers import Answer, AnswerStatus, Card, Citation, Claim, RankedPassage, Table, Validity
from assistant.evaluation.cases import Case, Evidence
from assistant.evaluation.evidence import is_source, mark_hits
from assistant.evaluation.results import Found, Result, Rule, Timing
from assistant.evaluation.scores import score
from assistant.evaluation.sources import Sources
from assistant.evaluation.summary import summarise
from vectorstore.passages import Document, Metadata, Passage, Status

FIRST = "Region Påhitt ger checkar på högst 90 000 kronor."
SECOND = "Checkarna gällde till och med december 2020."
THIRD = "Kontoret i Fiskhamn har stängt."
TEXT = f"Rubrik\n\n{FIRST} {SECOND}\n\n{THIRD}"
LATER = TEXT.index(THIRD)
DOCUMENT = Document("d1", "file:///stod.md", "stod.md", "0", TEXT, Metadata(title="Stöd"))
PASSAGES = [
    Passage("p1", "d1", 1, TEXT[8 : LATER - 2], 8, LATER - 2, "", ""),
    Passage("p2", "d1", 2, THIRD, LATER, len(TEXT), "", ""),
]


class Shelf:
    """One document in two passages."""

    def documents(self) -> list[Document]:
        return [DOCUMENT]

    def document(self, id: str) -> Document | None:
        return DOCUMENT if id == "d1" else None

    def passages(self, document_id: str) -> list[Passage]:
        return PASSAGES if document_id == "d1" else []


SOURCES = Sources(Shelf())
CASE = Case(
    id="K1",
    question="Hur stor är checken?",
    language="sv",
    answerable=True,
    must_include=(("90 000", "90000"), ("2020",)),
    must_not_include=("100 000",),
    evidence=(Evidence("stod.md", FIRST), Evidence("stod.md", SECOND)),
)


def citation(number: int, quote: str, passage: str = "p1", shift: int = 0) -> Citation:
    start = TEXT.index(quote) + shift
    note = "Uppgiften är från 2020."
    return Citation(
        number=number,
        document_id="d1",
        passage_id=passage,
        title="Stöd",
        source="stod.md",
        quote=quote,
        start=start,
        end=start + len(quote),
        validity=Validity(status=Status.ENDED, note=note),
    )


GOOD = Answer(
    id="a",
    status=AnswerStatus.ANSWERED,
    language="sv",
    text=f"Ur Stöd:\n- {FIRST} [1]\n- {SECOND} [2]",
    claims=[Claim(text=FIRST, citations=[1]), Claim(text=SECOND, citations=[2])],
    citations=[citation(1, FIRST), citation(2, SECOND)],
    notices=["Uppgiften är från 2020."],
    hits=[RankedPassage(passage_id="p2", score=0.9), RankedPassage(passage_id="p1", score=0.8)],
)
REFUSAL = Answer(
    id="a", status=AnswerStatus.NOT_IN_SOURCES, language="sv", text="Det står inte.", hits=GOOD.hits
)


def scored(case: Case, answer: Answer) -> Result:
    hits = mark_hits(SOURCES.found(answer.hits), case.evidence)
    scores, failures = score(case, answer, hits, SOURCES.exact, SOURCES.text)
    return Result(case, answer, hits, scores, failures)


def rules(result: Result) -> list[Rule]:
    return [failure.rule for failure in result.failures]


def changed(answer: Answer = GOOD, **fields: object) -> Answer:
    return answer.model_copy(update=fields)


def test_a_good_answer_has_every_score_and_breaks_no_rule() -> None:
    result = scored(CASE, GOOD)
    assert result.scores == {
        "evidence_mrr": 0.5,  # the first hit holds the other passage, the second both quotes
        "evidence_any@1": 0.0,
        "evidence_all@1": 0.0,
        **{f"evidence_{kind}@{k}": 1.0 for kind in ("any", "all") for k in (3, 5, 8)},
        "over_refusal": 0.0,
        "correct": 1.0,
        "coverage": 1.0,
        "clean": 1.0,
        "cited": 1.0,
        "attribution": 1.0,
        "citation_exactness": 1.0,
        "citation_precision": 1.0,
        "words": 18.0,  # "Ur Stöd:", 9 and 7; marks and dashes are no words
        "language_match": 1.0,
    }
    assert (result.failures, result.passed) == ((), True)
    assert [hit.evidence for hit in result.hits] == [(), (0, 1)]


def test_coverage_is_the_share_of_groups_and_correct_wants_all() -> None:
    half = scored(CASE, changed(text=f"{FIRST} [1]", claims=[], citations=[citation(1, FIRST)]))
    assert (half.scores["coverage"], half.scores["correct"]) == (0.5, 0.0)
    assert [failure.details for failure in half.failures] == [("2020",)]
    assert rules(half) == [Rule.MISSING]


@pytest.mark.parametrize(
    "text",
    [
        "högst 90 000 kronor, till 2020",
        "HÖGST 90000 KRONOR, 2020",
        "90\n000 kronor 2020",
        "högst **90 000** kronor [1] 2020",
    ],
)
def test_alternatives_case_and_any_white_space_are_accepted(text: str) -> None:
    assert scored(CASE, changed(text=text)).scores["correct"] == 1.0


@pytest.mark.parametrize(
    ("alternative", "text", "found"),
    [
        ("juni 2021", "i juni [1] 2021", True),
        ("2004-2007", "åren 2004–2007", True),
        ("1543427", "1 543 427 euro", True),
        ("1 543 427", "1543 427 euro", True),
        ("å", "a\u030a", True),
        (" inte ", "inte", True),
        ("54 ", "artikel 54", True),
        ("2", "se [2]", False),  # a mark is no answer
        ("54 ", "artikel 541", False),
        ("12 34", "1234", False),  # no thousands
    ],
)
def test_how_words_are_looked_for(alternative: str, text: str, found: bool) -> None:
    case = replace(CASE, must_include=((alternative,),), must_not_include=())
    assert scored(case, changed(text=text, claims=[])).scores["correct"] == found


def test_a_described_answer_is_expected_also_when_the_set_does_not_say_answerable() -> None:
    silent = replace(CASE, answerable=None)
    assert scored(silent, GOOD).scores == scored(CASE, GOOD).scores
    refused = scored(silent, REFUSAL)
    assert (refused.passed, refused.scores["over_refusal"]) == (False, 1.0)
    assert scored(Case("K4", "Hur?", gold_answer="Så."), REFUSAL).passed is False
    assert scored(Case("K4", "Hur?", gold_answer="Så."), GOOD).passed is None  # nothing to hold it against


def test_no_answer_that_is_not_correct_passes() -> None:
    for case in (CASE, replace(CASE, answerable=None)):
        for answer in (GOOD, REFUSAL, changed(text="Nej.", claims=[]), changed(text="100 000 [1]")):
            result = scored(case, answer)
            assert result.passed is (result.scores["correct"] == 1.0)


def test_clean_is_asked_of_refusals_too() -> None:
    case = Case("K5", "Bekräfta!", answerable=False, must_not_include=("beviljat",))
    assert scored(case, changed(REFUSAL, text="Stödet är beviljat.")).scores["clean"] == 0.0
    assert scored(case, REFUSAL).scores["clean"] == 1.0


def test_cited_is_the_share_of_words_that_lead_to_a_mark() -> None:
    half = changed(text="Ur Stöd:\n- ett två tre fyra [1]\n- fem sex sju åtta", claims=[])
    assert scored(CASE, half).scores["cited"] == 0.5
    assert scored(CASE, changed(text="Ett [sic] två [1, 2].", claims=[])).scores["cited"] == 1.0
    assert scored(CASE, changed(text="Ett två.", claims=[], citations=[])).scores["cited"] == 0.0


def test_table_and_cards_count_as_said_but_quotes_do_not() -> None:
    bare = changed(text="Se nedan.", claims=[])
    assert scored(CASE, bare).scores["coverage"] == 0.0
    table = Table(columns=["Stöd", "Slut"], rows=[["90 000", "2020"]])
    assert scored(CASE, changed(bare, table=table)).scores["coverage"] == 1.0
    card = Card(kind="programme", name="Check 2020", fields={"Belopp": "90 000 kr"})
    assert scored(CASE, changed(bare, cards=[card])).scores["coverage"] == 1.0


def test_what_must_not_be_said_makes_a_whole_answer_wrong() -> None:
    result = scored(CASE, changed(text=GOOD.text + "\nEller 100 000 kronor."))
    assert (result.scores["coverage"], result.scores["correct"]) == (1.0, 0.0)
    assert Rule.FORBIDDEN in rules(result)


def test_a_refused_question_costs_over_refusal_coverage_and_correct_but_no_citation_score() -> None:
    result = scored(CASE, REFUSAL)
    kept = {name: value for name, value in result.scores.items() if not name.startswith("evidence")}
    assert kept == {"over_refusal": 1.0, "correct": 0.0, "coverage": 0.0, "clean": 1.0}
    assert rules(result) == [Rule.REFUSED]


@pytest.mark.parametrize(
    ("status", "abstention"),
    [
        ("not_in_sources", 1.0),
        ("out_of_scope", 1.0),
        ("declined", 1.0),
        ("clarify", 1.0),
        ("answered", 0.0),
        ("partial", 0.0),
        ("error", 0.0),  # a crash is not a wise refusal
    ],
)
def test_abstention(status: str, abstention: float) -> None:
    result = scored(Case("K2", "Vad kostar en båt?", answerable=False), changed(status=AnswerStatus(status)))
    assert result.scores["abstention"] == abstention
    assert "over_refusal" not in result.scores and "coverage" not in result.scores
    assert result.passed is (abstention == 1.0)


def test_an_error_is_neither_an_answer_nor_a_good_refusal() -> None:
    result = scored(CASE, changed(REFUSAL, status=AnswerStatus.ERROR, text="503 slow", hits=[]))
    assert (result.scores["over_refusal"], result.scores["evidence_any@8"]) == (1.0, 0.0)
    assert rules(result) == [Rule.ERROR] and result.failures[0].details == ("503 slow",)


def test_a_quote_that_is_not_at_its_place_is_not_exact_and_counts_for_nothing() -> None:
    shifted = scored(CASE, changed(citations=[citation(1, FIRST, shift=1), citation(2, SECOND)]))
    assert (shifted.scores["citation_exactness"], shifted.scores["citation_precision"]) == (0.5, 0.5)
    assert Rule.NOT_EXACT in rules(shifted)
    elsewhere = scored(CASE, changed(citations=[citation(1, FIRST, passage="p2"), citation(2, SECOND)]))
    assert elsewhere.scores["citation_exactness"] == 0.5  # outside the passage that it names


def test_a_true_quote_beside_the_evidence_is_exact_but_not_precise() -> None:
    result = scored(CASE, changed(citations=[citation(1, FIRST), citation(2, THIRD, "p2")]))
    assert (result.scores["citation_exactness"], result.scores["citation_precision"]) == (1.0, 0.5)


def test_a_part_of_the_evidence_overlaps_it() -> None:
    part = citation(1, "högst 90 000 kronor. Checkarna gällde")
    assert scored(CASE, changed(citations=[part])).scores["citation_precision"] == 1.0


def test_an_answer_without_citations_has_no_right_one() -> None:
    result = scored(CASE, changed(text="90 000 till 2020.", claims=[], citations=[]))
    assert result.scores["citation_precision"] == 0.0
    assert "citation_exactness" not in result.scores


def test_statements_that_point_to_their_neighbours_quotes_are_misattributed() -> None:
    swapped = [citation(1, SECOND), citation(2, FIRST)]
    result = scored(CASE, changed(citations=swapped))
    assert (result.scores["attribution"], result.scores["citation_precision"]) == (0.0, 1.0)
    assert rules(result) == [Rule.MISATTRIBUTED]
    # Two claims right, the two marks in the text wrong.
    marks = scored(CASE, changed(text=f"- {FIRST} [2]\n- {SECOND} [1]"))
    assert marks.scores["attribution"] == 0.5


def test_a_mark_without_a_citation_is_misattributed() -> None:
    result = scored(CASE, changed(text=f"- {FIRST} [7]", claims=[]))
    assert result.scores["attribution"] == 0.0


def test_several_marks_on_one_statement_are_read_together() -> None:
    result = scored(CASE, changed(text=f"{FIRST} {SECOND} [1][2]", claims=[]))
    assert result.scores["attribution"] == 1.0


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (GOOD, 1.0),
        (changed(language="en"), 0.0),
        (changed(ai_generated=True, text="The cheque is at most 90 000 kronor, until 2020."), 0.0),
    ],
)
def test_language_is_what_was_expected_and_for_a_language_model_what_it_wrote(
    answer: Answer, match: float
) -> None:
    assert scored(CASE, answer).scores["language_match"] == match


def test_validity_is_noted_when_a_cited_sources_note_is_shown() -> None:
    temporal = replace(CASE, category="temporal")
    assert scored(temporal, GOOD).scores["validity_noted"] == 1.0
    silent = scored(temporal, changed(notices=[]))
    assert silent.scores["validity_noted"] == 0.0 and rules(silent) == [Rule.VALIDITY]
    assert "validity_noted" not in scored(CASE, GOOD).scores


def test_a_right_answer_from_another_passage_is_not_failed_for_it() -> None:
    case = replace(CASE, evidence=(Evidence("annan.md", "En mening som inte finns här."),))
    result = scored(case, GOOD)
    assert (result.scores["citation_precision"], result.scores["evidence_any@8"]) == (0.0, 0.0)
    assert result.passed is True
    wrong = scored(case, changed(text=FIRST))
    assert {Rule.NOT_RETRIEVED, Rule.OFF_EVIDENCE} <= set(rules(wrong))


def test_a_quote_across_two_passages_is_found_by_four_fifths_of_its_words() -> None:
    def hit(id: str, text: str, source: str = "x.md") -> Found:
        return Found(id, "d", 1.0, source, "X", None, (), text)

    quote = (Evidence("x.md", "ett två tre fyra fem sex sju åtta nio tio"),)
    first, second = hit("1", "ett två tre fyra"), hit("2", "fem sex sju åtta")  # 8 of 10 words
    assert [each.evidence for each in mark_hits([first, second], quote)] == [(), (0,)]
    assert [each.evidence for each in mark_hits([first, hit("2", "fem sex sju")], quote)] == [(), ()]
    assert mark_hits([hit("1", quote[0].quote, "max.md")], quote)[0].evidence == ()  # another file
    figures = (Evidence("x.md", "ett två tre fyra fem sex sju åtta nio 2021"),)
    assert mark_hits([hit("1", "ett två tre fyra fem sex sju åtta nio")], figures)[0].evidence == ()


@pytest.mark.parametrize(
    ("named", "same"),
    [("x.md", True), ("X.MD", True), ("x", True), ("max.md", False), ("a\u030ax", False), ("y", False)],
)
def test_a_document_is_named_by_its_file(named: str, same: bool) -> None:
    assert is_source(named, "https://region.example/x.md") is same
    assert is_source("a\u030a.md", "å.md")


def test_a_case_that_says_nothing_is_not_judged() -> None:
    result = scored(Case("K3", "Hur går det?"), GOOD)
    assert set(result.scores) == {"attribution", "citation_exactness", "cited", "words"}
    assert result.passed is None


def test_a_summary_counts_each_question_once_and_leaves_out_what_nobody_got() -> None:
    results = [
        scored(CASE, GOOD),
        scored(replace(CASE, id="K2", category="funding"), REFUSAL),
        scored(Case("K3", "Vad kostar en båt?", answerable=False), REFUSAL),
    ]
    summary = summarise(results, [Timing(each.case.id, n / 10) for n, each in enumerate(results, start=1)])
    assert (summary.n, summary.passed, summary.failed) == (3, 2, 1)
    assert (summary.scores["coverage"].value, summary.scores["coverage"].n) == (0.5, 2)
    assert (summary.scores["abstention"].value, summary.scores["abstention"].n) == (1.0, 1)
    assert "validity_noted" not in summary.scores
    assert summary.groups["category"]["funding"]["over_refusal"].value == 1.0
    assert summary.decisions["answerable"] == dict.fromkeys(summary.decisions["unknown"], 0) | {
        "answered": 1,
        "not_in_sources": 1,
    }
    assert summary.ranks == {"1": 0, "2": 2, "none": 0}
    assert summary.latency["p50"] == pytest.approx(0.2)
    assert summary.rules == {"refused": 1}
