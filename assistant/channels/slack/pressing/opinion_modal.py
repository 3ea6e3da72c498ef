"""Why an answer was not helpful: asked in a modal, kept with the answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.models.blocks import (
    ContextBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
)
from slack_sdk.models.views import View

import prompts
from assistant.channels.documents.cited import find_given
from assistant.channels.opinions import LONGEST, REASONS
from assistant.channels.slack.actions import OPINION_MODAL
from assistant.channels.slack.blocks.lines import in_a_line
from assistant.channels.slack.blocks.splitting import shortened
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.pressing.presses import spoken
from assistant.feedback import Feedback, Reason
from assistant.personal import redacted, visible

REASON, TEXT = "reason", "text"
MOST_SHOWN = 300
"""Characters of the question, to tell which answer it is about."""

Acknowledge = Callable[..., object]


def opinion_view(parts: SlackParts, answer_id: str, question: str, language: str) -> dict[str, Any]:
    """The modal about an answer, in its language."""
    words, own = prompts.phrases("opinions", language), prompts.phrases("slack", language)
    options = [Option(value=each, text=_plain(words[f"why_{each}"])) for each in REASONS]
    asked = shortened(in_a_line(question), MOST_SHOWN)
    days = parts.settings.history_days
    view = View(
        type="modal",
        callback_id=OPINION_MODAL,
        private_metadata=json.dumps({"answer": answer_id}),
        title=_plain(own["opinion_title"]),
        submit=_plain(words["send"]),
        close=_plain(own["close"]),
        blocks=[
            SectionBlock(text=_plain(f"{words['about']} {asked}")),
            InputBlock(
                block_id=REASON,
                label=_plain(words["why"]),
                hint=_plain(words["optional"]),
                element=RadioButtonsElement(action_id=REASON, options=options),
                optional=True,
            ),
            InputBlock(
                block_id=TEXT,
                label=_plain(words["words"]),
                hint=_plain(words["hint"]),
                element=PlainTextInputElement(action_id=TEXT, multiline=True, max_length=LONGEST),
                optional=True,
            ),
            *([ContextBlock(elements=[_plain(prompts.fill(words["kept"], days=days))])] if days else []),
        ],
    )
    return view.to_dict()


def keep_opinion(parts: SlackParts, body: Mapping[str, Any], ack: Acknowledge) -> None:
    """Store what was said in the modal, then thank; told at its field where it cannot be kept."""
    view = body["view"]
    answer_id = _answer_id(view.get("private_metadata", ""))
    given = find_given(parts.service, answer_id) if answer_id else None
    if given is None:
        own = prompts.phrases("slack", parts.settings.language)
        ack(response_action="errors", errors={REASON: own["refuse_unknown_answer"]})
        return
    language = spoken(given.answer.language, parts)
    words, own = prompts.phrases("opinions", language), prompts.phrases("slack", language)
    reason, text = _said(view)
    if reason not in ("", *REASONS):
        ack(response_action="errors", errors={REASON: own["unknown_reason"]})
        return
    if len(text) > LONGEST:
        ack(response_action="errors", errors={TEXT: words["hint"]})
        return
    if reason or text:
        parts.service.feedback.add(Feedback(given.question, given.answer, False, Reason(reason), text))
    removed = redacted(visible(text), language) != visible(text)
    told = [words["thanks_more"] if reason or text else words["thanks"], *([words["removed"]] * removed)]
    ack(response_action="update", view=closing_view(own["opinion_title"], "\n".join(told), own["close"]))


def closing_view(title: str, text: str, close: str) -> dict[str, Any]:
    """A last page that says how it went."""
    blocks = [SectionBlock(text=_plain(text))]
    return View(type="modal", title=_plain(title), close=_plain(close), blocks=blocks).to_dict()


def _answer_id(metadata: str) -> str:
    try:
        return str(json.loads(metadata)["answer"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _said(view: Mapping[str, Any]) -> tuple[str, str]:
    values = view.get("state", {}).get("values", {})
    chosen = values.get(REASON, {}).get(REASON, {}).get("selected_option") or {}
    text = values.get(TEXT, {}).get(TEXT, {}).get("value") or ""
    return chosen.get("value", ""), text.strip()


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)
