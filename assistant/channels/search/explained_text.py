"""An explained search as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence

import prompts
from assistant.channels.search.explanation import ExplainedHit, Explanation, Leg
from assistant.channels.search.words import decimal, limits_told, milliseconds
from prompts import fill
from vectorstore.queries import Hit

WIDTH = 24
"""Characters of the longest bar."""
Texts = Mapping[str, str]


def explained_text(hits: Sequence[Hit], explanation: Explanation, language: str) -> str:
    """What was searched for, each hit with what brought it there, and the time it took; in `language`."""
    s = prompts.phrases("search", language)
    parts = [*_asked(explanation, s)]
    for hit, told in zip(hits, explanation.hits, strict=True):
        parts += ["", *_hit(hit, told, s, language)]
    return "\n".join([*parts, "", *_times(explanation, s, language)])


def _asked(explanation: Explanation, s: Texts) -> Iterator[str]:
    yield f"{s['question_language']}: {s['language_' + explanation.language]}"
    for one in explanation.expansions:
        entity = f" ({one.entity})" if one.entity else ""
        yield f"{s['also_searched']} {one.name}{entity}: {', '.join(one.others)}"
    if explanation.regions:
        yield f"{s['regions_named']}: {', '.join(explanation.regions)}"
    if explanation.without:
        yield f"{s['regions_without']}: {', '.join(explanation.without)}"
    if explanation.ambiguous:
        yield f"{s['ambiguous']}: {', '.join(explanation.ambiguous)}"
    for label, values in limits_told(explanation.filters, s):
        yield f"{label}: {values}"
    if explanation.candidates:
        yield fill(s["compared"], candidates=explanation.candidates, looked_at=explanation.looked_at)


def _hit(hit: Hit, told: ExplainedHit, s: Texts, language: str) -> Iterator[str]:
    page = fill(s["page"], page=hit.passage.page) if hit.passage.page else ""
    place = " › ".join(filter(None, [page, *hit.passage.headings]))
    yield f"{told.rank}. {hit.document.metadata.title} ({hit.document.source}) {place}".rstrip()
    yield f"   {' '.join(hit.passage.text.split())}"
    most = max([leg.share for leg in told.legs if leg.share > 0], default=1.0)
    width = max((len(_name(leg, s)) for leg in told.legs), default=0)
    for leg in told.legs:
        where = fill(s["placed"], place=leg.place) if leg.place else s["no_place"]
        bar = "█" * round(WIDTH * max(leg.share, 0.0) / most)
        share, score = decimal(leg.share, 3, language), decimal(leg.score, 3, language)
        yield f"   {_name(leg, s):<{width}} {share:>6}  {bar:<{WIDTH}} {score:>6}, {where}"
    yield f"   {s['sum']:<{width}} {decimal(told.score, 3, language):>6}"
    for label, words in (("words", told.held.words), ("parts", told.held.parts), ("names", told.held.names)):
        if words:
            yield f"   {s[label]}: {', '.join(words)}"
    for move in told.moves:
        yield f"   {s['move_' + move]}"
    if told.moves and told.place:
        yield f"   {fill(s['before'], place=told.place)}"
    if told.copies:
        yield f"   {s['copies']}: {'; '.join(one.title for one in told.copies)}"


def _times(explanation: Explanation, s: Texts, language: str) -> Iterator[str]:
    rows = [(s.get(f"step_{name}", name), seconds) for name, seconds in explanation.steps.items()]
    rows.append((s["total"], explanation.seconds))
    width = max(len(name) for name, _ in rows)
    for name, seconds in rows:
        yield f"{name:<{width}} {milliseconds(seconds, language):>8} ms"


def _name(leg: Leg, s: Texts) -> str:
    return s.get(f"leg_{leg.name}", leg.name)
