"""The worker's own words to the asker."""

from collections.abc import Mapping

import prompts
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Wish
from assistant.language import question_language


def words(parts: SlackParts, wish: Wish) -> Mapping[str, str]:
    """They, in the question's language; in the service's where there is no question."""
    language = question_language(wish.text) if wish.text else parts.settings.language
    return prompts.phrases("slack_worker", language)
