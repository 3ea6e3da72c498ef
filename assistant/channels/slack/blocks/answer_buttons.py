"""The buttons under an answer, with the answer's id in each."""

from collections.abc import Iterator, Set

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, PlainTextObject

from assistant.channels.slack.actions import Action
from assistant.channels.slack.messages import Block
from prompts import phrases

LONGEST_ADDRESS = 3000
OPINIONS = (Action.HELPFUL, Action.UNHELPFUL)
ROW = (Action.MORE, *OPINIONS, Action.SHARE, Action.COLLEAGUE, Action.WEB)


def answer_buttons(answer_id: str, language: str, web: str, actions: Set[Action]) -> Iterator[Block]:
    """The buttons for `actions` in one row; nothing where there are none. WEB leads to `web`."""
    buttons = [
        _button(action, answer_id, language, web)
        for action in ROW
        if action in actions and (action is not Action.WEB or 0 < len(web) <= LONGEST_ADDRESS)
    ]
    if buttons:
        yield ActionsBlock(elements=buttons).to_dict()


def _button(action: Action, answer_id: str, language: str, web: str) -> ButtonElement:
    words = phrases("slack_answers", language)
    name = action.removeprefix("utblick_")
    return ButtonElement(
        text=PlainTextObject(text=words[f"button_{name}"], emoji=False),
        action_id=action,
        value=answer_id,
        url=web if action is Action.WEB else None,
        accessibility_label=words[f"{name}_aloud"] if action in OPINIONS else None,
    )
