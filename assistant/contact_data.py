"""Contact data in a text: how somebody is reached by mail, telephone, post or web."""

import re

EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
WEB = r"(?:https?://|\bwww\.)[^\s<>()\[\]]+"
LABELLED = r"\b(?:tfn|tlf|tel|telefon|telefax|fax|mobil|phone|växel|sentralbord)\b\W{0,3}\+?\d[\d \-/()]{4,}"
TELEPHONE = r"(?<![\d-])(?:\+4[5-7][\s-]?(?:\(0\))?\d|0\d{1,3}[-/ ]\s?\d)(?:[\s-]?\d){4,8}(?!\d)"
POSTCODE = r"(?<![\d ])\d{3} \d{2}\s+[A-ZÅÄÖ][a-zåäöéA-ZÅÄÖ]+"
BOX = r"\b(?:box|postboks|po box)\s+\d+"
STREET = r"\b\w*(?:gatan|vägen|gränden|torget|allén|stigen|veien|gate|gata)\s+\d{1,3}\b"
CONTACT_DATA = re.compile(
    "|".join((EMAIL, WEB, LABELLED, TELEPHONE, rf"(?-i:{POSTCODE})", BOX, STREET)), re.IGNORECASE
)


def contact_data(text: str) -> list[re.Match[str]]:
    """Where the text holds a mail address, a telephone number, a postal address or a web address."""
    return list(CONTACT_DATA.finditer(text))
