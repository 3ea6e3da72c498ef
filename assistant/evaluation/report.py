"""A run as one HTML file to read, print or send: figures, plots, and every question with its answer."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

from assistant.evaluation import judge as judged
from assistant.evaluation import plots
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.report_cases import View, choices, exactness, tags, views
from assistant.evaluation.report_page import page
from assistant.evaluation.results import Result
from assistant.evaluation.run_facts import facts, flattened
from assistant.evaluation.scores import HIGHER_IS_BETTER
from assistant.evaluation.statistics import Figure, figure
from assistant.evaluation.summary import GROUPINGS
from assistant.evaluation.verdicts import FILE as VERDICTS
from assistant.evaluation.verdicts import newest
from assistant.evaluation.wording import Wording

FILE = "report.html"
_WRITING = RLock()
_CLOCK_STEP = 50_000_000
"""Nanoseconds by which a file's time may lag behind the clock."""
_PARTS = {
    "part_answers": ("correct", "coverage", "clean", "abstention", "over_refusal")
    + ("language_match", "validity_noted", "words"),
    "part_sources": "cited citation_exactness citation_precision attribution".split(),
    "part_search": [name for name in HIGHER_IS_BETTER if name.startswith("evidence_")],
}


def write_report(folder: RunFolder, language: str) -> None:
    """Write report.html, whole or not at all; one at a time in a process."""
    with _WRITING:
        began = time.time_ns()
        folder.write(FILE, render_report(folder, language))
        # As old as what it was made of: a verdict kept in the meantime is newer.
        os.utime(folder.path / FILE, ns=(began - _CLOCK_STEP, began - _CLOCK_STEP))


def renew_report(folder: RunFolder, language: str) -> None:
    """Write report.html if it is missing or older than what people or a judge decided."""
    with _WRITING:
        if _is_stale(folder):
            write_report(folder, language)


def _is_stale(folder: RunFolder) -> bool:
    if not (folder.path / FILE).is_file():
        return True
    written = (folder.path / FILE).stat().st_mtime_ns
    decided = (folder.path / name for name in (VERDICTS, judged.FILE))
    return any(path.stat().st_mtime_ns >= written for path in decided if path.is_file())


def render_report(folder: RunFolder, language: str) -> str:
    """The run as one page that fetches nothing.

    RunError when the run is not finished, JudgeError when what a judge left cannot be read.
    """
    wording = Wording(language)
    about, summary, results = folder.about(), folder.summary(), folder.results()
    timings, judge = folder.timings(), judged.read(folder) or {}
    shown = views(results, timings, newest(folder), judge.get("cases", {}), wording)
    return page(
        "report.html",
        wording,
        about=about,
        misplaced=about.get("misplaced", []),
        facts=facts(about, results, wording),
        everything=flattened({name: value for name, value in about.items() if name != "misplaced"}),
        summary=summary,
        passed=_passed(results),
        parts=list(_parts(summary["scores"])),
        lower_better={name for name, higher in HIGHER_IS_BETTER.items() if not higher},
        judge=judge,
        groupings=list(_groupings(summary, wording)),
        decisions=plots.decision_cells(summary["decisions"]),
        histogram=plots.histogram(timings, summary["latency"], wording),
        ranks=plots.rank_bars(summary["ranks"], wording),
        rules=list(_rules(results)),
        reviewed=_reviewed(shown),
        views=shown,
        choices=choices(shown, wording),
        exactness=exactness,
        tags=tags,
    )


@dataclass(frozen=True, slots=True)
class Grouping:
    """The scores of every group, as plots by score and as rows of figures."""

    name: str
    labels: dict[str, str]
    panels: dict[str, list[plots.Dot]]
    rows: dict[str, dict[str, Mapping[str, float]]]


def _parts(scores: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Mapping[str, float]]]]:
    """The scores there are, under what they are about."""
    for part, names in _PARTS.items():
        there = {name: scores[name] for name in names if name in scores}
        if there:
            yield part, there


def _groupings(summary: Mapping[str, Any], wording: Wording) -> Iterator[Grouping]:
    for name in GROUPINGS:
        groups = summary["groups"].get(name, {})
        labels = {key: wording.named(name, key) for key in groups}
        rows = {
            score: {key: own[score] for key, own in groups.items() if score in own}
            for score in HIGHER_IS_BETTER
            if any(score in own for own in groups.values())
        }
        if rows:
            yield Grouping(name, labels, plots.panels(groups, name, wording), rows)


def _rules(results: Sequence[Result]) -> Iterator[tuple[str, int, float]]:
    """Each broken rule, how many questions broke it, and that as a share of the most broken one's."""
    counts = Counter(rule for each in results for rule in {failure.rule.value for failure in each.failures})
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for rule, count in ordered:
        yield rule, count, count / ordered[0][1]


def _passed(results: Sequence[Result]) -> Figure | None:
    judged = [float(each.passed) for each in results if each.passed is not None]
    return figure(judged) if judged else None


def _reviewed(shown: Sequence[View]) -> dict[str, int]:
    """How many answers people have looked at, found right, and seen otherwise than the rules."""
    looked = [view.verdict for view in shown if view.verdict]
    disagreed = sum(view.disagreed for view in shown)
    return {"n": len(looked), "right": sum(each.right for each in looked), "disagreed": disagreed}
