"""A finished run made up whole: invented regions, invented answers, every outcome and every rule."""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.answers import Answer, AnswerStatus, Card, Citation, Claim, RankedPassage, Table, Validity
from assistant.evaluation.cases import Case, Evidence, QuestionSet
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Failure, Found, Result, Rule, Timing
from assistant.evaluation.scores import KS
from assistant.evaluation.summary import summarise
from assistant.questions import Persona, Turn
from vectorstore.passages import Status

REGIONS = ("Granlunda", "Norrholm", "Åviken", "Östmark")
TOPICS = ("mässor utomlands", "hållbar turism", "träbyggande", "besöksnäring", "exportrådgivning")
CATEGORIES = ("funding", "partners", "priorities", "contact", "comparison", "temporal")
DEADLINE = "Ansökan görs i e-tjänsten före den 1 mars."
TARGET: dict[str, Any] = {
    "version": "0.0.0",
    "settings": {"embedding_model": "provmodell-384", "question_characters": 2000, "language": "sv"},
    "model": {"name": "provmodell-384", "dimension": 384},
    "documents": 12,
    "corpus": "5d1f" * 16,
}


def build_run(folder: Path, n: int = 12, seed: int = 0, **changes: Any) -> RunFolder:
    """A finished run in a new folder under `folder`: n questions, always the same; the answers vary by seed.

    `right` (0-1) is the share of questions that get a good answer, `results` replaces the results altogether,
    `name` is the set's name; what else is given goes into run.json.
    """
    right, name = changes.pop("right", 0.6), changes.pop("name", "provfragor")
    given = changes.pop("results", None)
    results = list(made_up(n, seed, right) if given is None else given)
    timings = [Timing(each.case.id, *_seconds(seed, number)) for number, each in enumerate(results)]
    questions = QuestionSet.of(name, [each.case for each in results])
    started = datetime(2030, 1, 2, 9, 0) + timedelta(minutes=seed)
    run = RunFolder.create(folder, questions, {"target": TARGET} | changes, started)
    run.sort(results, timings)
    run.write("summary.json", _json(summarise(results, timings).to_dict()))
    run.write_about(run.about() | {"finished": (started + timedelta(seconds=4 * n)).isoformat()})
    return run


def made_up(n: int, seed: int, right: float = 0.6) -> Iterator[Result]:
    """n results; the last question says nothing that an answer could be held against."""
    chance = random.Random(seed)
    for number in range(n):
        case = made_up_case(number, judged=number != n - 1 or n == 1)
        yield _result(case, number, chance.random() < right, seed)


def made_up_case(number: int, judged: bool = True) -> Case:
    """Question `number`: every seventh is unanswerable, every fifth a follow-up, every fourth in English."""
    region, topic = REGIONS[number % 4], TOPICS[number % 5]
    answerable, english = number % 7 != 6, number % 4 == 3
    question = (
        f"What support does {region} offer for {topic}?" if english else _swedish(number, region, topic)
    )
    history = (
        Turn("user", f"Vad gör {region}?"),
        Turn("assistant", "Regionen stöder resor till mässor. [1]"),
    )
    case = Case(
        id=f"p-{number:04}",
        question=question,
        language="en" if english else "sv",
        persona=list(Persona)[number % 3],
        category=CATEGORIES[number % 6] if answerable else "unanswerable",
        history=history if number % 5 == 4 else (),
    )
    if not judged:
        return case
    facts: dict[str, Any] = {"answerable": answerable}
    if answerable:
        facts["gold_answer"] = f"Högst {number + 1} 000 kronor per företag, om resan gäller {topic}."
        facts["must_include"] = ((f"{number + 1} 000 kronor", f"{number + 1} tkr"), (region,))
        facts["must_not_include"] = ("utan gräns",)
        facts["evidence"] = (Evidence(f"stod-{region.lower()}.pdf", _sentence(number)),)
    return Case(**{name: getattr(case, name) for name in Case.__slots__} | facts)


def _swedish(number: int, region: str, topic: str) -> str:
    if number % 3 == 0:
        return f"Hur mycket stöd kan ett företag i {region} få för {topic}?"
    return f"Vilken hjälp med {topic} ger {region} till den som vill pröva en ny marknad i ett annat land?"


def _sentence(number: int) -> str:
    return f"Stödet är högst {number + 1} 000 kronor per företag och lämnas en gång per år."


def _result(case: Case, number: int, right: bool, seed: int) -> Result:
    rank = number % 9 if right else (number * 5 + seed) % 9
    hits = tuple(_hit(case, number, place, place == rank) for place in range(1, 9))
    failures = () if right or case.answerable is None else tuple(_failures(case, number, seed))
    broken = {failure.rule for failure in failures}
    answer = _answer(case, number, broken, hits)
    return Result(case, answer, hits, _scores(case, answer, broken, rank), failures)


def _failures(case: Case, number: int, seed: int) -> Iterator[Failure]:
    if not case.answerable:
        yield Failure(Rule.ANSWERED, ("answered",))
        return
    kind = (number + seed) % 5
    if kind == 0:
        yield Failure(Rule.REFUSED, ("not_in_sources",))
    elif kind == 1:
        yield Failure(Rule.ERROR, ("TimeoutError: tiden gick ut",))
    else:
        yield Failure(Rule.MISSING, case.must_include[0])
        if kind == 2:
            yield from (Failure(Rule.NOT_RETRIEVED), Failure(Rule.OFF_EVIDENCE))
        if kind == 3:
            yield from (Failure(Rule.NOT_EXACT, ("2",)), Failure(Rule.LANGUAGE, ("no", case.language)))
        if kind == 4:
            yield Failure(Rule.FORBIDDEN, ("utan gräns",))
            yield from (Failure(Rule.MISATTRIBUTED, (DEADLINE,)), Failure(Rule.VALIDITY))


def _hit(case: Case, number: int, place: int, evident: bool) -> Found:
    text = f"{_sentence(number)} " if evident and case.evidence else ""
    text += (
        f"Avsnitt {place} om {TOPICS[(number + place) % 5]}. Ansökan görs i e-tjänsten före den 1 mars. " * 3
    )
    return Found(
        passage_id=f"d{number}-{place}",
        document_id=f"d{number}",
        score=0.92 / place,
        source=f"stod-{REGIONS[number % 4].lower()}.pdf",
        title=f"Stöd i {REGIONS[number % 4]} 2029",
        page=place + 1,
        heading=("Stöd till företag", f"Del {place}"),
        text=text,
        evidence=(0,) if evident and case.evidence else (),
    )


def _answer(case: Case, number: int, broken: set[Rule], hits: Iterable[Found]) -> Answer:
    status = _status(case, number, broken)
    ranked = [RankedPassage(passage_id=hit.passage_id, score=hit.score) for hit in hits]
    told = {"id": "", "language": case.language or "sv", "hits": ranked, "status": status}
    if status not in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
        return Answer(text="Jag hittar inget svar på det i dokumenten.", **told)  # type: ignore[arg-type]
    amount = "ett mindre belopp" if Rule.MISSING in broken else f"högst {number + 1} 000 kronor"
    extra = " och ges utan gräns" if Rule.FORBIDDEN in broken else ""
    text = f"I {REGIONS[number % 4]} kan ett företag få {amount} per år{extra}. [1]\n\n- {DEADLINE} [2]"
    notice = [f"”Stöd i {REGIONS[number % 4]} 2029” är avslutat. Kontrollera vad som gäller i dag. [1]"]
    return Answer(
        text=text,
        claims=[Claim(text=text, citations=[1, 2])],
        citations=[_citation(number, 1), _citation(number, 2)],
        notices=notice if number % 3 == 0 else [],
        table=_table() if case.category == "comparison" else Table(),
        cards=[_card(number)] if case.category == "contact" else [],
        follow_ups=["Vem kan jag fråga?"],
        **told,  # type: ignore[arg-type]
    )


def _status(case: Case, number: int, broken: set[Rule]) -> AnswerStatus:
    if Rule.ERROR in broken:
        return AnswerStatus.ERROR
    if Rule.REFUSED in broken:
        return AnswerStatus.NOT_IN_SOURCES
    if case.answerable is False and Rule.ANSWERED not in broken:
        return (AnswerStatus.NOT_IN_SOURCES, AnswerStatus.OUT_OF_SCOPE, AnswerStatus.DECLINED)[number % 3]
    return AnswerStatus.PARTIAL if number % 4 == 1 else AnswerStatus.ANSWERED


def _citation(number: int, which: int) -> Citation:
    quote = _sentence(number) if which == 1 else DEADLINE
    return Citation(
        number=which,
        document_id=f"d{number}",
        passage_id=f"d{number}-{which}",
        title=f"Stöd i {REGIONS[number % 4]} 2029",
        publisher=f"Region {REGIONS[number % 4]}",
        source=f"stod-{REGIONS[number % 4].lower()}.pdf" if which == 1 else "https://granlunda.example/stod",
        page=which + 1,
        heading=["Stöd till företag", f"Del {which}"],
        quote=quote,
        start=0,
        end=len(quote),
        validity=Validity(status=Status.ENDED, period=["2028-01", "2029-12"], as_of="2029-03-01"),
    )


def _table() -> Table:
    columns = ["", *REGIONS[:3]]
    return Table(columns=columns, rows=[["Högsta belopp", "5 000 kr [1]", "7 000 kr [2]", "saknas"]])


def _card(number: int) -> Card:
    fields = {"Telefon": "010-000 00 00", "E-post": "stod@granlunda.example"}
    return Card(kind="contact", name=f"Stödgruppen i {REGIONS[number % 4]}", fields=fields, citations=[1])


def _scores(case: Case, answer: Answer, broken: set[Rule], rank: int) -> dict[str, float]:
    scores: dict[str, float] = {}
    answered = answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
    if case.answerable is False:
        scores["abstention"] = float(not answered)
    if case.evidence:
        scores["evidence_mrr"] = 1 / rank if rank else 0.0
        for k in KS:
            scores[f"evidence_any@{k}"] = scores[f"evidence_all@{k}"] = float(1 <= rank <= k)
    if case.answerable:
        scores["over_refusal"] = float(Rule.REFUSED in broken)
        scores["coverage"] = 0.0 if not answered else 0.5 if Rule.MISSING in broken else 1.0
        scores["correct"] = float(answered and not {Rule.MISSING, Rule.FORBIDDEN} & broken)
    if answered:
        scores["citation_exactness"] = 0.5 if Rule.NOT_EXACT in broken else 1.0
        scores["language_match"] = float(Rule.LANGUAGE not in broken)
        scores["validity_noted"] = float(Rule.VALIDITY not in broken)
        scores["words"] = float(len(answer.text.split()))
        if case.evidence:
            scores["citation_precision"] = 0.5 if {Rule.NOT_EXACT, Rule.OFF_EVIDENCE} & broken else 1.0
            scores["attribution"] = float(Rule.MISATTRIBUTED not in broken)
    return scores


def _seconds(seed: int, number: int) -> tuple[float, dict[str, float]]:
    total = random.Random(seed * 100_003 + number).lognormvariate(-0.6, 0.7)
    return total, {"retrieve": total * 0.3, "compose": total * 0.65}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
