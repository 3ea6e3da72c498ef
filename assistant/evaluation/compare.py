"""Two runs set against each other, question by question: what differs, and what is more than noise."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.cases import Case, to_row
from assistant.evaluation.differences import Difference as Difference
from assistant.evaluation.differences import differences, lost_scores, scored, table
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.latency import Latency as Latency
from assistant.evaluation.latency import latency
from assistant.evaluation.results import Result

# What a case is asked and held against; the rest of its fields change no score.
_ASKED = ("question", "history", "persona", "region")
_EXPECTED = ("lang", "category", "answerable", "must_include", "must_not_include", "evidence")


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that failed in one run only; `gained` are rules that B alone breaks, `lost` A alone."""

    id: str
    question: str
    category: str
    before: bool | None
    after: bool | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`before` and `after` are the run.json of A and B, with the folder's name as "run".

    `changed` are questions whose answer's text changed without a flip. Questions whose text or
    expected answer was edited between the runs (`edited`) cannot be told apart by the answers, so
    they count neither in the differences nor among the flips. `vanished` and `appeared` are scores
    that only A or only B has for any of the questions compared.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    differences: tuple[Difference, ...]
    worse: tuple[Flip, ...]
    better: tuple[Flip, ...]
    changed: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    edited: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    compared: int = 0
    latency: Latency | None = None

    @property
    def same_set(self) -> bool:
        """Whether both runs asked the very same set."""
        return bool(self.before["digest"] == self.after["digest"])


def compare(a: RunFolder, b: RunFolder) -> Comparison:
    """B against A; RunError when one is not finished, or when they have no question in common."""
    for folder in (a, b):
        check_finished(folder)
    first = {result.case.id: result for result in a.results()}
    second = {result.case.id: result for result in b.results()}
    shared = [id for id in first if id in second]
    edited = tuple(id for id in shared if _judged(first[id].case) != _judged(second[id].case))
    pairs = [(first[id], second[id]) for id in shared if id not in set(edited)]
    if not pairs:
        raise RunError(
            f"{a.name} and {b.name} have no question in common; compare runs whose sets share ids and texts"
        )
    before, after = scored([one for one, _ in pairs]), scored([other for _, other in pairs])
    worse = tuple(_flip(*pair) for pair in pairs if _failed(pair[1]) and not _failed(pair[0]))
    better = tuple(_flip(*pair) for pair in pairs if _failed(pair[0]) and not _failed(pair[1]))
    flipped = {flip.id for flip in worse + better}
    return Comparison(
        before={"run": a.name, **a.about()},
        after={"run": b.name, **b.about()},
        differences=differences(before, after),
        worse=worse,
        better=better,
        changed=tuple(
            one.case.id
            for one, other in pairs
            if one.answer.text != other.answer.text and one.case.id not in flipped
        ),
        only_before=tuple(id for id in first if id not in second),
        only_after=tuple(id for id in second if id not in first),
        edited=edited,
        vanished=lost_scores(before, after),
        appeared=lost_scores(after, before),
        compared=len(pairs),
        latency=latency(_seconds(a), _seconds(b), before),
    )


def check_finished(folder: RunFolder) -> None:
    """RunError, with the way out, unless the run in `folder` is finished."""
    if not folder.finished:
        done, asked = len(folder.results()), folder.about()["questions"]
        raise RunError(
            f"the run {folder.name} is not finished ({done} of {asked} questions are answered). "
            "Ask the same set again, which continues it where it stopped, or choose another run."
        )


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON types."""
    return {**asdict(comparison), "same_set": comparison.same_set}


def to_text(comparison: Comparison) -> str:
    """The comparison for a terminal; A is before and B after."""
    lines = [
        f"{letter}: {_named(run)}" for letter, run in (("A", comparison.before), ("B", comparison.after))
    ]
    lines += [*_sets(comparison), "", *table(comparison.differences)]
    lines += [str(comparison.latency)] if comparison.latency else []
    for names, runs in ((comparison.vanished, "A"), (comparison.appeared, "B")):
        if names:
            lines.append(f"Only {runs} has anything scored for: {', '.join(names)}.")
    lines += ["", *_flips("Worse in B", comparison.worse), *_flips("Better in B", comparison.better)]
    return "\n".join([*lines, _listed("Other words, same outcome", comparison.changed)])


def _named(run: Mapping[str, Any]) -> str:
    """The run with its set, and the server or model that was asked."""
    target = run.get("target", {})
    model = target.get("model") or {}
    asked = [run["set"], target.get("url"), model.get("name")]
    return f"{run['run']} ({', '.join(each for each in asked if each)})"


def _sets(comparison: Comparison) -> list[str]:
    lines = [f"{comparison.compared} questions are compared."]
    if not comparison.same_set:
        lines.append("The sets are not the same; only questions that both ask in the same way are compared.")
    told = (
        ("Only in A", comparison.only_before),
        ("Only in B", comparison.only_after),
        ("Edited between the runs, so not compared", comparison.edited),
    )
    return lines + [_listed(what, ids) for what, ids in told if ids]


def _listed(what: str, ids: Iterable[str]) -> str:
    ids = list(ids)
    return f"{what} ({len(ids)}): {', '.join(ids) or 'none'}"


def _flips(what: str, flips: Iterable[Flip]) -> list[str]:
    flips = list(flips)
    lines = [f"{what} ({len(flips)}):{'' if flips else ' none'}"]
    for flip in flips:
        rules = [*(f"+{rule}" for rule in flip.gained), *(f"-{rule}" for rule in flip.lost)]
        lines.append(f"  {flip.id}  {' '.join(flip.question.split())}  [{' '.join(rules)}]")
    return lines


def _judged(case: Case) -> list[Any]:
    row = to_row(case)
    return [row[field] for field in _ASKED + _EXPECTED]


def _failed(result: Result) -> bool:
    return result.passed is False


def _flip(one: Result, other: Result) -> Flip:
    first, second = ([failure.rule.value for failure in each.failures] for each in (one, other))
    return Flip(
        id=other.case.id,
        question=other.case.question,
        category=other.case.category,
        before=one.passed,
        after=other.passed,
        gained=tuple(dict.fromkeys(rule for rule in second if rule not in first)),
        lost=tuple(dict.fromkeys(rule for rule in first if rule not in second)),
    )


def _seconds(folder: RunFolder) -> dict[str, float]:
    return {timing.id: timing.total for timing in folder.timings()}
