"""The chat in pages of other sites: which of them may fetch what, and that nothing else is let out."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from small_service import EVIL, HOSTILE, Running, running

import prompts
from assistant.channels.guards import CSP
from assistant.channels.origins import allowed_origins
from assistant.channels.widget import FILES
from assistant.switch import Switch
from vectorstore.settings import Settings, SettingsError

LISTED = "https://region.example"
OTHER = "http://127.0.0.1:4711"
PUBLIC = "https://chat.example"
CORS = "access-control-allow-origin"
STATIC = Path(__file__).resolve().parent.parent / "assistant/channels/static"
MOST_BYTES = 60 * 1024
FOREIGN = [
    "https://region.example.evil.se",
    "https://evilregion.example",
    "https://sub.region.example",
    "https://region.example:8443",
    "http://region.example",
    "https://region.example/",
    "https://region.example https://region.example",
    "HTTPS://REGION.EXAMPLE",
    "http://127.0.0.1:4712",
    "https://evil.example",
    "null",
    "*",
    "",
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    listed = f"HTTPS://Region.Example/ {OTHER}"
    with running(tmp_path_factory.mktemp("widget"), embed_origins=listed, public_url=PUBLIC) as service:
        yield service


@pytest.fixture(scope="module")
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=10) as client:
        yield client


@pytest.fixture(scope="module")
def answered(client: httpx.Client) -> str:
    """The id of an answer that was given."""
    return str(client.post("/api/chat", json={"question": "Vad finns det för stöd?"}).json()["id"])


def settings(**given: str) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def embedding(origin: str, **further: str) -> dict[str, str]:
    """The headers that a browser sends for a page of `origin`."""
    return {"Origin": origin, "Sec-Fetch-Site": "cross-site", **further}


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ("https://region.example", "https://region.example"),
        ("HTTPS://Region.Example/", "https://region.example"),
        ("https://region.example:443", "https://region.example"),
        ("http://intra.region.example:8080/", "http://intra.region.example:8080"),
        ("https://västerås.example", "https://xn--vsters-buam.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origins_are_compared_as_browsers_write_them(entry: str, origin: str) -> None:
    assert allowed_origins(settings(embed_origins=entry)).embedding == {origin}


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "null",
        "region.example",
        "https://",
        "https://*.region.example",
        "https://region.example/chat",
        "https://region.example?x",
        "https://region.example,https://annan.example",
        "https://region.example,annan.example",
        "https://user@region.example",
        "https://region.example:99999",
        "https://[::1",
        "ftp://region.example",
        "file:///etc",
    ],
)
def test_what_is_no_origin_is_refused(entry: str) -> None:
    with pytest.raises(SettingsError, match=r"UTBLICK_EMBED_ORIGINS=.*expected https://name") as told:
        allowed_origins(settings(embed_origins=f"{LISTED} {entry}"))
    assert repr(entry) in str(told.value)


def test_the_server_does_not_start_with_what_is_no_origin(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="UTBLICK_EMBED_ORIGINS"), running(tmp_path, embed_origins="*"):
        pytest.fail("it started")


def test_without_the_setting_no_site_is_let_in() -> None:
    assert allowed_origins(settings()).embedding == frozenset()


@pytest.mark.parametrize("origin", [LISTED, OTHER])
def test_listed_sites_get_what_the_widget_needs(client: httpx.Client, answered: str, origin: str) -> None:
    for path in reads(client, answered):
        response = client.get(path, headers=embedding(origin))
        assert (response.status_code, response.headers[CORS]) == (200, origin), path
        assert response.headers["vary"] == "Origin"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert not {"set-cookie", "access-control-allow-credentials"} & set(response.headers)
    for path, body in sends(answered):
        response = client.post(path, json=body, headers=embedding(origin))
        assert (response.status_code // 100, response.headers[CORS]) == (2, origin), path
        assert not {"set-cookie", "access-control-allow-credentials"} & set(response.headers)


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_sites_do_not(client: httpx.Client, service: Running, answered: str, origin: str) -> None:
    asked = len(service.assistant.asked)
    given = len(service.feedback.newest())
    responses = [client.get(path, headers=embedding(origin)) for path in reads(client, answered)]
    for path, body in sends(answered):
        responses += [client.post(path, json=body, headers=embedding(origin))]
        asking = {"Access-Control-Request-Method": "POST"}
        responses += [client.options(path, headers=embedding(origin, **asking))]
    for response in responses:
        assert (response.status_code, response.json()["code"]) == (403, "foreign_origin"), response.url
        assert CORS not in response.headers
    assert (len(service.assistant.asked), len(service.feedback.newest())) == (asked, given)


def test_what_hides_its_origin_is_refused(client: httpx.Client, answered: str) -> None:
    for path, body in sends(answered):
        assert client.post(path, json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_browser_may_ask_before_it_sends(client: httpx.Client, answered: str) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path, _ in sends(answered):
        response = client.options(path, headers=embedding(LISTED, **asking))
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers[CORS] == LISTED
        assert response.headers["access-control-allow-methods"] == "POST"
        assert response.headers["access-control-allow-headers"] == "content-type"
    for method in ("DELETE", "PUT", ""):
        asking = {"Access-Control-Request-Method": method}
        assert client.options("/api/feedback", headers=embedding(LISTED, **asking)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/documents", "/documents/strategi", "/api/documents", "/api/documents/strategi"),
        *("/api/search?q=x", "/desk", "/evaluation", "/metrics", "/livez", "/static/style.css"),
        *("/resurser", "/om", "/widget/..%2Fapi/documents", "/widget.js/x", "/export.md"),
    ],
)
def test_nothing_else_is_let_out(client: httpx.Client, path: str) -> None:
    for origin in (LISTED, OTHER):
        response = client.get(path, headers=embedding(origin))
        assert CORS not in response.headers
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        asking = {"Access-Control-Request-Method": "GET"}
        assert client.options(path, headers=embedding(origin, **asking)).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/chat", "/answers", "/desk/documents", "/evaluation/sets"])
def test_listed_sites_send_nothing_else(client: httpx.Client, service: Running, path: str) -> None:
    asked = len(service.assistant.asked)
    for content in ({"json": {"question": "x"}}, {"data": {"question": "x"}}):
        response = client.post(path, headers=embedding(LISTED), **content)  # type: ignore[arg-type]
        assert response.status_code == 403
        assert CORS not in response.headers
    assert len(service.assistant.asked) == asked


def test_refusals_can_be_read_by_listed_sites(client: httpx.Client) -> None:
    response = client.post("/widget/answers?lang=no", json={"question": " "}, headers=embedding(LISTED))
    assert (response.status_code, response.headers[CORS]) == (422, LISTED)
    assert response.json()["code"] == "empty_question"
    large = b" " * (65 * 1024)
    response = client.post("/widget/answers", content=large, headers=embedding(LISTED))
    assert (response.status_code, response.headers[CORS]) == (413, LISTED)


def test_behind_a_proxy_the_chat_is_served_and_the_desk_is_not(client: httpx.Client) -> None:
    for host, origin in (("chat.example", PUBLIC), ("127.0.0.1:8000", PUBLIC)):
        headers = {"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        assert client.get("/documents", headers=headers).status_code == 200
        assert client.post("/api/chat", json={"question": "x"}, headers=headers).status_code == 200
    for path in ("/desk", "/evaluation"):
        assert client.get(path, headers={"Host": "chat.example"}).status_code == 403
        assert client.get(path, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    wrong = {"Host": "127.0.0.1:8000", "Origin": "http://chat.example"}
    assert client.post("/api/chat", json={"question": "x"}, headers=wrong).status_code == 403
    assert client.get("/documents", headers={"Host": "annan.example"}).status_code == 400


def test_the_files_are_few_small_and_kept(client: httpx.Client) -> None:
    entry = client.get("/widget.js")
    assert (entry.headers["content-type"], entry.headers["cache-control"]) == (
        "text/javascript; charset=utf-8",
        "no-cache",
    )
    sizes = [len(entry.content)]
    for name in FILES:
        response = client.get(files(entry.text) + name)
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.content == (STATIC / name).read_bytes()
        sizes.append(len(response.content))
    assert sum(sizes) <= MOST_BYTES
    assert client.get(f"/widget/0/{FILES[0]}").headers["cache-control"] == "no-cache"
    for name in ("chat.js", "..%2Fservice.py", "widget/..%2Fchat.js", "widget"):
        assert client.get(files(entry.text) + name).status_code == 404


def test_everything_a_file_imports_is_served() -> None:
    for name in FILES:
        text = (STATIC / name).read_text("utf-8")
        for found in re.findall(r'(?:from |import |^const SHEETS = .*?)"(\.[^"]+)"', text):
            assert str((STATIC / name).parent.joinpath(found).resolve().relative_to(STATIC)) in FILES, found


def test_what_a_page_may_set_is_what_the_sheets_use() -> None:
    sheets = "".join((STATIC / name).read_text("utf-8") for name in FILES if name.endswith(".css"))
    known = set(re.findall(r"(--[a-z-]+):", sheets))
    assert set(re.findall(r"var\((--[a-z-]+)\)", sheets)) <= known
    told = re.findall(
        r"`--utblick-(?:dark-)?([a-z-]+)`", (STATIC.parents[2] / "docs/widget.md").read_text("utf-8")
    )
    own = set(re.findall(r"var\(--utblick-([a-z-]+),", sheets))
    assert {each for each in told if f"--{each}" not in known} == own


def test_the_start_is_in_the_language_asked_for_and_takes_what_the_page_says(client: httpx.Client) -> None:
    for language in prompts.LANGUAGES:
        html = client.get("/widget/start", params={"lang": language}).json()["html"]
        texts = prompts.phrases("ui", language)
        for key in ("ai_notice", "privacy_hint", "your_question"):
            assert texts[key] in html
        assert "info@region.example" in html
    named = {"heading": EVIL[:100], "persona": "sme", "region": '"><b>'}
    html = client.get("/widget/start", params=named).json()["html"]
    assert "<script" not in html and "<b>" not in html
    assert "Företag" in html and 'value="sme"' in html
    assert "data-without" not in client.get("/widget/start", params={"persona": "x"}).json()["html"]
    assert client.get("/widget/start", params={"region": "x" * 101}).status_code == 422


def test_a_question_is_answered_as_the_widget_shows_it(client: httpx.Client, service: Running) -> None:
    body = {"question": "stöd?", "persona": "sme", "conversation_id": "annans", "history": []}
    response = client.post("/widget/answers?lang=sv", json=body, headers=embedding(LISTED))
    assert response.headers["content-type"].startswith("text/event-stream")
    asked = service.assistant.asked[-1]
    assert (asked.channel, asked.conversation_id, asked.persona) == ("widget", "", "sme")
    assert "event: html\n" in response.text
    assert "Utdrag ur dokument" in response.text


def test_hostile_texts_stay_text(client: httpx.Client) -> None:
    answer = client.post("/api/chat", json={"question": f"ond {EVIL}"}).json()["id"]
    html = client.get(f"/widget/answers/{answer}").json()["html"]
    source = client.get(f"/widget/answers/{answer}/sources/1").json()["html"]
    for tags in (Tags.of(html), Tags.of(source)):
        assert tags.names & {"article", "section"}
        assert not tags.names & {"script", "img", "svg", "iframe", "b", "object", "style", "link", "base"}
        assert not [name for name, _ in tags.attributes if name.startswith("on") or name in ("src", "style")]
        assert not [value for name, value in tags.attributes if name == "href" and not value.startswith("/")]
    assert quote(HOSTILE.id, safe="") in source


def test_what_is_not_there_is_told(client: httpx.Client, answered: str) -> None:
    for path in (
        "/widget/answers/borta",
        "/widget/answers/borta/sources/1",
        f"/widget/answers/{answered}/sources/9",
    ):
        response = client.get(path, headers=embedding(LISTED))
        assert (response.status_code, response.headers[CORS]) == (404, LISTED)


def test_while_the_service_is_off_the_reason_is_told(client: httpx.Client, service: Running) -> None:
    switch = Switch(service.log.engine)
    switch.turn_off("Vi rättar ett fel <b>nu</b>.")
    try:
        html = client.get("/widget/start").json()["html"]
        assert "Vi rättar ett fel &lt;b&gt;nu&lt;/b&gt;." in html
        assert "data-ask" not in html
        asked = client.post("/widget/answers", json={"question": "x"}, headers=embedding(LISTED))
        assert (asked.status_code, asked.headers[CORS]) == (503, LISTED)
    finally:
        switch.turn_on()
    assert "data-ask" in client.get("/widget/start").json()["html"]


def test_pages_may_load_nothing_from_elsewhere(client: httpx.Client) -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in client.get("/").headers[CSP].split(";"))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src", "img-src")} == {"'self'"}
    assert (rules["frame-ancestors"], rules["base-uri"]) == ("'none'", "'none'")


class Tags(HTMLParser):
    """What a browser makes of a text: its tags and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    @classmethod
    def of(cls, text: str) -> "Tags":
        tags = cls()
        tags.feed(text)
        return tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def files(entry: str) -> str:
    """Where the entry's files are: "/widget/<version>/"."""
    found = re.search(r'"(/widget/[0-9a-f]{16}/)', entry)
    assert found
    return found[1]


def reads(client: httpx.Client, answered: str) -> list[str]:
    at = files(client.get("/widget.js").text)
    fixed = ["/widget.js", "/widget/start?lang=sv", "/widget/start?lang=en"]
    return [
        *fixed,
        *(at + name for name in FILES),
        f"/widget/answers/{answered}?lang=en",
        f"/widget/answers/{answered}/sources/1?lang=en",
    ]


def sends(answered: str) -> list[tuple[str, dict[str, object]]]:
    return [
        ("/widget/answers?lang=en", {"question": "Vad finns det för stöd?"}),
        ("/api/feedback", {"answer_id": answered, "helpful": True}),
    ]
