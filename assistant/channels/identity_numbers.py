"""Personal identity numbers in a question, which a person is warned of before it is asked."""

from assistant.personal import (
    NORWEGIAN,
    SWEDISH,
    is_norwegian_identity,
    is_swedish_identity,
    redacted,
    visible,
)


def holds_identity_number(text: str) -> bool:
    """Whether a Swedish or Norwegian identity number, by its date and check digits, stands in `text`."""
    shown = visible(text)
    return any(is_swedish_identity(found[1] + found[2]) for found in SWEDISH.finditer(shown)) or any(
        is_norwegian_identity(found[1] + found[2]) for found in NORWEGIAN.finditer(shown)
    )


def without_personal_data(text: str, language: str) -> str:
    """`text` as it would be kept: a neutral word stands where personal data stood."""
    return redacted(visible(text), language)
