"""An answer as Slack messages: its beginning, which is read at a glance, and the whole of it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from slack_sdk.models.blocks import ContextBlock, PlainTextObject

from assistant.answers import Answer, AnswerStatus
from assistant.channels.slack.actions import Action
from assistant.channels.slack.blocks.answer_buttons import LONGEST_ADDRESS, answer_buttons
from assistant.channels.slack.blocks.glance import Told, everything, glance
from assistant.channels.slack.blocks.lines import Line, Mark, in_a_line
from assistant.channels.slack.blocks.plain_bodies import bodies
from assistant.channels.slack.blocks.rich import rich_blocks
from assistant.channels.slack.blocks.splitting import shortened
from assistant.channels.slack.messages import Block, Body
from assistant.export.parts import Run
from prompts import fill, phrases

LONGEST_QUESTION = 300
LONGEST_MODEL = 100


class Heard(StrEnum):
    """How somebody goes on: by a reply, by one that mentions Utblick, or by asking again."""

    REPLY = "reply"
    MENTION = "mention"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with what Slack's users may do with it.

    By the numbers of its citations, `links` say where each is read (they lack what can no longer be read)
    and `standings` what became of it since. `web` is where the conversation goes on, empty for nowhere.
    `asked` puts the question above, for those who do not see it otherwise.
    """

    answer: Answer
    question: str
    links: Mapping[int, str]
    standings: Mapping[int, str]
    web: str = ""
    actions: Set[Action] = frozenset()
    asked: bool = False
    heard: Heard = Heard.REPLY


def short(shown: Shown) -> tuple[Body, ...]:
    """What is read at a glance, normally in one message; it has the button MORE where `whole` says more."""
    told = glance(shown.answer, _links(shown), shown.standings)
    more = {Action.MORE} if told.more else set()
    return _bodies(shown, told, (shown.actions - {Action.MORE}) | more)


def whole(shown: Shown) -> tuple[Body, ...]:
    """Everything that the answer says, and its sources' words, in as many messages as it takes."""
    told = everything(shown.answer, _links(shown), shown.standings)
    return _bodies(shown, told, shown.actions - {Action.MORE})


def _bodies(shown: Shown, told: Told, actions: Set[Action]) -> tuple[Body, ...]:
    answer, label = shown.answer, _label(shown.answer)
    words = phrases("slack_answers", answer.language)
    question = shortened(in_a_line(shown.question), LONGEST_QUESTION)
    blocks = [
        *(_small(fill(words["question"], question=question)) if shown.asked and question else ()),
        *rich_blocks([*told.text, *told.rows, *told.cards]),
        *rich_blocks(_titled(words["sources"], told.sources)),
        *rich_blocks(_listed(words["notices"], told.notices)),
        *rich_blocks(_listed(_invitation(shown, words), told.follow_ups)),
        *_small(label),
        *answer_buttons(answer.id, answer.language, shown.web, actions),
    ]
    return bodies(blocks, otherwise=label)


def _titled(title: str, told: Sequence[Line]) -> list[Line]:
    return [Line((Run(title, strong=True),)), *told] if told else []


def _listed(title: str, told: Sequence[Line]) -> list[Line]:
    """One behind its title, more of them below it."""
    if len(told) == 1:
        return [replace(told[0], runs=(Run(f"{title}: ", strong=True), *told[0].runs))]
    return _titled(title, [replace(line, mark=Mark.BULLET) for line in told])


def _invitation(shown: Shown, words: Mapping[str, str]) -> str:
    clarify = shown.answer.status is AnswerStatus.CLARIFY
    # Whole questions are asked, not answered with.
    questions = all(in_a_line(each).endswith("?") for each in shown.answer.follow_ups)
    return words[f"choices_{shown.heard}" if clarify and not questions else "follow_ups"]


def _label(answer: Answer) -> str:
    """Who wrote the answer, and that it can be wrong."""
    words, language = phrases("export", answer.language), answer.language
    if answer.ai_generated:
        label = fill(words["label_ai"], model=shortened(in_a_line(answer.model), LONGEST_MODEL))
    else:
        label = words["label_extract" if answer.citations else "label_plain"]
    return f"{label}. {phrases('slack_answers', language)['read']}" if answer.citations else label


def _small(text: str) -> Iterator[Block]:
    yield ContextBlock(elements=[PlainTextObject(text=text, emoji=False)]).to_dict()


def _links(shown: Shown) -> dict[int, str]:
    return {number: link for number, link in shown.links.items() if 0 < len(link) <= LONGEST_ADDRESS}
