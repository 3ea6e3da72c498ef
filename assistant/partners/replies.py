"""Drafts that name bodies: a short answer, the sentences it stands on, and a card for each."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import AnswerStatus
from assistant.drafts import Asked, Block, CardDraft, Draft, Line, Wording, own
from assistant.partners.bodies import Body
from assistant.partners.body_cards import body_card, distinct, own_name
from assistant.partners.choosing import Candidate
from assistant.partners.seeking import Sought
from prompts import fill, phrases
from vectorstore.entities import Entity
from vectorstore.naming import Names

MOST_CARDS = 5
MOST_LINES = 3
DOORS = 3
"""Bodies named as doors: more than a few is no advice."""


def found_bodies(
    fitting: Sequence[Candidate],
    advice: Sequence[Line],
    helpers: Sequence[Candidate],
    wanted: Sought,
    names: Names,
    asked: Asked,
) -> Draft:
    """The bodies that fit, and sentences of advice that name none."""
    texts = phrases("partners", asked.language)
    chosen = list(fitting[: DOORS if wanted.wants_door else MOST_CARDS])
    key = "door" if wanted.wants_door else "found_place" if wanted.place else "found"
    unnamed = bool(wanted.themes) and _is_spoken(chosen, asked) and not any(one.has_theme for one in chosen)
    closing = [own(fill(texts["unnamed_theme"], theme=_subject(wanted, texts)))] if unnamed else []
    if wanted.wants_door and not wanted.place:
        closing.append(own(texts["ask_place"]))
    blocks = [_block(chosen, texts["says"], advice), _block(helpers, texts["helps"])]
    return Draft(
        lead=(_naming(texts[key], chosen, wanted.place, texts),) if chosen else (),
        blocks=tuple(block for block in blocks if block.lines),
        closing=tuple(closing),
        cards=_cards([*chosen, *helpers], names, asked.language),
        follow_ups=_follow_ups(chosen, asked.language),
    )


def described(found: Sequence[Candidate], wanted: Sought, names: Names, asked: Asked) -> Draft | None:
    """The bodies that the question weighs against each other, each in the documents' words."""
    texts = phrases("partners", asked.language)
    chosen = [_leading(one) for one in found if one.entity in wanted.named]
    if len(chosen) < 2:
        return None
    return Draft(
        lead=(_naming(texts["named"], chosen, "", texts),),
        blocks=(_block(chosen, texts["says"]),),
        closing=(own(texts["not_ranked"]),),
        cards=_cards(chosen, names, asked.language),
        follow_ups=_follow_ups(chosen, asked.language),
    )


def found_nobody(
    near: Sequence[Candidate],
    helpers: Sequence[Candidate],
    known: Sequence[Entity],
    wanted: Sought,
    names: Names,
    asked: Asked,
) -> Draft | None:
    """What is there although it does not fit, what is not, and who helps to look further."""
    if not (near or helpers or known):
        return None
    texts = phrases("partners", asked.language)
    blocks = [_block(near, texts["near"]), _block(helpers, texts["helps"])]
    closing = _in_register(known, wanted, texts, asked.language)
    if not (near or helpers):
        return Draft(status=AnswerStatus.NOT_IN_SOURCES, lead=tuple(closing))
    return Draft(
        status=AnswerStatus.PARTIAL,
        blocks=tuple(block for block in blocks if block.lines),
        missing=(_part(wanted, texts),),
        closing=tuple(closing if wanted.place else [own(texts["ask_place"])]),
        cards=_cards([*near, *helpers], names, asked.language),
    )


def who_asks(language: str) -> Draft:
    """The one question back to somebody who has told nothing, with three ways to begin."""
    texts = phrases("partners", language)
    choices = tuple(texts[key] for key in ("choice_firm", "choice_public", "choice_partner"))
    return Draft(status=AnswerStatus.CLARIFY, closing=(own(texts["ask_who"]),), follow_ups=choices)


def listed_names(written: Sequence[str], texts: dict[str, str]) -> str:
    """ "A, B and C" in the language of the texts."""
    *first, last = written
    return f"{', '.join(first)} {texts['list_and']} {last}" if first else last


def _leading(one: Candidate) -> Candidate:
    """The candidate with a sentence first that is about it alone, where there is one."""
    return replace(one, tellings=tuple(sorted(one.tellings, key=lambda telling: not telling.leads)))


def _naming(text: str, chosen: Sequence[Candidate], place: str, texts: dict[str, str]) -> Line:
    """Our sentence with the bodies' names, on the quotes that name them, as those write them."""
    written = list(dict.fromkeys(one.tellings[0].written for one in chosen))
    quotes = tuple(one.quote for one in distinct([one.tellings[0] for one in chosen]))
    return Line(fill(text, names=listed_names(written, texts), place=place), quotes, Wording.CLAIMED)


def _block(chosen: Sequence[Candidate], title: str, beside: Sequence[Line] = ()) -> Block:
    told = distinct([one.tellings[0] for one in chosen])[:MOST_LINES]
    lines = [Line(one.text, (one.quote,)) for one in told]
    held = {line.quotes[0].key for line in lines}
    more = [line for line in beside if line.quotes[0].key not in held]
    return Block(tuple([*lines, *more][:MOST_LINES]), title)


def _cards(chosen: Sequence[Candidate], names: Names, language: str) -> tuple[CardDraft, ...]:
    once = {one.entity.id: one for one in reversed(chosen)}
    ordered = [one for one in chosen if once.pop(one.entity.id, None)]
    return tuple(body_card(one, names, language) for one in ordered[:MOST_CARDS])


def _is_spoken(chosen: Sequence[Candidate], asked: Asked) -> bool:
    """Whether the quotes are in the question's language, so that its words could stand in them."""
    spoken = {one.tellings[0].scored.hit.document.metadata.language for one in chosen}
    return bool(spoken) and spoken <= {asked.language}


def _in_register(known: Sequence[Entity], wanted: Sought, texts: dict[str, str], language: str) -> list[Line]:
    if not known:
        return []
    written = listed_names([own_name(one, language) for one in known[:MOST_LINES]], texts)
    as_of = max(one.as_of for one in known)
    return [own(fill(texts["only_known"], names=written, place=wanted.place, as_of=as_of))]


def _subject(wanted: Sought, texts: dict[str, str]) -> str:
    return listed_names(wanted.subject, texts)


def _part(wanted: Sought, texts: dict[str, str]) -> str:
    """What nothing is found of, in a few words."""
    key = "part" if wanted.themes else "part_called" if wanted.called else "part_elsewhere"
    if wanted.wants_door:
        key = "part_door"
    if wanted.place:
        key += "_place"
    return fill(texts[key], theme=_subject(wanted, texts), place=wanted.place)


def _follow_ups(chosen: Sequence[Candidate], language: str) -> tuple[str, ...]:
    text = phrases("partners", language)["ask_next"]
    asked = [one for one in chosen if one.body is not Body.ABROAD][:2]
    return tuple(fill(text, body=own_name(one.entity, language)) for one in asked)
