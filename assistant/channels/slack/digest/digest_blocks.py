"""The weekly digest as Slack shows it. Titles and questions are text elements, which Slack never parses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any
from urllib.parse import quote

from slack_sdk.models.blocks import (
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)

import prompts
from assistant.channels.desk.naming import Naming
from assistant.channels.slack.digest.week import DAYS, Asked, Paper, Papers, Told
from assistant.channels.slack.messages import Block, Body
from assistant.personal import visible
from assistant.validity import spoken
from vectorstore.settings import Settings

MOST_NAMES, MOST_QUESTIONS, MOST_PAPERS = 3, 5, 6
"""Themes and counties, questions, and documents of one kind that are told."""
LONGEST = 180
"""Characters of a question or a title."""

Line = Sequence[RichTextElement]


@dataclass(frozen=True, slots=True)
class Digest:
    """What is told of the days up to `last`; `calendar` says that they are a week from Monday to Sunday."""

    last: date
    calendar: bool
    asked: Asked
    papers: Papers


def digest_body(digest: Digest, settings: Settings) -> Body:
    """The message in the language of the settings. Titles link to where the documents can be read."""
    writer = _Writer(settings.language, settings.public_url)
    return Body(escape(writer.summary(digest), quote=False), tuple(writer.blocks(digest)))


def as_text(body: Body) -> str:
    """What the message says, in plain text."""
    return "\n".join(filter(None, (_plain(block) for block in body.blocks)))


class _Writer:
    def __init__(self, language: str, public_url: str) -> None:
        self.language, self.public_url = language, public_url
        self.x, self.named = prompts.phrases("slack_digest", language), Naming(language)

    def summary(self, digest: Digest) -> str:
        """The message in a line, for notifications."""
        return f"{self.title(digest)}. {self.count(digest.asked)}"

    def title(self, digest: Digest) -> str:
        if not digest.calendar:
            return self.x["title_days"]
        return self.fill("title_week", week=digest.last.isocalendar().week)

    def count(self, asked: Asked) -> str:
        """How many questions there were, and before."""
        key = "count_none" if not asked.count else "count_one" if asked.count == 1 else "count_many"
        said = self.fill(key, count=self.named.number(asked.count))
        return (
            f"{said} {self.fill('before', count=self.named.number(asked.before))}" if asked.before else said
        )

    def blocks(self, digest: Digest) -> Iterator[Block]:
        yield HeaderBlock(text=self.title(digest)).to_dict()
        yield self.context(self.period(digest.last))
        yield self.questions(digest.asked)
        yield from self.asked_in_vain(digest.asked)
        yield from self.documents(digest.papers)
        yield self.context(self.x["footer"])

    def period(self, last: date) -> str:
        first, ends = last - timedelta(days=DAYS - 1), spoken(last.isoformat(), self.language)
        begins = spoken(first.isoformat(), self.language)
        if first.year == last.year:
            begins = begins.removesuffix(f" {first.year}")
        days = f"{first.day}–{ends}" if first.month == last.month else f"{begins} – {ends}"
        return self.fill("period", days=days)

    def questions(self, asked: Asked) -> Block:
        lines = [self.count(asked)]
        if asked.in_field:
            lines.append(self.fill("answered", answered=asked.answered, whole=asked.in_field))
        lines += [
            self.fill(kind, names=self.counted(kind, counts))
            for kind, counts in (("theme", asked.themes), ("region", asked.regions))
            if counts
        ]
        if asked.unhelpful:
            lines.append(
                self.fill("unhelpful_one" if asked.unhelpful == 1 else "unhelpful", count=asked.unhelpful)
            )
        if asked.in_field > asked.answered and not asked.kept:
            lines.append(self.x["not_kept"])
        return _rich(_headed(self.x["questions"], "\n".join(lines)))

    def counted(self, kind: str, counts: Mapping[str, int]) -> str:
        """ "Finansiering (12), Marknader (8)"."""
        most = list(counts.items())[:MOST_NAMES]
        return ", ".join(f"{_short(self.named(kind, value))} ({count})" for value, count in most)

    def asked_in_vain(self, asked: Asked) -> Iterator[Block]:
        for key, told in (("unanswered", asked.unanswered), ("poor", asked.poor)):
            if told:
                lines = [self.question(one) for one in told[:MOST_QUESTIONS]]
                yield self.listed(key, lines, len(told) - len(lines))

    def question(self, told: Told) -> Line:
        times = self.fill("times", count=told.times)
        return [_text(_short(told.question)), *([_text(f" {times}")] if told.times > 1 else [])]

    def documents(self, papers: Papers) -> Iterator[Block]:
        if not papers.any:
            yield _rich(_headed(self.x["documents"], self.x["no_news"]))
        for key, listed in (
            ("stored", papers.stored),
            ("gone", papers.gone),
            ("over", papers.over),
            ("soon", papers.soon),
        ):
            if listed:
                lines = [self.paper(one) for one in listed[:MOST_PAPERS]]
                yield self.listed(key, lines, len(listed) - len(lines), key != "gone")

    def paper(self, paper: Paper) -> Line:
        title = _short(paper.title)
        mark = [_text(f" {self.x[f'kind_{paper.kind.value}']}")] if paper.kind else []
        if not (paper.id and self.public_url):
            return [_text(title), *mark]
        return [
            RichTextElementParts.Link(url=self.address(f"/{quote(paper.id, safe='')}"), text=title),
            *mark,
        ]

    def address(self, id: str = "") -> str:
        return f"{self.public_url}/documents{id}?lang={self.language}"

    def listed(self, key: str, lines: Sequence[Line], more: int, documents: bool = False) -> Block:
        if more:
            said = self.fill("more", count=self.named.number(more))
            linked = documents and self.public_url
            rest = RichTextElementParts.Link(url=self.address(), text=said) if linked else _text(said)
            lines = [*lines, [rest]]
        items = [RichTextSectionElement(elements=list(line)) for line in lines]
        return _rich(_headed(self.x[key]), RichTextListElement(style="bullet", elements=items))

    def context(self, said: str) -> Block:
        return ContextBlock(elements=[PlainTextObject(text=said, emoji=False)]).to_dict()

    def fill(self, key: str, **names: object) -> str:
        return prompts.fill(self.x[key], **names)


def _rich(*elements: RichTextElement) -> Block:
    return RichTextBlock(elements=list(elements)).to_dict()


def _headed(heading: str, said: str = "") -> RichTextElement:
    bold = RichTextElementParts.TextStyle(bold=True)
    head = RichTextElementParts.Text(text=heading, style=bold)
    return RichTextSectionElement(elements=[head, *([_text(f"\n{said}")] if said else [])])


def _text(said: str) -> RichTextElement:
    return RichTextElementParts.Text(text=said)


def _short(said: str) -> str:
    """In one line, without what cannot be seen, and cut where it is too long."""
    line = " ".join(visible(said).split()) or "–"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _plain(block: Any) -> str:
    """A block, or an element of one, as text; the items of lists on lines of their own."""
    if isinstance(block.get("text"), str):
        return f"{block['text']} <{block['url']}>" if "url" in block else str(block["text"])
    if "text" in block:
        return _plain(block["text"])
    inner = [_plain(one) for one in block.get("elements", ())]
    if block["type"] == "rich_text_list":
        return "".join(f"\n- {one}" for one in inner)
    return ("\n" if block["type"] == "rich_text" else "") + "".join(inner)
