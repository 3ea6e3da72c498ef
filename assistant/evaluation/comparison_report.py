"""Two runs against each other as one HTML file: what differs between them, and which questions changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.evaluation.compare import Comparison, Flip
from assistant.evaluation.differences import Difference
from assistant.evaluation.plots import Dot, shortened
from assistant.evaluation.report_cases import OUTCOMES
from assistant.evaluation.report_page import page
from assistant.evaluation.run_facts import Fact, facts, flattened
from assistant.evaluation.wording import DIGITS, Wording

# Always differ, and tell nothing about how the runs were made.
_OWN = ("run", "started", "finished")
_SCALES = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


def render_comparison(comparison: Comparison, language: str) -> str:
    """The comparison as one page that fetches nothing."""
    wording = Wording(language)
    plotted = [each for each in comparison.differences if each.name not in DIGITS]
    scale = _scale(plotted)
    runs = [(letter, run, facts(run, (), wording)) for letter, run in _lettered(comparison)]
    rest = ("changed", "only_before", "only_after", "edited")
    return page(
        "comparison.html",
        wording,
        comparison=comparison,
        runs=runs,
        settings=list(_changed(comparison.before, comparison.after)),
        scale=scale,
        dots=[_dot(each, scale, wording) for each in plotted],
        clear={kind: _clear(comparison, kind, wording) for kind in ("better", "worse")},
        rest=[(key, ids) for key in rest if (ids := getattr(comparison, key))],
        scores_lost=[(key, names) for key in ("vanished", "appeared") if (names := getattr(comparison, key))],
        became=_became,
    )


def _lettered(comparison: Comparison) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("A", comparison.before), ("B", comparison.after))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every recorded value that the runs do not share; a dash where one has none."""
    first, second = (_told(run) for run in (before, after))
    for path in dict.fromkeys([*first, *second]):
        one, other = first.get(path, "–"), second.get(path, "–")
        if one != other:
            yield path, one, other


def _told(run: Mapping[str, Any]) -> dict[str, str]:
    told: list[Fact] = flattened({key: value for key, value in run.items() if key not in _OWN})
    return dict(told)


def _scale(differences: list[Difference]) -> float:
    """The least even share that holds every interval."""
    widest = max((abs(bound) for each in differences for bound in (each.low, each.high)), default=0.0)
    return next((each for each in _SCALES if each >= widest), 1.0)


def _dot(each: Difference, scale: float, wording: Wording) -> Dot:
    """The difference on an axis from -scale to scale."""
    label = wording.score(each.name)
    change, low, high = (wording.change(each.name, x) for x in (each.difference, each.low, each.high))
    told = wording.fill(
        "compare_row",
        label=label,
        before=wording.value(each.name, each.before),
        after=wording.value(each.name, each.after),
        difference=change,
        low=low,
        high=high,
        p=wording.chance(each.p),
        verdict=wording.texts[f"compare_{each.verdict}"],
    )
    x, left, right = (50 + 50 * value / scale for value in (each.difference, each.low, each.high))
    p = wording.chance(each.p)
    return Dot(label, shortened(label), x, left, right, change, told, each.verdict, p)


def _clear(comparison: Comparison, verdict: str, wording: Wording) -> list[str]:
    """The scores that differ beyond noise in this direction."""
    return [wording.score(each.name) for each in comparison.differences if each.verdict == verdict]


def _became(flip: Flip, wording: Wording) -> str:
    before, after = (wording.texts[f"outcome_{OUTCOMES[each]}"] for each in (flip.before, flip.after))
    return wording.fill("compare_became", before=before, after=after)
