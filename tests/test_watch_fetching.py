"""Fetching for watching: only what may be fetched, from where it may be, in bounded time and size."""

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from watched_site import RSS, Reply, Site, allowing, bomb, feed, fetcher, page, site

from ingest.watching.agent import user_agent
from ingest.watching.feeds import read_feed
from ingest.watching.fetching import FEEDS, PAGES, Got
from ingest.watching.networks import is_allowed, networks
from ingest.watching.reasons import NotRead
from vectorstore.settings import Settings
from vectorstore.watchable import NotWatchable, check_address, check_folder

NAME = "www.region.example"


@pytest.fixture
def ours() -> Iterator[Site]:
    with site(sida=page("Sök senast den 1 maj.")) as found:
        yield found


def refusal(settings: Settings, address: str, resolve: object = None) -> str:
    """The code that fetching `address` is refused with."""
    with pytest.raises(NotRead) as caught:
        fetcher(settings, resolve).get(address, PAGES)  # type: ignore[arg-type]
    return caught.value.code.value


def test_a_page_of_an_allowed_host_is_fetched(ours: Site, tmp_path: Path) -> None:
    settings = allowing(tmp_path, ours.host, organisation="Region Örebro län", contact="info@region.example")
    got = fetcher(settings).get(f"{ours.url}/sida", PAGES)
    assert (got.suffix, b"1 maj" in got.data, got.unchanged) == (".html", True, False)
    assert ours.paths() == ["/robots.txt", "/sida"]
    sent = ours.asked[1][1]
    assert (
        sent["user-agent"].startswith("utblick/")
        and "Region Orebro lan; info@region.example" in sent["user-agent"]
    )
    assert sent["host"] == ours.host
    assert not {"cookie", "authorization", "referer"} & set(sent)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://www.region.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("https://annan.example/", "host"),
        ("https://region.example/", "host"),
        ("https://evilwww.region.example/", "host"),
        ("https://www.region.example.evil.example/", "host"),
        ("https://evil.example#@www.region.example/", "host"),
        ("https://norra.example/", "host"),
        ("https://namn:ord@www.region.example/", "credentials"),
        ("https://www.region.example@evil.example/", "credentials"),
        ("https://www.region.example:8443/", "port"),
        ("http://2130706433/", "host"),
        ("https://www.region.example\\@evil.example/", "address"),
        ("https://www.region.example/\r\nX: y", "address"),
        ("https://www.region.example:99999/", "address"),
        ("https://", "address"),
        ("", "address"),
    ],
)
def test_an_address_that_may_not_be_watched(tmp_path: Path, address: str, code: str) -> None:
    settings = allowing(tmp_path, NAME, "*.norra.example", "lokal.example:8080")
    with pytest.raises(NotWatchable) as caught:
        check_address(address, settings)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("HTTPS://WWW.Region.Example.", "https://www.region.example/"),
        (" https://www.region.example:443/a?b=c#d ", "https://www.region.example/a?b=c"),
        ("https://www.region.example/stöd", "https://www.region.example/st%C3%B6d"),
        ("https://a.b.norra.example/", "https://a.b.norra.example/"),
        ("http://lokal.example:8080/", "http://lokal.example:8080/"),
        ("https://räksmörgås.example/", "https://xn--rksmrgs-5wao1o.example/"),
    ],
)
def test_an_address_has_one_written_form(tmp_path: Path, address: str, written: str) -> None:
    hosts = (NAME, "*.norra.example", "lokal.example:8080", "räksmörgås.example", "[bad", "x:y")
    assert check_address(address, allowing(tmp_path, *hosts)).address == written


def test_a_folder_is_there_and_not_our_own(tmp_path: Path) -> None:
    settings = allowing(tmp_path / "data")
    (tmp_path / "data" / "watched").mkdir(parents=True)
    (tmp_path / "fil").write_text("x")
    (tmp_path / "dokument").mkdir()
    assert check_folder(str(tmp_path / "dokument"), settings) == str(tmp_path / "dokument")
    for path, code in (
        (tmp_path / "borta", "folder_missing"),
        (tmp_path / "fil", "folder_missing"),
        ("dokument", "folder_missing"),
        ("", "folder_missing"),
        (tmp_path, "folder_own"),
        (tmp_path / "data" / "watched", "folder_own"),
    ):
        with pytest.raises(NotWatchable) as caught:
            check_folder(str(path), settings)
        assert caught.value.code == code


PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = (
    "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 255.255.255.255 224.0.0.1 100.64.0.1 "
    "192.0.2.1 198.18.0.1 240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00::1 ff02::1 "
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 "
    "64:ff9b:1::1 2002:7f00:1:: 2002:a00:1:: 2001:0:1::1 2001:db8::1 100::1 rubbish"
).split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_allowed(address, [])


def test_public_addresses_and_allowed_networks() -> None:
    assert all(is_allowed(address, []) for address in PUBLIC)
    within = networks("10.1.0.0/16 fd00::/8 rubbish 10.9.0.1")
    allowed = [
        each for each in ("10.1.2.3", "::ffff:10.1.2.3", "10.9.0.1", "fd00::1", "10.2.0.1", "127.0.0.1")
    ]
    assert [is_allowed(each, within) for each in allowed] == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], []]
)
def test_a_name_that_leads_to_this_machine_is_never_asked(
    ours: Site, tmp_path: Path, addresses: list[str]
) -> None:
    port = ours.host.partition(":")[2]
    settings = allowing(tmp_path, f"{NAME}:{port}", watch_networks="")
    code = refusal(settings, f"http://{NAME}:{port}/sida", lambda host, port: addresses)
    assert code == "robots_unknown"  # its robots.txt, which comes first, may not be fetched
    assert ("private" if addresses else "unresolved") in notes(tmp_path)
    assert ours.asked == []


def notes(folder: Path) -> str:
    return "".join(file.read_text() for file in (folder / "watched" / "hosts").glob("*.json"))


def test_the_connection_goes_to_the_address_that_was_checked(ours: Site, tmp_path: Path) -> None:
    """Another answer to a second look-up changes nothing, for there is none."""
    port = ours.host.partition(":")[2]
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    settings = allowing(tmp_path, f"{NAME}:{port}")
    fetcher(settings, resolve).get(f"http://{NAME}:{port}/sida", PAGES)
    # Once for robots.txt and once for the page; the name means nothing to this machine itself.
    assert asked == [NAME, NAME]
    assert ours.asked[1][1]["host"] == f"{NAME}:{port}"

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) < 4 else ["127.1.2.3"]

    narrow = allowing(tmp_path / "narrow", f"{NAME}:{port}", watch_networks="127.0.0.1/32")
    assert refusal(narrow, f"http://{NAME}:{port}/sida", rebinding) == "private"
    assert ours.paths() == ["/robots.txt", "/sida", "/robots.txt"]


def test_a_name_service_that_does_not_answer_costs_no_more_than_the_limit(tmp_path: Path) -> None:
    answered = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        answered.wait(20)
        return ["127.0.0.1"]

    settings = allowing(tmp_path, NAME, watch_seconds=0.2)
    assert refusal(settings, f"http://{NAME}/", resolve) == "robots_unknown"
    assert "time" in notes(tmp_path)
    answered.set()


def test_redirects_are_followed_and_each_is_checked(ours: Site, tmp_path: Path) -> None:
    settings = allowing(tmp_path, ours.host)
    for name, target in (
        ("hit", "/sida"),
        ("ut", "https://annan.example/"),
        ("in", f"http://localhost:{ours.host.partition(':')[2]}/sida"),
        ("fil", "file:///etc/passwd"),
        ("runt", "/runt"),
        ("dold", "/hemligt/sida"),
        ("tomt", ""),
    ):
        ours.pages[f"/{name}"] = Reply(status=302, headers={"Location": target})
    ours.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /hemligt/\n", type="text/plain")
    ours.pages["/hemligt/sida"] = page("hemligt")
    assert b"1 maj" in fetcher(settings).get(f"{ours.url}/hit", PAGES).data
    codes = {
        name: refusal(settings, f"{ours.url}/{name}") for name in ("ut", "in", "fil", "runt", "dold", "tomt")
    }
    assert codes == {
        "ut": "host",
        "in": "host",
        "fil": "scheme",
        "runt": "redirects",
        "dold": "robots",
        "tomt": "redirects",
    }
    assert ours.paths().count("/runt") == 6 and "/hemligt/sida" not in ours.paths()


def test_a_redirect_to_a_name_that_lies_inside_is_refused(ours: Site, tmp_path: Path) -> None:
    port = ours.host.partition(":")[2]
    ours.pages["/inre"] = Reply(status=301, headers={"Location": f"http://inre.example:{port}/sida"})
    settings = allowing(tmp_path, ours.host, f"inre.example:{port}", watch_networks="127.0.0.1/32")

    def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2"] if host == "inre.example" else ["127.0.0.1"]

    assert refusal(settings, f"{ours.url}/inre", resolve) == "robots_unknown"
    assert "private" in notes(tmp_path)
    assert ours.paths() == ["/robots.txt", "/inre"]


def test_a_server_that_trickles_is_left_at_the_limit(ours: Site, tmp_path: Path) -> None:
    settings = allowing(tmp_path, ours.host, watch_seconds=0.5)
    ours.pages["/sida"] = Reply(b"<p>" + b"x" * 500, slowly=0.05)
    assert refusal(settings, f"{ours.url}/sida") == "time"


def test_trickled_headers_are_left_at_the_limit(tmp_path: Path) -> None:
    """Each byte comes in time for a limit on single reads; all of them together do not."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def answer() -> None:
            while not stop.is_set():
                connection, _ = listening.accept()
                with connection:
                    reply = b"HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n"
                    if b"robots" not in connection.recv(1000):
                        reply = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200
                    for byte in reply:
                        try:
                            connection.sendall(bytes([byte]))
                        except OSError:
                            break
                        time.sleep(0.001 if reply.startswith(b"HTTP/1.1 404") else 0.05)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        assert refusal(allowing(tmp_path, host, watch_seconds=0.5), f"http://{host}/sida") == "time"
        stop.set()
        socket.create_connection(listening.getsockname()).close()
        thread.join()


def test_a_body_without_end_and_a_bomb_are_left_at_the_limit(ours: Site, tmp_path: Path) -> None:
    settings = allowing(tmp_path, ours.host, watch_seconds=10)
    ours.pages["/evig"] = Reply(b"x" * 65536, endless=True)
    ours.pages["/bomb"] = bomb(40)
    ours.pages["/stor"] = Reply(b"x", headers={"Content-Length": str(2**40)})
    codes = [refusal(settings, f"{ours.url}/{name}") for name in ("evig", "bomb", "stor")]
    assert codes == ["size", "size", "size"]


def test_a_packed_page_is_unpacked_and_a_damaged_one_refused(ours: Site, tmp_path: Path) -> None:
    import gzip

    settings = allowing(tmp_path, ours.host)
    packed = gzip.compress(ours.pages["/sida"].body)
    ours.pages["/packad"] = Reply(packed, packed=True)
    ours.pages["/halv"] = Reply(packed[: len(packed) // 2], packed=True)
    ours.pages["/skrap"] = Reply(b"\xff\x00skrap" * 20, packed=True)
    ours.pages["/annan"] = Reply(b"x", headers={"Content-Encoding": "br"})
    assert b"1 maj" in fetcher(settings).get(f"{ours.url}/packad", PAGES).data
    codes = [refusal(settings, f"{ours.url}/{name}") for name in ("halv", "skrap", "annan")]
    assert codes == ["connection", "encoding", "encoding"]


@pytest.mark.parametrize(
    "type", ["image/png", "application/octet-stream", "application/javascript", "", "text/htmlx", RSS]
)
def test_other_types_are_refused(ours: Site, tmp_path: Path, type: str) -> None:
    ours.pages["/sida"] = Reply(b"x", type=type)
    assert refusal(allowing(tmp_path, ours.host), f"{ours.url}/sida") == "type"


def test_a_page_is_no_feed_and_a_feed_no_page(ours: Site, tmp_path: Path) -> None:
    ours.pages["/flode"] = feed((f"{ours.url}/sida", "Ny"))
    settings = allowing(tmp_path, ours.host)
    assert fetcher(settings).get(f"{ours.url}/flode", FEEDS).suffix == ".xml"
    with pytest.raises(NotRead, match="type"):
        fetcher(settings).get(f"{ours.url}/sida", FEEDS)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "missing"),
        (410, "missing"),
        (401, "forbidden"),
        (403, "forbidden"),
        (500, "status"),
        (304, "status"),
    ],
)
def test_statuses(ours: Site, tmp_path: Path, status: int, code: str) -> None:
    ours.pages["/sida"] = Reply(b"", status)
    assert refusal(allowing(tmp_path, ours.host), f"{ours.url}/sida") == code


def test_what_has_not_changed_is_not_sent_again(ours: Site, tmp_path: Path) -> None:
    ours.pages["/sida"].headers = {"ETag": '"ett"', "Last-Modified": "Mon, 02 Feb 2026 10:00:00 GMT"}
    settings = allowing(tmp_path, ours.host)
    first = fetcher(settings).get(f"{ours.url}/sida", PAGES)
    assert (first.etag, first.modified) == ('"ett"', "Mon, 02 Feb 2026 10:00:00 GMT")
    again = fetcher(settings).get(f"{ours.url}/sida", PAGES, first.etag, first.modified)
    assert again == Got(unchanged=True)
    assert ours.asked[-1][1]["if-modified-since"] == first.modified


ROBOTS = """User-agent: *
Disallow: /

User-agent: Utblick
Disallow: /inte
Crawl-delay: 3
"""


def test_robots_are_obeyed_and_kept_for_a_day(ours: Site, tmp_path: Path) -> None:
    ours.pages["/robots.txt"] = Reply(ROBOTS.encode(), type="text/plain")
    ours.pages["/inte/sida"] = page("x")
    settings = allowing(tmp_path, ours.host)
    assert refusal(settings, f"{ours.url}/inte/sida") == "robots"
    assert ours.paths() == ["/robots.txt"]
    slept: list[float] = []
    getting = fetcher(settings)
    object.__setattr__(getting._manners, "sleep", slept.append)
    getting.get(f"{ours.url}/sida", PAGES)
    assert ours.paths() == ["/robots.txt", "/sida"]
    assert 2 < slept[0] <= 3
    kept = next((tmp_path / "watched" / "hosts").glob("*.json"))
    remembered = json.loads(kept.read_text())
    next(iter(remembered["robots"].values()))["at"] -= 90000
    kept.write_text(json.dumps(remembered | {"last": 0}))
    getting.get(f"{ours.url}/sida", PAGES)
    assert ours.paths() == ["/robots.txt", "/sida", "/robots.txt", "/sida"]


@pytest.mark.parametrize(
    ("status", "code"), [(500, "robots_unknown"), (503, "robots_unknown"), (429, "robots_unknown")]
)
def test_robots_that_cannot_be_had_mean_not_now(ours: Site, tmp_path: Path, status: int, code: str) -> None:
    ours.pages["/robots.txt"] = Reply(b"", status)
    settings = allowing(tmp_path, ours.host)
    assert refusal(settings, f"{ours.url}/sida") == code
    refusal(settings, f"{ours.url}/sida")
    assert ours.paths() == ["/robots.txt"]  # and not at once again


def test_odd_robots_do_no_harm(ours: Site, tmp_path: Path) -> None:
    settings = allowing(tmp_path, ours.host)
    ours.pages["/robots.txt"] = Reply(b"\xff\xfe\0" + b"Disallow: /" * 100_000, type="image/png")
    assert fetcher(settings).get(f"{ours.url}/sida", PAGES).data


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_be_left_alone_is_left_alone(ours: Site, tmp_path: Path, status: int) -> None:
    ours.pages["/sida"] = Reply(b"", status, headers={"Retry-After": "7200"})
    settings = allowing(tmp_path, ours.host)
    with pytest.raises(NotRead) as caught:
        fetcher(settings).get(f"{ours.url}/sida", PAGES)
    assert (caught.value.code, caught.value.retry) == ("later", 7200)
    before = len(ours.asked)
    with pytest.raises(NotRead) as caught:
        fetcher(settings).get(f"{ours.url}/annan", PAGES)
    assert caught.value.code == "wait" and 7000 < caught.value.retry <= 7200
    assert len(ours.asked) == before


def test_a_pause_between_requests_to_one_host(ours: Site, tmp_path: Path) -> None:
    slept: list[float] = []
    settings = allowing(tmp_path, ours.host)
    getting = fetcher(settings, pause=30)
    object.__setattr__(getting._manners, "sleep", slept.append)
    getting.get(f"{ours.url}/sida", PAGES)
    assert len(slept) == 1 and 29 < slept[0] <= 30


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        f"/CN={NAME}",
        "-days",
        "2",
    ]
    try:
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with pytest.raises(ssl.SSLError), context.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=answer)
        thread.start()
        port = listening.getsockname()[1]
        settings = allowing(tmp_path, f"{NAME}:{port}")
        refusal(settings, f"https://{NAME}:{port}/", lambda host, port: ["127.0.0.1"])
        thread.join()
    assert asked == [NAME]
    assert "tls self-signed certificate" in notes(tmp_path)


def test_who_reads_is_told_in_one_line_of_ascii(tmp_path: Path) -> None:
    settings = allowing(
        tmp_path, organisation="Region Å\r\nX-Evil: 1 (ö)", public_url="https://chatt.region.example"
    )
    told = user_agent(settings)
    assert told.startswith("utblick/") and told.endswith(
        "(+https://chatt.region.example; Region A X-Evil: 1 o)"
    )


HOSTILE = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>F &lt;b&gt;x&lt;/b&gt;</title>
<item><title><![CDATA[<script>alert(1)</script><b>Hej</b>]]></title><link>/a?x=1&amp;y=2</link></item>
<item><title>j</title><link>javascript:alert(1)</link></item>
<item><title>f</title><link>file:///etc/passwd</link></item>
<item><title>p</title><link>http://169.254.169.254/latest/meta-data</link></item>
</channel></rss>"""
BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 9) for n in range(12))
    + b']><rss version="2.0"><channel><title>&m;</title><item><link>http://a/</link></item></channel></rss>'
)
FILE_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<rss version="2.0"><channel><title>&a;</title><item><link>http://a/</link></item></channel></rss>'
)


def test_a_hostile_feed_is_only_text() -> None:
    found = read_feed(HOSTILE, "https://a.example/feed/")
    links = [entry.link for entry in found.entries]
    assert links[0] == "https://a.example/a?x=1&y=2" and links[1] == "javascript:alert(1)" and len(links) == 4
    assert not any("<" in text for text in [found.title, *(entry.title for entry in found.entries)])
    assert len(read_feed(BILLION, "https://a.example/").title) <= 300
    assert "root" not in read_feed(FILE_ENTITY, "https://a.example/").title


@pytest.mark.parametrize(
    "data", [b"", b"/etc/passwd", b"\xff\0skrap" * 99, b"<html><p>hej</p></html>", b"<rss"]
)
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(NotRead, match="feed"):
        read_feed(data, "https://a.example/")
