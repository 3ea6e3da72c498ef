"""The blocks and elements of Block Kit and the limits of each, written from Slack's documentation."""

from collections.abc import Iterator
from typing import Any

from block_checks import (
    ALT,
    Check,
    Kind,
    any_text,
    flag,
    one_of,
    several,
    string,
    text,
    thing,
    typed,
    url,
    whole,
)

ID = string(255)
CONFIRM = thing(
    Kind(
        {
            "title": text(100),
            "text": any_text(300),
            "confirm": text(30),
            "deny": text(30),
            "style": one_of("primary", "danger"),
        },
        ("title", "text", "confirm", "deny"),
    )
)
_OPTION = {"value": string(150), "description": any_text(75), "url": url}
OPTION = thing(Kind({**_OPTION, "text": text(75)}, ("text", "value")))
MARKED = thing(Kind({**_OPTION, "text": any_text(75)}, ("text", "value")))
GROUP = thing(Kind({"label": text(75), "options": several(OPTION, 1, 100)}, ("label", "options")))
FILTER = thing(
    Kind(
        {
            "include": several(one_of("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": flag,
            "exclude_bot_users": flag,
        }
    )
)
_PRESSED = {"action_id": ID, "confirm": CONFIRM}
_CHOSEN = {**_PRESSED, "placeholder": text(150), "focus_on_load": flag}
_MOST = {"max_selected_items": whole(1, 100)}
_LISTED = {"options": several(OPTION, 1, 100), "option_groups": several(GROUP, 1, 100)}
_TYPED = {**_CHOSEN, "dispatch_action_config": thing(Kind({"trigger_actions_on": several(string(50), 1, 2)}))}


def _picked(one: str) -> dict[str, Kind]:
    """The menus of people, channels or conversations: for one and for several."""
    ids = several(string(30), 1, 100)
    more: dict[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
    single = {**_CHOSEN, f"initial_{one}": string(30), "response_url_enabled": flag, **more}
    return {
        f"{one}s_select": Kind(single, ("action_id",)),
        f"multi_{one}s_select": Kind({**_CHOSEN, **_MOST, f"initial_{one}s": ids, **more}, ("action_id",)),
    }


def _ticked(initial: str, check: Check) -> Kind:
    fields = {**_PRESSED, "focus_on_load": flag, "options": several(MARKED, 1, 10), initial: check}
    return Kind(fields, ("action_id", "options"))


IMAGE = Kind({"image_url": url, "alt_text": string(ALT)}, ("image_url", "alt_text"))
BUTTON = Kind(
    {
        **_PRESSED,
        "text": text(75),
        "url": url,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    ("text", "action_id"),
)
MENUS = {
    "button": BUTTON,
    "overflow": Kind({**_PRESSED, "options": several(OPTION, 1, 5)}, ("action_id", "options")),
    "static_select": Kind({**_CHOSEN, **_LISTED, "initial_option": OPTION}, ("action_id",)),
    "multi_static_select": Kind(
        {**_CHOSEN, **_LISTED, **_MOST, "initial_options": several(OPTION, 1, 100)}, ("action_id",)
    ),
    "radio_buttons": _ticked("initial_option", MARKED),
    "checkboxes": _ticked("initial_options", several(MARKED, 1, 10)),
    "datepicker": Kind({**_CHOSEN, "initial_date": string(10, 10)}, ("action_id",)),
    "timepicker": Kind({**_CHOSEN, "initial_time": string(5, 5), "timezone": string(60)}, ("action_id",)),
    **_picked("user"),
    **_picked("channel"),
    **_picked("conversation"),
}
PLAIN_INPUT = Kind(
    {
        **_TYPED,
        "initial_value": string(3000),
        "multiline": flag,
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
    ("action_id",),
)
INPUTS = {kind: MENUS[kind] for kind in MENUS if kind not in ("button", "overflow")}
INPUTS |= {"plain_text_input": PLAIN_INPUT}
OPINION = thing(
    Kind({"text": text(75), "value": string(2000), "accessibility_label": string(75)}, ("text", "value"))
)
CONTEXT_ACTIONS = {
    "feedback_buttons": Kind(
        {"action_id": ID, "positive_button": OPINION, "negative_button": OPINION},
        ("positive_button", "negative_button"),
    ),
    "icon_button": Kind(
        {**_PRESSED, "icon": one_of("trash"), "text": text(75), "value": string(2000)}, ("icon", "text")
    ),
}

STYLE = thing(Kind(dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag)))
PLAIN_STYLE = thing(
    Kind(dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), flag))
)
WORDS = {
    "text": Kind({"text": string(3000), "style": STYLE}, ("text",)),
    "link": Kind({"url": url, "text": string(3000), "unsafe": flag, "style": STYLE}, ("url",)),
    "emoji": Kind(
        {"name": string(100), "unicode": string(50), "skin_tone": whole(1, 6), "style": PLAIN_STYLE},
        ("name",),
    ),
    "user": Kind({"user_id": string(30), "style": PLAIN_STYLE}, ("user_id",)),
    "usergroup": Kind({"usergroup_id": string(30), "style": PLAIN_STYLE}, ("usergroup_id",)),
    "channel": Kind({"channel_id": string(30), "style": PLAIN_STYLE}, ("channel_id",)),
    "broadcast": Kind({"range": one_of("here", "channel", "everyone"), "style": PLAIN_STYLE}, ("range",)),
    "color": Kind({"value": string(7)}, ("value",)),
    "date": Kind(
        {
            "timestamp": whole(0, 9_999_999_999),
            "format": string(200),
            "url": url,
            "fallback": string(300),
            "style": STYLE,
        },
        ("timestamp", "format"),
    ),
}
_LINE = several(typed(WORDS), 1, 1000)
_BORDER = {"border": whole(0, 1)}
SECTION = {"rich_text_section": Kind({"elements": _LINE}, ("elements",))}
RICH = {
    **SECTION,
    "rich_text_quote": Kind({"elements": _LINE, **_BORDER}, ("elements",)),
    "rich_text_preformatted": Kind(
        {"elements": several(typed({kind: WORDS[kind] for kind in ("text", "link")}), 1, 1000), **_BORDER},
        ("elements",),
    ),
    "rich_text_list": Kind(
        {
            "elements": several(typed(SECTION), 1, 1000),
            "style": one_of("bullet", "ordered"),
            "indent": whole(0, 8),
            "offset": whole(0, 10_000),
            **_BORDER,
        },
        ("elements", "style"),
    ),
}
RICH_TEXT = Kind({"elements": several(typed(RICH), 1, 1000)}, ("elements",))
CELL = typed({"raw_text": Kind({"text": string(3000)}, ("text",)), "rich_text": RICH_TEXT})
COLUMN = thing(Kind({"align": one_of("left", "center", "right"), "is_wrapped": flag}))


def _in_context(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, dict) and value.get("type") == "image":
        return typed({"image": IMAGE})(value, at)
    return any_text()(value, at)


ANYWHERE = {
    "section": Kind(
        {
            "text": any_text(),
            "fields": several(any_text(2000), 1, 10),
            "accessory": typed({**MENUS, "image": IMAGE}),
            "expand": flag,
        }
    ),
    "header": Kind({"text": text(150)}, ("text",)),
    "divider": Kind({}),
    "context": Kind(
        {"elements": several(_in_context, 1, 10)},
        ("elements",),
    ),
    "actions": Kind({"elements": several(typed(MENUS), 1, 25)}, ("elements",)),
    "image": Kind({**IMAGE.fields, "title": text(2000)}, IMAGE.required),
    "rich_text": RICH_TEXT,
    "markdown": Kind({"text": string(12_000)}, ("text",)),
}
SURFACES = {
    "message": {
        **ANYWHERE,
        "context_actions": Kind({"elements": several(typed(CONTEXT_ACTIONS), 1, 5)}, ("elements",)),
        "table": Kind(
            {"rows": several(several(CELL, 1, 20), 1, 100), "column_settings": several(COLUMN, 1, 20)},
            ("rows",),
        ),
    },
    "modal": {
        **ANYWHERE,
        "input": Kind(
            {
                "label": text(2000),
                "element": typed(INPUTS),
                "hint": text(2000),
                "optional": flag,
                "dispatch_action": flag,
            },
            ("label", "element"),
        ),
    },
}
MOST = {"message": 50, "modal": 100}
