"""What a question is not to keep: signs that nobody sees, and data about persons."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain

from prompts import phrases

KEPT_CONTROLS = "\n\t"
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing and are not among the format signs."""
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

FUNCTIONAL = re.compile(
    r"(?:info|kontakt|contact|post|postmottak|registrator|support|kundtjanst|kundservice|office|hej|hei|hello|mail)\b",
    re.IGNORECASE,
)
"""Beginnings of addresses that belong to an office and to nobody in person."""
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SWEDISH = re.compile(r"(?<![\d./-])(?:18|19|20)?(\d{6}) ?[-+–]? ?(\d{4})(?![\d-])")
NORWEGIAN = re.compile(r"(?<![\d./-])(\d{6}) ?(\d{5})(?![\d-])")
CARD = re.compile(
    r"(?<![\d-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{5})(?![\d-])"
)
CARD_START = re.compile(r"[3-6]|2[2-7]")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
NORWEGIAN_ACCOUNT = re.compile(r"(?<![\d.])\d{4}[. ]\d{2}[. ]\d{5}(?![\d.])")
ACCOUNT = re.compile(
    r"(?:\b(?:bank)?konto(?:t|n)?(?:nummer|nr)?|\bclearing(?:nummer|nr)?|\b(?:bank )?account(?: number| no)?)"
    r"\W{1,3}(?:är |is |er )?(\d[\d -]{5,}\d)",
    re.IGNORECASE,
)
ABROAD = re.compile(
    r"(?<![\w+])(?:\+|00(?=[1-9]))(?:\(?\d{1,3}\)?)[ -]?(?:\(0\))?\d(?:[ ()-]?\d){6,11}(?!\d)"
)
AT_HOME = re.compile(r"(?<![\w.,/+-])(?<!\d )0[1-9]\d{0,2}(?:[-/–] ?| )\d(?:[ -]?\d){4,7}(?![\w-])")
MOBILE = re.compile(r"(?<![\w.,/+-])07[02369]\d{7}(?!\d)")
NORWEGIAN_PHONE = re.compile(r"(?<![\w.,/-])(?:[49]\d{2} \d{2} \d{3}|[2-9]\d \d{2} \d{2} \d{2})(?![\w-]| \d)")
SAID_TO_BE_PHONE = re.compile(
    r"\b(?:tlf|tel|telefon\w*|mobil\w*|ring|phone|call me (?:on|at)|cell)\W{1,3}(?:är |is |er )?"
    r"(\d[\d -]{5,11}\d)(?![\w-])",
    re.IGNORECASE,
)
A_DATE = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}")

Span = tuple[int, int]


def visible(text: str) -> str:
    """`text` without signs that do not show: tags, zero-width and control signs, turns of direction."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not _shows_all(composed):
        composed = "".join(filter(_shows, composed))
    return SELECTORS.sub("", composed)


def redacted(text: str, language: str = "sv") -> str:
    """`text` with a neutral word of `language` in the place of each piece of personal data.

    Personal data are Swedish and Norwegian identity numbers, payment cards, bank accounts, phone numbers
    and e-mail addresses other than those of offices. Years, amounts, reference and organisation numbers stay.
    """
    word = phrases("routing", language)["redacted"]
    for start, end in reversed(_merged(sorted(personal(text)))):
        text = text[:start] + word + text[end:]
    return text


def warning(language: str) -> str:
    """What a user is told whose question held personal data."""
    return phrases("routing", language)["personal"]


def personal(text: str) -> Iterator[Span]:
    """Where personal data stand, in no order; they may overlap."""
    yield from _held(EMAIL, text, lambda match: not FUNCTIONAL.match(match.group()))
    yield from _held(SWEDISH, text, lambda match: is_swedish_identity(match[1] + match[2]))
    yield from _held(NORWEGIAN, text, lambda match: is_norwegian_identity(match[1] + match[2]))
    yield from _held(CARD, text, lambda match: is_card(_digits(match.group())))
    yield from _held(IBAN, text, lambda match: is_iban(match.group().replace(" ", "")))
    yield from _held(NORWEGIAN_ACCOUNT, text, lambda match: _modulo_11(_digits(match.group()), "5432765432"))
    for pattern in (ACCOUNT, SAID_TO_BE_PHONE):
        yield from (match.span(1) for match in pattern.finditer(text) if not A_DATE.fullmatch(match[1]))
    for pattern in (ABROAD, AT_HOME, MOBILE, NORWEGIAN_PHONE):
        yield from _held(pattern, text, lambda match: not A_DATE.fullmatch(match.group()))


def is_swedish_identity(digits: str) -> bool:
    """Whether ten digits are a personnummer or a samordningsnummer (a day raised by 60), by date and Luhn.

    An organisation number has 20 or more where the month stands, which makes it none.
    """
    month, day = int(digits[2:4]), int(digits[4:6])
    return _is_day(month, day - 60 if day > 60 else day) and is_luhn(digits)


def is_norwegian_identity(digits: str) -> bool:
    """Whether eleven digits are a fødselsnummer or a D-nummer (a day raised by 40), by date and checks."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (
        _is_day(month - 40 if month > 40 else month, day - 40 if day > 40 else day)
        and _modulo_11(digits[:10], "376189452")
        and _modulo_11(digits, "5432765432")
    )


def is_card(digits: str) -> bool:
    """Whether digits are a payment card's: a first digit in use and Luhn."""
    return bool(CARD_START.match(digits)) and is_luhn(digits)


def is_iban(code: str) -> bool:
    """Whether a code passes the check of ISO 13616: remainder 1 modulo 97."""
    turned = code[4:] + code[:4]
    return 15 <= len(code) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = chain.from_iterable(
        map(int, str(int(digit) * (1 + place % 2))) for place, digit in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


def _modulo_11(digits: str, weights: str) -> bool:
    """Whether the last digit is the check digit modulo 11 of the others under `weights`."""
    total = sum(int(digit) * int(weight) for digit, weight in zip(digits, weights, strict=False))
    return (total + int(digits[-1])) % 11 == 0


def _is_day(month: int, day: int) -> bool:
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


def _held(pattern: re.Pattern[str], text: str, holds: Callable[[re.Match[str]], bool]) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text) if holds(match))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _merged(spans: list[Span]) -> list[Span]:
    """Spans in order, those that overlap as one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _shows_all(text: str) -> bool:
    """Whether all of it does, seen at one look: what Python calls printable is in no hidden category."""
    return text.replace("\n", "").isprintable() and BLANKS.isdisjoint(text)


def _shows(sign: str) -> bool:
    return sign in KEPT_CONTROLS or (unicodedata.category(sign) not in ("Cc", "Cf") and sign not in BLANKS)
