"""Counties, larger areas and neighbouring countries as questions name them."""

import re

# Beginnings of words; a test holds that every region of `ingest` is among them.
STEMS = (
    "blekinge dalarna gotland gävleborg halland jämtland härjedalen jönköping kalmar kronoberg norrbotten "
    "skåne skånsk stockholm sörmland södermanland uppsala värmland wermland västerbotten västernorrland "
    "västmanland örebro östergötland östsam innlandet hedmark trøndelag norrland svealand götaland småland "
    "scania sverige sweden norge norway danmark denmark finland island iceland"
).split()
AREAS = (
    "norra mellansverige",
    "östra mellansverige",
    "västra götaland",
    "north central sweden",
)
ENDING = r"(?:(?:regionen|s?ka?|ske|s?kt|s|'s|’s)?(?:\s+län)?)"
PLACE = re.compile(
    rf"(?<![\w–-])(?:{'|'.join(map(re.escape, (*AREAS, *STEMS)))}){ENDING}(?![\w–-])", re.IGNORECASE
)


def places(text: str) -> list[re.Match[str]]:
    """Where the text names a place by its own word; "Sverige–Norge" within a programme's name is none."""
    return list(PLACE.finditer(text))
