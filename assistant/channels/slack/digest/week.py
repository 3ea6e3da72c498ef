"""What happened in some days: questions, what was not answered, and what became of the documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from assistant.answers import AnswerStatus
from assistant.desk.figures import HELPFUL, UNKNOWN, Figures, read_figures
from assistant.desk.gaps import OPEN, Gaps
from assistant.desk.matters import Unanswered
from assistant.desk.out_of_date import out_of_date
from assistant.desk.themes import OTHER
from vectorstore.naming import Names
from vectorstore.reading import Listed
from vectorstore.watch_news import News, NewsKind, WatchNews

DAYS = 7
SOON = timedelta(days=30)
MOST_NEWS = 1000
"""News looked through for those of the days; the newest are read first."""
_UNANSWERED = (*OPEN, AnswerStatus.CLARIFY.value)


@dataclass(frozen=True, slots=True)
class Told:
    """A question that speaks for all like it, and how many times it was asked."""

    question: str
    times: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A document; `kind` is NEW or CHANGED where that is known. `id` is empty for one that is gone."""

    id: str
    title: str
    kind: NewsKind | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of the days. `kept` says whether their words are stored at all.

    `before` counts those of as many days before. `in_field` are those that the documents should answer.
    `unhelpful` counts answers that did not help, `poor` are the questions of those.
    """

    count: int
    before: int
    answered: int
    in_field: int
    unhelpful: int
    themes: Mapping[str, int]
    regions: Mapping[str, int]
    kept: bool
    unanswered: Sequence[Told]
    poor: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Papers:
    """What became of the documents: `over` has ended within the days, `soon` will within SOON of the last."""

    stored: Sequence[Paper]
    gone: Sequence[Paper]
    over: Sequence[Paper]
    soon: Sequence[Paper]

    @property
    def any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.stored or self.gone or self.over or self.soon)


def asked(engine: Engine, history_days: int, last: date) -> Asked:
    """What was asked in the DAYS up to `last`, days in this machine's zone."""
    first = last - timedelta(days=DAYS - 1)
    figures = read_figures(engine, DAYS, last)
    like = list(_like(engine, history_days, first, last))
    feedback = figures.totals.get("feedback", {})
    return Asked(
        count=figures.questions,
        before=read_figures(engine, DAYS, first - timedelta(days=1)).questions,
        answered=sum(day.answered for day in figures.days),
        in_field=sum(day.in_field for day in figures.days),
        unhelpful=sum(count for said, count in feedback.items() if said != HELPFUL),
        themes=_most(figures, "theme", OTHER),
        regions=_most(figures, "region", UNKNOWN),
        kept=history_days > 0,
        unanswered=_told([one for one in group if one.status in _UNANSWERED] for group in like),
        poor=_told([one for one in group if one.status not in _UNANSWERED] for group in like),
    )


def papers(engine: Engine, documents: Sequence[Listed], names: Names, last: date) -> Papers:
    """What became of `documents` in the DAYS up to `last`."""
    first = last - timedelta(days=DAYS - 1)
    news = [one for one in WatchNews(engine).newest(MOST_NEWS) if first <= _day(one.at) <= last]
    before, now, later = (
        _ended(documents, names, day) for day in (first - timedelta(days=1), last, last + SOON)
    )
    return Papers(
        stored=_stored(documents, news, first, last),
        gone=[Paper("", one.title or one.uri) for one in news if one.kind is NewsKind.GONE],
        over=[paper for id, paper in now.items() if id not in before],
        soon=[paper for id, paper in later.items() if id not in now],
    )


def _like(engine: Engine, history_days: int, first: date, last: date) -> Iterator[list[Unanswered]]:
    """Like questions of the days that nobody has dealt with, newest first."""
    for gap in Gaps(engine, history_days).read():
        for matter in gap.matters:
            if within := [one for one in matter.open if first <= _day(one.at) <= last]:
                yield within


def _told(groups: Iterable[list[Unanswered]]) -> list[Told]:
    ordered = sorted(filter(None, groups), key=lambda like: (-len(like), -like[0].at.timestamp()))
    return [Told(like[0].question, len(like)) for like in ordered]


def _most(figures: Figures, name: str, nameless: str) -> dict[str, int]:
    """The counts, largest first, without what has no name."""
    counts = figures.totals.get(name, {})
    named = [(value, count) for value, count in counts.items() if value != nameless and count > 0]
    return dict(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _stored(documents: Iterable[Listed], news: Iterable[News], first: date, last: date) -> list[Paper]:
    """Documents that were stored in the days, newest first; what is new rather than changed, where known."""
    told = {one.document_id: one.kind for one in news if one.kind in (NewsKind.NEW, NewsKind.CHANGED)}
    recent = [one for one in documents if first <= _day(one.stored_at) <= last]
    ordered = sorted(recent, key=lambda one: one.stored_at, reverse=True)
    return [Paper(one.id, _title(one), told.get(one.id)) for one in ordered]


def _ended(documents: Sequence[Listed], names: Names, day: date) -> dict[str, Paper]:
    titles = {one.id: _title(one) for one in documents}
    return {one.id: Paper(one.id, titles[one.id]) for one in out_of_date(documents, names, day).over}


def _title(document: Listed) -> str:
    return document.metadata.title or document.source


def _day(at: datetime) -> date:
    # SQLite gives times back without their zone, which is UTC.
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone().date()
