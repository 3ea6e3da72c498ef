"""What a text says when its disguises are taken off: look-alike letters, digits for letters, encodings."""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

LONGEST = 4000
"""Characters of a text that are looked at in disguise."""
LOOKALIKES = str.maketrans(
    "аеіјоѕрсухһԁԛԝАВЕКМНОРСТХІЈЅαεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeijospcyxhdqwABEKMHOPCTXIJSaeiknoptuxABEZHIKMNOPTYX",
)
LEET = str.maketrans("0134578@$!", "oieastbasi")
TOKEN = re.compile(r"\S+")
MIXED = re.compile(r"[^\W\d_][013457@$!]|[013457@$][^\W\d_]")
SPACED = re.compile(r"(?<!\w)(?:\w[ .*_-]){3,}\w(?!\w)")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
TELLTALE = re.compile("ignor|instru|system|prompt|strunta i|bortse", re.IGNORECASE)
"""Beginnings of words without which a text turned round is only noise."""
HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[ :]?){12,}")


def readings(text: str) -> list[str]:
    """The text and every other way to read it, each once."""
    return list(dict.fromkeys([text, *_undisguised(text[:LONGEST])]))


def _undisguised(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).translate(LOOKALIKES)
    yield plain
    yield TOKEN.sub(_spelled, plain)
    yield SPACED.sub(lambda match: re.sub(r"[ .*_-]", "", match.group()), plain)
    yield unquote(html.unescape(plain))
    yield from _decoded(plain)
    turned = (codecs.encode(plain, "rot13"), plain[::-1])
    yield from (each for each in turned if TELLTALE.search(each))


def _spelled(token: re.Match[str]) -> str:
    """A token that mixes letters and digits in letters alone."""
    return token.group().translate(LEET) if MIXED.search(token.group()) else token.group()


def _decoded(text: str) -> Iterator[str]:
    """What stands in base64 or in hexadecimal digits, where it is text."""
    for match in BASE64.finditer(text):
        signs = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        yield from _readable(lambda code: base64.b64decode(code + "=" * (-len(code) % 4)), signs)
    for match in HEX.finditer(text):
        yield from _readable(bytes.fromhex, re.sub("[ :]", "", match.group()))


def _readable(decode: Callable[[str], bytes], code: str) -> Iterator[str]:
    try:
        found = decode(code).decode()
    except (ValueError, binascii.Error):
        return
    if found.isprintable():
        yield found
