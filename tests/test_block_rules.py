"""The rules for blocks find what is planted, and let through what is right."""

from copy import deepcopy
from typing import Any

import pytest
from block_rules import characters, faults, view_faults

PLAIN = {"type": "plain_text", "text": "Hej"}
BUTTON = {"type": "button", "action_id": "a", "value": "1", "text": PLAIN}
OPTION = {"text": PLAIN, "value": "v"}
MENU = {"type": "static_select", "action_id": "m", "options": [OPTION]}
TEXT = {"type": "text", "text": "ord", "style": {"bold": True}}
RICH: dict[str, Any] = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [TEXT, {"type": "link", "url": "https://a.example/x", "text": "a"}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U1"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "kod"}]},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}],
        },
    ],
}
RIGHT: list[dict[str, Any]] = [
    RICH,
    {"type": "header", "text": PLAIN},
    {
        "type": "section",
        "block_id": "s",
        "text": {"type": "mrkdwn", "text": "x", "verbatim": True},
        "accessory": MENU,
    },
    {"type": "section", "fields": [PLAIN] * 10},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]},
    {"type": "divider"},
    {
        "type": "actions",
        "block_id": "t",
        "elements": [BUTTON, {**BUTTON, "action_id": "b", "url": "https://a.example"}],
    },
]
ENTRY = {"type": "plain_text_input", "action_id": "i", "multiline": True, "max_length": 500}
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": PLAIN,
    "submit": PLAIN,
    "private_metadata": "",
    "blocks": [
        {"type": "input", "block_id": "one", "label": PLAIN, "element": ENTRY, "optional": True},
        {"type": "input", "label": PLAIN, "element": {"type": "multi_users_select", "action_id": "u"}},
        {
            "type": "input",
            "label": PLAIN,
            "element": {**MENU, "type": "radio_buttons", "initial_option": OPTION},
        },
    ],
}


def test_what_is_right_passes() -> None:
    assert faults(RIGHT) == [] and faults([]) == []
    assert faults([{"type": "divider"}] * 50) == [] and view_faults(MODAL) == []
    assert characters(RIGHT[:2]) == len("ord" + "a" + "kod" + "Hej")


def said(length: int, kind: str = "plain_text") -> dict[str, str]:
    return {"type": kind, "text": "x" * length}


def section(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def link(url: str) -> dict[str, Any]:
    return section({"type": "link", "url": url})


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


WRONG: list[tuple[Any, str]] = [
    ("x", "not a list"),
    ([{"type": "divider"}] * 51, "51 of them"),
    ([{"type": "strange"}], "not one of"),
    ([{"type": ["divider"]}], "not one of"),
    ([{"type": "divider", "colour": "red"}], "unknown field colour"),
    ([{"type": "divider", "block_id": "x" * 256}], "256 characters"),
    ([{"type": "divider", "block_id": "x"}] * 2, "block_id x is used 2 times"),
    ([{"type": "header", "text": said(151)}], "151 characters"),
    ([{"type": "header", "text": said(5, "mrkdwn")}], "not one of plain_text"),
    ([{"type": "header"}], "text is missing"),
    ([{"type": "section"}], "neither text nor fields"),
    ([{"type": "section", "text": said(3001)}], "3001 characters"),
    ([{"type": "section", "text": said(0)}], "0 characters"),
    ([{"type": "section", "text": {**PLAIN, "verbatim": True}}], "plain_text has no verbatim"),
    ([{"type": "section", "text": {**said(1, "mrkdwn"), "emoji": True}}], "mrkdwn has no emoji"),
    ([{"type": "section", "fields": [PLAIN] * 11}], "11 of them"),
    ([{"type": "section", "fields": [said(2001)]}], "2001 characters"),
    ([{"type": "section", "text": PLAIN, "accessory": ENTRY}], "not one of"),
    ([{"type": "context", "elements": [PLAIN] * 11}], "11 of them"),
    ([{"type": "context", "elements": []}], "0 of them"),
    ([{"type": "context", "elements": [BUTTON]}], "not one of"),
    (
        [{"type": "context", "elements": [{"type": "image", "image_url": "https://a.example/x"}]}],
        "alt_text is missing",
    ),
    ([actions()], "0 of them"),
    ([actions(*[{**BUTTON, "action_id": str(n)} for n in range(26)])], "26 of them"),
    ([actions(BUTTON, BUTTON)], "action_id a is used 2 times"),
    ([actions({**BUTTON, "text": said(76)})], "76 characters"),
    ([actions({**BUTTON, "value": "x" * 2001})], "2001 characters"),
    ([actions({**BUTTON, "url": "https://a.example/" + "x" * 3000})], "characters, must be 1 to 3000"),
    ([actions({**BUTTON, "url": "/documents"})], "not an address"),
    ([actions({**BUTTON, "style": "loud"})], "not one of primary"),
    ([actions({**BUTTON, "action_id": "x" * 256})], "256 characters"),
    ([actions({**BUTTON, "confirm": {"title": PLAIN}})], "deny is missing"),
    ([actions({**MENU, "options": []})], "0 of them"),
    ([actions({**MENU, "options": [{**OPTION, "value": str(n)} for n in range(101)]})], "101 of them"),
    ([actions({**MENU, "options": [{**OPTION, "text": said(76)}]})], "76 characters"),
    ([actions({**MENU, "options": [{**OPTION, "value": "x" * 151}]})], "151 characters"),
    ([actions({**MENU, "options": [OPTION, OPTION]})], "option v is there 2 times"),
    ([actions({**MENU, "initial_option": {**OPTION, "value": "w"}})], "does not have"),
    (
        [actions({**MENU, "option_groups": [{"label": PLAIN, "options": [OPTION]}]})],
        "options or option_groups",
    ),
    ([actions({**MENU, "placeholder": said(151)})], "151 characters"),
    ([section()], "0 of them"),
    ([section({"type": "text", "text": ""})], "0 characters"),
    ([section({"type": "text", "text": "x", "style": {"loud": True}})], "unknown field loud"),
    ([section({"type": "text", "text": "x", "style": {"bold": 1}})], "not true or false"),
    ([section({"type": "text"})], "text is missing"),
    ([section({"type": "rich_text_section", "elements": [TEXT]})], "not one of"),
    ([section({"type": "broadcast", "range": "all"})], "not one of here"),
    ([link("javascript:alert(1)")], "not an address"),
    ([link("https://a.example/en sida")], "white space"),
    ([link("https://a.example/" + "x" * 3000)], "characters, must be 1 to 3000"),
    ([{"type": "rich_text", "elements": [TEXT]}], "not one of rich_text"),
    ([{"type": "rich_text", "elements": []}], "0 of them"),
    ([{"type": "rich_text", "elements": [{**RICH["elements"][3], "style": "dots"}]}], "not one of bullet"),
    ([{"type": "rich_text", "elements": [{**RICH["elements"][3], "indent": 9}]}], "from 0 to 8"),
    (
        [{"type": "rich_text", "elements": [{**RICH["elements"][3], "elements": [TEXT]}]}],
        "not one of rich_text_section",
    ),
    (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user"}]}],
            }
        ],
        "not one",
    ),
    ([{"type": "input", "label": PLAIN, "element": ENTRY}], "not one of"),
    ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}], "21 of them"),
    ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "more than one table"),
    ([{"type": "markdown", "text": "x" * 6001}] * 2, "12000 characters"),
]


@pytest.mark.parametrize(
    ("blocks", "fault"), WRONG, ids=[f"{n}: {fault}" for n, (_, fault) in enumerate(WRONG)]
)
def test_a_planted_fault_is_found(blocks: Any, fault: str) -> None:
    found = faults(blocks)
    assert found and any(fault in each for each in found), found


WRONG_VIEWS: list[tuple[dict[str, Any], str]] = [
    ({"title": said(25)}, "25 characters"),
    ({"submit": said(25)}, "25 characters"),
    ({"private_metadata": "x" * 3001}, "3001 characters"),
    ({"callback_id": "x" * 256}, "256 characters"),
    ({"type": "home"}, "not one of modal"),
    ({"colour": "red"}, "unknown field"),
    ({"blocks": [{"type": "divider"}] * 101}, "101 of them"),
    ({"blocks": [{"type": "input", "label": said(2001), "element": ENTRY}]}, "2001 characters"),
    ({"blocks": [{"type": "input", "label": PLAIN, "element": BUTTON}]}, "not one of"),
    (
        {"blocks": [{"type": "input", "label": PLAIN, "element": {**ENTRY, "max_length": 3001}}]},
        "from 1 to 3000",
    ),
    (
        {"blocks": [{"type": "input", "label": PLAIN, "element": {**ENTRY, "initial_value": "x" * 501}}]},
        "outside its own lengths",
    ),
]


@pytest.mark.parametrize(("change", "fault"), WRONG_VIEWS)
def test_a_fault_in_a_modal_is_found(change: dict[str, Any], fault: str) -> None:
    found = view_faults({**deepcopy(MODAL), **change})
    assert any(fault in each for each in found), found


def test_a_modal_with_an_input_needs_a_way_to_send_it() -> None:
    assert "submit is missing" in view_faults({k: v for k, v in MODAL.items() if k != "submit"})[0]
