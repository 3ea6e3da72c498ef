"""Dates are read as they are written, and a file of posts falls into dated sections."""

import unicodedata
from datetime import date

import pytest
from prose import ADVICE, NETWORK, TODAY, loaded, made, text_of

from ingest.contents import without_contents
from ingest.dates import mentions
from ingest.furniture import running_text
from ingest.headings import mark_headings
from ingest.posts import find_posts
from vectorstore.partial_dates import is_partial
from vectorstore.passages import Section


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("den 14 augusti 2020", "2020-08-14"),
        ("I dag, den 7:e maj 2018", "2018-05-07"),
        ("3. desember 2019", "2019-12-03"),
        ("12 – 14 juni 2012", "2012-06-14"),
        ("3-5 mars 2012", "2012-03-05"),
        ("i bladet (10-12-18) står", "2010-12-18"),
        ("4th of July 2018", "2018-07-04"),
        ("July 4, 2018", "2018-07-04"),
        ("i juni 2021", "2021-06"),
        ("2021-06-30", "2021-06-30"),
        ("4\u00a0juli\u00a02018", "2018-07-04"),
        ("29 februari 2020", "2020-02-29"),
    ],
)
def test_dates_in_words(words: str, iso: str) -> None:
    assert [mention.iso for mention in mentions(words)] == [iso]


@pytest.mark.parametrize(
    "words", ["31 februari 2020", "29 februari 2019", "32 maj 2020", "2020-13-01", "mars", "2020"]
)
def test_what_is_no_date(words: str) -> None:
    assert not any(mention.day for mention in mentions(words))


def test_a_weekday_tells_the_year() -> None:
    [mention] = mentions("Torsdag den 22 november var det klart")
    assert (mention.year, mention.weekday, mention.iso) == (None, 3, "")
    assert mention.in_year(2018) == "2018-11-22" and mention.in_year(2019) == ""


def test_partial_dates() -> None:
    assert all(map(is_partial, ["2009", "2009-01", "2009-01-29"]))
    assert not any(
        map(is_partial, ["", "09", "2009-13", "2009-02-30", "2009-1-2", "2009-01-29x", "maj 2009"])
    )


def posts(text: str, suffix: str = ".txt", today: date = TODAY) -> tuple[Section, ...]:
    file = without_contents(loaded(text, suffix))
    return find_posts(text, running_text(text, mark_headings(file)).blocks, today)


TITLES = ("Ny utlysning öppnar", "Mässa i Oslo", "Avgiften slopas", "Ny på kontoret")
DAYS = ("12 mars 2021", "3 februari 2021", "15 januari 2021", "4 december 2020")
ISO = ["2021-03-12", "2021-02-03", "2021-01-15", "2020-12-04"]
LAYOUTS = {
    "date line": "{title}\n\n{day}\n\n{text}",
    "stressed date": "{title}\n\n*{day}*\n\n{text}",
    "publication line": "{title}\n\nPublicerad: {day}\n\n{text}",
    "byline": "{title}\n\nAv Eva Ek | {day}\n\n{text}",
    "date last": "{title}\n\n{text}\n\n{day}",
    "date in title": "{day}: {title}\n\n{text}",
    "markdown": "## {title}\n\n*{day}*\n\n{text}",
    "numbers": "## {title}\n\nPublicerad {iso}\n\n{text}",
}


def newsletter(layout: str) -> str:
    each = zip(TITLES, DAYS, ISO, strict=True)
    return text_of(*(LAYOUTS[layout].format(title=t, day=d, iso=i, text=ADVICE) for t, d, i in each))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_posts_with_date_lines(layout: str, ends: str) -> None:
    text = newsletter(layout).replace("\n", ends)
    found = posts(text, ".md" if "## " in text else ".txt")
    assert [section.published for section in found] == ISO
    assert all(title in section.title for title, section in zip(TITLES, found, strict=True))
    assert [section.end for section in found[:-1]] == [section.start for section in found[1:]]


def test_posts_below_a_title() -> None:
    text = text_of("# Nyhetsbrev", ADVICE, newsletter("markdown"), "# Kontakt", NETWORK)
    document, passages = made(text, "brev.md")
    assert [section.published for section in document.sections] == ISO
    assert document.metadata.title == "Nyhetsbrev" and document.metadata.as_of == ISO[0]
    assert [passage.published for passage in passages] == [
        ISO[0],
        *ISO,
        ISO[0],
    ]  # outside posts: the newest day


DIARY = (
    "Åter hemma", f"I fredags kom vi hem. {ADVICE}",
    "På väg", f"Nästa vecka åker jag till Malmö. {NETWORK}",
    "Här är *vi* nu", f"I går började resan. {ADVICE}",
)  # fmt: skip


def test_a_letter_with_combining_signs_is_read_like_others() -> None:
    text = unicodedata.normalize("NFD", text_of(*DIARY))
    document, passages = made(text)
    assert [section.title for section in document.sections] == ["Åter hemma", "På väg", "Här är vi nu"]
    assert all(len(passage.headings) == 1 for passage in passages)


def test_posts_that_speak_from_their_own_day() -> None:
    assert [section.title for section in posts(text_of(*DIARY))] == ["Åter hemma", "På väg", "Här är vi nu"]


CHAPTERS = ("Året i korthet", "Verksamhet", "Ekonomi", "Personal", "Framtid")
OTHERS = {
    "annual report": "Under 2019 ökade exporten. I år har vi startat tre nätverk, och i dag är vi nio.",
    "decisions": "Den 3 maj 2018 beslutade nämnden om stöd, och den 4 juni 2019 ändrades det.",
    "periods": "Programmet 2014–2020 följs av programmet 2021–2027, som öppnar den 1 januari 2021.",
    "hours": "Kontoret har öppet tre dagar i veckan, nästa år fyra, och just nu finns plats för fler.",
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("mark", ["", "## "])
def test_chapters_are_no_posts(kind: str, mark: str) -> None:
    text = text_of(
        *(part for chapter in CHAPTERS for part in (f"{mark}{chapter}", f"{OTHERS[kind]} {ADVICE}"))
    )
    assert posts(text, ".md" if mark else ".txt") == ()


def test_chapters_below_a_title_are_no_posts_however_they_speak() -> None:
    parts = [f"## {part}" if number % 2 == 0 else part for number, part in enumerate(DIARY)]
    assert len(posts(text_of(*parts), ".md")) == 3
    assert posts(text_of("# Året som gick", *parts), ".md") == ()


def test_days_as_headings_are_posts() -> None:
    text = text_of(*(part for day in DAYS for part in (day, ADVICE)))
    assert [section.published for section in posts(text)] == ISO


def test_two_dated_parts_are_no_file_of_posts() -> None:
    assert posts(text_of("Ett", DAYS[0], ADVICE, "Två", DAYS[1], ADVICE)) == ()


def test_a_section_that_points_back_belongs_to_the_post_above() -> None:
    aside = ("Om syftet", f"Projektet handlar om {NETWORK}")
    text = text_of(TITLES[0], DAYS[0], ADVICE, *aside, newsletter("date line"))
    assert [section.title for section in posts(text)] == [TITLES[0], *TITLES]


def dated(*days: str) -> list[tuple[str, str, str]]:
    """(published, earliest, latest) of posts that begin with these words."""
    parts = [
        part for number, day in enumerate(days) for part in (f"Inlägg {'ABCDEF'[number]}", f"{day} {NETWORK}")
    ]
    return [(section.published, section.earliest, section.latest) for section in posts(text_of(*parts))]


def test_posts_without_a_date_are_bounded_by_those_around_them() -> None:
    newest_first = dated(
        "I går, idag den 4 juli 2018.", "I fredags var det så.", "I går, idag den 2 maj 2016."
    )
    assert newest_first[1] == ("", "2016-05-02", "2018-07-04")
    oldest_first = dated(
        "I går, idag den 2 maj 2016.", "I fredags var det så.", "I går, idag den 4 juli 2018."
    )
    assert oldest_first[1] == ("", "2016-05-02", "2018-07-04")


def test_bounds_in_one_month_or_year_are_a_date() -> None:
    days = dated("I går, idag den 9 juli 2018.", "I fredags var det så.", "I går, idag den 2 juli 2018.")
    assert days[1] == ("2018-07", "2018-07-02", "2018-07-09")


def test_without_an_order_nothing_is_bounded() -> None:
    alone = dated("I fredags var det så.", "I går, idag den 4 juli 2018.", "I somras var det så.")
    assert alone == [("", "", ""), ("2018-07-04", "", ""), ("", "", "")]
    mixed = dated(
        "I går, idag den 4 juli 2018.", "I fredags. ", "I går, idag den 4 juli 2019.", "Idag den 1 maj 2017."
    )
    assert mixed[1] == ("", "", "")


def test_a_weekday_without_a_year_is_settled_by_the_posts_around_it() -> None:
    days = dated(
        "Torsdag den 22 november var det klart.", "I går, idag den 4 juli 2018.", "Idag den 1 maj 2017."
    )
    assert days[0][0] == "2018-11-22"


def test_a_coming_date_is_the_latest() -> None:
    days = dated("I går, idag den 4 juli 2018.", "Nästa vecka, på lördag (10-12-18), öppnar vi.", "I somras.")
    assert days[1] == ("2010-12", "2010-12-11", "2010-12-18")
    assert days[2] == ("", "", "2010-12-18")


@pytest.mark.parametrize(
    "words", ["På fredag den 31 februari 2020", "Idag den 31 februari 2020", "(10-02-31)"]
)
def test_a_day_that_does_not_exist_breaks_nothing(words: str) -> None:
    assert [day[0] for day in dated(*[f"I går. {words} möts vi."] * 3)] == ["", "", ""]
