"""Every text exists in every language, with the same keys and the same names to fill in."""

import re
from importlib.resources import files
from string import Template

import pytest

import prompts

NAMES = sorted(
    each.name[:-3] for each in files("prompts").joinpath("sv").iterdir() if each.name.endswith(".md")
)
KEYED = [
    name
    for name in NAMES
    if "\n## " in "\n" + files("prompts").joinpath("sv", f"{name}.md").read_text("utf-8")
]


def test_languages_have_the_same_files() -> None:
    for language in prompts.LANGUAGES:
        names = {each.name for each in files("prompts").joinpath(language).iterdir()}
        assert names == {f"{name}.md" for name in NAMES}


@pytest.mark.parametrize("language", prompts.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_text_renders(name: str, language: str) -> None:
    raw = files("prompts").joinpath(language, f"{name}.md").read_text("utf-8")
    swedish = Template(files("prompts").joinpath("sv", f"{name}.md").read_text("utf-8"))
    wanted = set(swedish.get_identifiers())
    assert set(Template(raw).get_identifiers()) == wanted
    text = prompts.load(name, language, **{each: "«x»" for each in wanted})
    assert text
    assert not re.search(r"\$\w", text)


@pytest.mark.parametrize("language", prompts.LANGUAGES)
@pytest.mark.parametrize("name", KEYED)
def test_phrases_have_the_same_keys_and_names(name: str, language: str) -> None:
    swedish, others = prompts.phrases(name, "sv"), prompts.phrases(name, language)
    assert list(swedish) == list(others)
    for key, text in others.items():
        assert bool(text) == bool(swedish[key]), key
        assert set(Template(text).get_identifiers()) == set(Template(swedish[key]).get_identifiers()), key


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        prompts.fill(prompts.phrases("problems", "sv")["long_question"], characters=1)


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert prompts.fill("$a", a="$b {0.__class__} {{x}}") == "$b {0.__class__} {{x}}"
