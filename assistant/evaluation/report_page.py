"""Reports as one file each: style and script in the page, and a policy that allows nothing else."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import prompts
from assistant.channels.marked_text import marked_html, marked_line
from assistant.evaluation.wording import Wording
from assistant.web_address import web_address

ASSETS = files(__package__).joinpath("assets")
STYLE, SCRIPT, ICON = "report.css", "report.js", "icon.svg"


def page(template: str, wording: Wording, **values: object) -> str:
    """The whole page `template`; `t` holds the texts of prompts/*/report.md, `w` puts values into words."""
    parts = {"policy": content_security_policy(), "style": _asset(STYLE), "script": _asset(SCRIPT)}
    render = _environment().get_template(template).render
    return render(t=wording.texts, w=wording, icon=_icon(), **parts, **values)


@cache
def content_security_policy() -> str:
    """What every report allows itself: its own style and script, and nothing from anywhere.

    The page carries the policy in a meta element. A server sends the same as a header, where it may
    add `frame-ancestors`, which a meta element cannot hold.
    """
    allowed = {
        "default-src": "'none'",
        "style-src": _hash(_asset(STYLE)),
        "script-src": _hash(_asset(SCRIPT)),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assistant.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"fill": prompts.fill}
    environment.filters |= {
        "web_address": web_address,
        "marked_html": lambda text, links: Markup(marked_html(text, links)),
        "marked_line": lambda text, links: Markup(marked_line(text, links)),
    }
    return environment


@cache
def _asset(name: str) -> Markup:
    text = ASSETS.joinpath(name).read_text(encoding="utf-8")
    if "</" in text:
        raise ValueError(f"{name} would end its own element: it contains </")
    return Markup(text)


@cache
def _icon() -> str:
    return "data:image/svg+xml," + quote(ASSETS.joinpath(ICON).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
