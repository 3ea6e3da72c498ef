"""Cards and contacts: what they stand on, whom they show, and what is never given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from partner_shelf import asked, hits, scorer, shelf_of_partners

from assistant.answers import AnswerStatus
from assistant.checking import check
from assistant.drafts import Asked, Block, CardDraft, Draft, Line
from assistant.framing import frame
from assistant.partners.carding import Carded
from assistant.partners.contacting import ContactFinder
from assistant.partners.people import people
from assistant.partners.telling import tellings
from vectorstore.embedder import Embedder
from vectorstore.queries import Hit
from vectorstore.store import Store

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    """The shelf of partners."""
    with shelf_of_partners(tmp_path_factory, embedder) as opened:
        yield opened


@dataclass(frozen=True)
class Quoting:
    """A composer that quotes the sentences that begin with `openings`."""

    store: Store
    embedder: Embedder
    openings: tuple[str, ...]

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        told = tellings(scorer(self.store, self.embedder).score(asked.text, hits), self.store.names())
        lines = {one.text: Line(one.text, (one.quote,)) for one in told if one.text.startswith(self.openings)}
        return Draft(blocks=(Block(tuple(lines.values())),)) if lines else None


def cards(store: Store, embedder: Embedder, text: str, *openings: str) -> tuple[CardDraft, ...]:
    """The cards beside an answer that quotes the sentences with these openings."""
    carded = Carded(Quoting(store, embedder, openings), store, scorer(store, embedder))
    draft = carded.compose(asked(text), hits(store, text))
    assert draft is not None
    return draft.cards


def reached(store: Store, text: str, language: str = "sv") -> Draft:
    draft = ContactFinder(store).compose(asked(text, language), hits(store, text))
    assert draft is not None
    return draft


def test_a_person_s_card_has_the_role_under_the_year_of_its_document(
    store: Store, embedder: Embedder
) -> None:
    (card,) = cards(store, embedder, "Vem talade om mötet i Falun, vilken rådgivare?", "Mötet hölls")
    assert (card.kind, card.name) == ("contact", "Karin Sandberg")
    assert {name: line.text for name, line in card.fields.items()} == {
        "Roll, enligt dokumentet från 2018": "rådgivare på Almi"
    }


def test_nobody_is_shown_where_no_person_is_asked_for(store: Store, embedder: Embedder) -> None:
    assert not cards(store, embedder, "Var hölls mötet om industri?", "Mötet hölls")


def test_cards_beside_a_plain_answer_stand_on_its_own_quotes(store: Store, embedder: Embedder) -> None:
    openings = ("Eurostars betalar", "Vinnova hanterar")
    (card,) = cards(store, embedder, "Vem hanterar Eurostars och hur mycket betalas?", *openings)
    assert {name: line.text for name, line in card.fields.items()} == {
        "Pengar": "Eurostars betalar 50 procent av kostnaden för ett litet företag.",
        "Vem som ansvarar": "Vinnova hanterar Eurostars i Sverige.",
    }


def test_a_card_that_would_only_repeat_the_answer_is_not_made(store: Store, embedder: Embedder) -> None:
    assert not cards(store, embedder, "Hur mycket betalar Eurostars?", "Eurostars betalar")


def test_one_programme_as_a_whole_gets_fields_from_its_own_sheet(store: Store, embedder: Embedder) -> None:
    (card,) = cards(store, embedder, "Vad är Eurostars?", "Eurostars är")
    assert card.kind == "programme"
    assert list(card.fields) == ["Vad", "Pengar", "För vem", "Vem som ansvarar"]
    for line in card.fields.values():
        (quote,) = line.quotes
        assert quote.hit.document.text[quote.start : quote.end] == line.text


def test_a_detail_of_a_programme_does_not_bring_its_whole_sheet(store: Store, embedder: Embedder) -> None:
    assert not cards(store, embedder, "Vad är stödet i Eurostars för små företag?", "Eurostars är")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eva Lind, strateg på kommunen, Bo Ek, projektledare", [("Eva Lind", "strateg på kommunen")]),
        ("Eva Lind (s) Styrelsens ordförande", [("Eva Lind", "Styrelsens ordförande")]),
        ("Det är Eva Lind som är vår samordnare.", [("Eva Lind", "vår samordnare")]),
        ("Ansvarig är Eva Lind, som bor i Falun.", [("Eva Lind", "Ansvarig")]),
        ("Eva Lind på Karlstads universitet och jag skrev.", [("Eva Lind", "på Karlstads universitet")]),
        ("Paper Province, strateg och rådgivare", []),
        ("Vi åkte till Norra Hamnen och Stora Torget.", []),
    ],
)
def test_persons_are_known_by_what_they_are(store: Store, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.role) for one in people(text, store.names())][: len(expected) or None] == expected


def test_all_who_have_the_surname_are_shown_with_their_years(store: Store) -> None:
    draft = reached(store, "Vad jobbar Sandberg med?")
    answer = frame(check(draft, "Sandberg", store.document, "sv", TODAY), "sv")
    assert {card.name for card in answer.cards} == {"Mats Sandberg", "Karin Sandberg"}
    assert {name for card in answer.cards for name in card.fields} == {
        "Roll, enligt dokumentet från 2009",
        "Roll, enligt dokumentet från 2018",
    }
    assert "flera personer som heter Sandberg" in answer.text


def test_a_full_name_is_not_asked_back(store: Store) -> None:
    text = "Vem är Karin Sandberg?"
    assert ContactFinder(store).compose(asked(text), hits(store, text)) is None


def test_contact_data_of_a_body_that_is_gone_is_not_given(store: Store) -> None:
    draft = reached(store, "Vilket telefonnummer har Regionförbundet Örebro?")
    answer = frame(check(draft, "", store.document, "sv", TODAY), "sv")
    shown = " ".join([answer.text, *(one.quote for one in answer.citations)])
    assert "019" not in shown and "Storgatan" not in shown
    assert "finns inte längre" in answer.text
    assert "Region Örebro län" in answer.text and "2026-11" in answer.text


def test_contact_data_of_a_living_body_is_given_with_its_year(store: Store) -> None:
    draft = reached(store, "Vad har Handelskammaren Mälardalen för telefon?")
    (card,) = draft.cards
    assert "010-55 66 77" in card.fields["Kontakt, enligt dokumentet från 2025"].text


def test_contact_data_of_an_old_document_is_not_given(store: Store) -> None:
    draft = reached(store, "What is the e-mail of Inova Wermland?", "en")
    answer = frame(check(draft, "", store.document, "en", TODAY), "en")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "inova.example" not in answer.text
    assert "older document" in answer.text and "own website" in answer.text


def test_a_body_without_contact_data_is_told_how_to_find_it(store: Store) -> None:
    draft = reached(store, "Hva er e-postadressen til Paper Province?", "no")
    assert draft.status is AnswerStatus.NOT_IN_SOURCES
    assert "nettstedet" in draft.closing[0].text
