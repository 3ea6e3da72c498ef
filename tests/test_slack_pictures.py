"""Every kind of message and modal that officers see in Slack, in pictures for a person to look at.

They are in `screenshots/`, or where UTBLICK_SCREENSHOTS says.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from quiet_page import DESK, NEEDS, PHONE, WIDTHS, Size, chromium
from slack_scenes import CLOSED, FREE, MANY, PEOPLE, RULES, Shelf, Talk, Talkative, told
from slack_small import slack_service

from assistant.switch import Switch

pytestmark = NEEDS
FOLDER = Path(os.environ.get("UTBLICK_SCREENSHOTS", Path(__file__).parent.parent / "screenshots"))
LOOKS = [(PHONE, "dark"), (DESK, "light")]
CUT_OFF = """[...document.querySelectorAll("main *")].filter(each => {
  const box = each.getBoundingClientRect(), hidden = getComputedStyle(each).overflowX !== "visible";
  return !each.closest(".scrolls") && (box.right > innerWidth + 1 || box.left < -1
    || (hidden && each.scrollWidth > each.clientWidth + 1));
}).map(each => each.textContent.slice(0, 80))"""
Scenes = Mapping[str, str]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    folder = tmp_path_factory.mktemp("slack-pictures")
    file = folder / "slack.yaml"
    file.write_text(RULES)
    given = {"store": Shelf(), "answering": Talkative(), "slack_file": str(file), "question_characters": 300}
    with slack_service(folder, **given) as (service, slack):
        for id in (*MANY, FREE, CLOSED):
            slack.add_channel(id, "omvarld")
        for id in PEOPLE:
            slack.add_user(id, id[2:].title())
        slack.users[slack.bot_user]["real_name"] = "Utblick"
        pages = told(Talk(slack, service.url), Switch(service.log.engine))
        assert slack.called("chat.postMessage") and all(each.status == 200 for each in slack.calls)
        return {f"slack-{name}": page for name, page in pages.items()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_what_officers_see_in_slack_in_pictures(
    browser: Browser, scenes: Scenes, size: Size, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    for name, html in scenes.items():
        page.set_content(html)
        scrolled, shown = page.evaluate(WIDTHS)
        assert scrolled <= shown == size[0], name
        assert page.evaluate(CUT_OFF) == [], name
        assert page.locator(".block").first.is_visible(), name
        page.screenshot(path=FOLDER / f"{name}-{size[0]}-{scheme}.png", full_page=True, animations="disabled")
    context.close()
