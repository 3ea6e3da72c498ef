"""Documents at the desk over HTTP: upload, list, correct, read again, remove; with a real catalogue."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from prose import ADVICE, NETWORK, text_of
from small_service import EVIL, Running, running
from small_workshop import small_workshop, work_off

from ingest.sources import find_roots
from ingest.workshop import Workshop
from vectorstore.corrections import Corrections
from vectorstore.entities import Entity, Kind, Register
from vectorstore.reading import Listed
from vectorstore.relinking import store_register
from vectorstore.settings import Settings
from vectorstore.uploads import Uploads, upload_uri

TEXT = text_of(
    "# Region Skogens plan 2024", f"I Dalarna. {ADVICE}", "## Nätverk i Dalarna", f"I Dalarna. {NETWORK}"
)
PLACES = [("dalarna", "Dalarna"), ("varmland", "Värmland")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk")) as service:
        yield service


@pytest.fixture(scope="module")
def workshop(service: Running) -> Iterator[Workshop]:
    """What the worker would work with; it knows two counties."""
    with small_workshop(Settings(_env_file=None, data_dir=service.folder)) as one:  # type: ignore[call-arg]
        names = {name: dict.fromkeys(("sv", "en", "no"), (name,)) for _, name in PLACES}
        entities = [Entity(id, Kind.REGION, names[name], region=name) for id, name in PLACES]
        store_register(one.catalogue, Register(tuple(entities)))
        yield one


@pytest.fixture
def client(service: Running, workshop: Workshop) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html"}
    with httpx.Client(base_url=service.url, follow_redirects=True, headers=headers) as client:
        yield client
        work_off(workshop)


def words(response: httpx.Response) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", response.text)).split())


def send(client: httpx.Client, *files: tuple[str, str | bytes]) -> httpx.Response:
    return client.post("/desk/documents", files=[("files", file) for file in files])


def stored(workshop: Workshop, name: str) -> Listed:
    (found,) = [one for one in workshop.catalogue.documents() if one.source == name]
    return found


@pytest.fixture
def plan(client: httpx.Client, workshop: Workshop) -> Listed:
    """A document that was uploaded, as nobody has corrected it."""
    Corrections(workshop.catalogue.engine).clear(upload_uri("plan.md"))
    send(client, ("plan.md", TEXT))
    work_off(workshop)
    return stored(workshop, "plan.md")


def test_an_upload_waits_is_read_and_is_listed(client: httpx.Client, workshop: Workshop) -> None:
    page = send(client, ("Ny rapport.md", TEXT.replace("2024", "2025")), ("tom.txt", ""), ("bild.png", b"x"))
    assert page.url.path == "/desk/documents" and page.history[0].status_code == 303
    assert "Filerna är mottagna." in words(page) and words(page).count("Väntar på att läsas") == 3
    assert 'http-equiv="refresh"' in page.text
    waiting = client.get("/desk/documents/jobs.json").json()
    assert waiting["busy"] and waiting["ended"] == {}
    work_off(workshop)
    page = client.get("/desk/documents")
    assert "Ny rapport.md" in words(page) and "Inläst: 2 avsnitt går att söka i." in words(page)
    assert "Filen är tom." in words(page) and "Filer av den här sorten läses inte." in words(page)
    assert "http-equiv" not in page.text
    done = client.get("/desk/documents/jobs.json").json()
    assert not done["busy"] and len(done["ended"]) == 3 and done["stamp"] != waiting["stamp"]


def test_a_copy_and_a_new_version_that_fails_are_told(
    client: httpx.Client, workshop: Workshop, plan: Listed
) -> None:
    send(client, ("kopia.md", TEXT), ("plan.md", b"\x00\x01\x02" * 99))
    work_off(workshop)
    page = client.get("/desk/documents")
    assert "Finns redan: ett annat dokument har samma innehåll." in words(page)
    assert f'href="/desk/documents/{plan.id}?lang=sv" aria-label="Öppna: kopia.md"' in page.text
    assert "Den version som fanns är kvar." in words(page)
    assert stored(workshop, "plan.md") == plan


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (b"", "Välj minst en fil först."),
        (b'; filename=""\r\n\r\n', "Välj minst en fil först."),
        (b'; filename=""\r\n\r\nx', "En av filerna saknar namn."),
        (b'; filename=".."\r\n\r\nx', "En av filerna saknar namn."),
    ],
)
def test_what_cannot_be_taken_in_is_refused(
    client: httpx.Client, part: bytes, said: str, workshop: Workshop
) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="files"'
    body = (head + part + b"\r\n" if part else b"") + b"--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    page = client.post("/desk/documents", content=body, headers=headers)
    assert page.status_code == 422 and said in words(page)
    told = client.post("/desk/documents", content=body, headers=headers | {"Accept": "application/json"})
    assert told.status_code == 422 and said in told.json()["title"]
    assert workshop.jobs.take(("read",)) is None


def test_a_file_that_is_too_large_is_not_kept(client: httpx.Client, service: Running) -> None:
    page = send(client, ("stor.txt", b"x" * (50 * 2**20 + 1)))
    assert page.status_code == 422 and "stor.txt är för stor" in words(page)
    kept = Uploads(service.folder).folder / "arrived"
    assert not kept.exists() or list(kept.iterdir()) == []


def test_hostile_names_stay_text_and_stay_inside(
    client: httpx.Client, workshop: Workshop, service: Running
) -> None:
    evil = EVIL.replace("/", "").replace('"', "") + ".md"
    own = TEXT.replace("Skogens", "Sjöns"), TEXT.replace("2024", "1999")
    send(client, (f"../../{evil}", own[0]), ("/etc/passwd.md", own[1]))
    work_off(workshop)
    assert {evil, "passwd.md"} <= {one.source for one in workshop.catalogue.documents()}
    for address in ("", f"/{stored(workshop, evil).id}", f"/{stored(workshop, evil).id}/remove"):
        page = client.get(f"/desk/documents{address}")
        assert page.status_code == 200 and "&lt;script&gt;" in page.text
        assert not re.search("<script>|<img src=x|<svg", page.text)
    files = [path for path in service.folder.rglob("*.md") if path.is_file()]
    assert files and {path.parent for path in files} == {Uploads(service.folder).folder}


def test_a_document_shows_what_is_known_and_how(client: httpx.Client, plan: Listed) -> None:
    page = client.get(f"/desk/documents/{plan.id}")
    shown = words(page)
    assert "Region Skogens plan 2024" in shown and "Ur rubriken" in shown and "Bedömt ur texten" in shown
    assert "Uppladdning" in shown and "plan.md" in shown
    assert 'href="/resurser/dalarna?lang=sv"' in page.text
    assert "Rådgivningen är kostnadsfri." in shown and "Nätverk i Dalarna" in shown
    found = client.get(f"/desk/documents/{plan.id}", params={"q": "nätverket träffas"})
    assert "1 av 2 avsnitt" in words(found) and "Rådgivningen är kostnadsfri." not in words(found)
    assert "Inget avsnitt innehåller de orden." in words(client.get(f"/desk/documents/{plan.id}?q=xyzzy"))
    assert client.get("/desk/documents/finns-inte").status_code == 404


def form(workshop: Workshop, plan: Listed, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """The form as a browser sends it back, with changes."""
    data = stored(workshop, plan.source).metadata
    start, end = data.period
    plain = {name: getattr(data, name) for name in ("title", "publisher", "language", "published", "as_of")}
    more = {"status": data.status.value, "source_url": data.source_url, "kind": data.kind}
    return {**plain, **more, "regions": list(data.regions), "period_from": start, "period_to": end, **changes}


def test_a_correction_is_kept_read_in_and_undone(
    client: httpx.Client, workshop: Workshop, plan: Listed
) -> None:
    address = f"/desk/documents/{plan.id}"
    page = client.post(address, data=form(workshop, plan, regions=["Värmland"], as_of="2025-01"))
    assert "Rättelsen är sparad." in words(page) and "Sparat, läses in" in words(page)
    assert re.search(r'value="Värmland" checked', page.text) and "checked> Dalarna" not in page.text
    work_off(workshop)
    data = stored(workshop, "plan.md").metadata
    assert (data.regions, data.as_of, data.publisher) == (("Värmland",), "2025-01", "Region Skogens")
    page = client.get(address)
    assert words(page).count("Rättat här") == 2 and "Läst om med rättelsen" in words(page)
    # A new version of the file keeps what was corrected.
    send(client, ("plan.md", TEXT.replace("kostnadsfri", "gratis")))
    work_off(workshop)
    assert stored(workshop, "plan.md").metadata.regions == ("Värmland",)
    page = client.post(f"{address}/undo", data={"field": "regions"})
    assert "Rättelsen är borttagen." in words(page)
    work_off(workshop)
    data = stored(workshop, "plan.md").metadata
    assert (data.regions, data.as_of) == (("Dalarna",), "2025-01")


def test_nothing_changed_is_nothing_saved(client: httpx.Client, workshop: Workshop, plan: Listed) -> None:
    page = client.post(f"/desk/documents/{plan.id}", data=form(workshop, plan))
    assert "Inget var ändrat" in words(page) and work_off(workshop) == []
    assert Corrections(workshop.catalogue.engine).find(plan.uri) == {}


def test_an_emptied_field_stays_empty(client: httpx.Client, workshop: Workshop, plan: Listed) -> None:
    client.post(f"/desk/documents/{plan.id}", data=form(workshop, plan, publisher=""))
    work_off(workshop)
    data = stored(workshop, "plan.md").metadata
    assert data.publisher == "" and data.found["publisher"] == "desk"


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("title", " ", "title"),
        ("publisher", "x" * 301, "publisher"),
        ("published", "2020-02-31", "published"),
        ("period_from", "i fjol", "period_from"),
        ("period_from", "2099", "period_to"),
        ("status", "giltig", "status"),
        ("language", "tyska", "language"),
        ("regions", "Atlantis", "regions"),
        ("source_url", "javascript:alert(1)", "source_url"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_saved(
    client: httpx.Client, workshop: Workshop, plan: Listed, field: str, value: str, at: str
) -> None:
    given = form(workshop, plan, period_to="2020") if value == "2099" else form(workshop, plan)
    page = client.post(f"/desk/documents/{plan.id}", data={**given, field: value})
    assert page.status_code == 422 and "Rättelsen är inte sparad." in words(page)
    assert f'id="fault-{at}"' in page.text and f'href="#{at}"' in page.text
    assert re.search(rf'id="{at}"[^>]*aria-invalid="true"', page.text)
    assert work_off(workshop) == [] and Corrections(workshop.catalogue.engine).find(plan.uri) == {}


def test_reading_again_tells_when_the_file_is_gone(
    client: httpx.Client, workshop: Workshop, tmp_path: Path
) -> None:
    file = tmp_path / "mapp" / "rapport.md"
    file.parent.mkdir()
    file.write_text(TEXT.replace("Skogens", "Bergens"), "utf-8")
    workshop.read(find_roots([file.parent])[0].sources)
    address = f"/desk/documents/{stored(workshop, 'rapport.md').id}"
    client.post(f"{address}/read")
    work_off(workshop)
    assert "Läst om: filen är oförändrad." in words(client.get(address))
    assert "Filen ligger kvar i sin mapp på servern." in words(client.get(f"{address}/remove"))
    file.unlink()
    client.post(address, data=form(workshop, stored(workshop, "rapport.md"), title="Ny titel"))
    work_off(workshop)
    page = client.get(address)
    assert "Filen finns inte längre på servern" in words(page) and "Den version som fanns är kvar." in words(
        page
    )
    assert 'value="Ny titel"' in page.text


def test_removing_asks_first_and_takes_the_file_too(
    client: httpx.Client, workshop: Workshop, plan: Listed
) -> None:
    page = client.get(f"/desk/documents/{plan.id}/remove")
    assert "Det går inte att ångra." in words(page) and "Den uppladdade filen tas också bort" in words(page)
    page = client.post(f"/desk/documents/{plan.id}/remove")
    assert "Dokumentet tas bort." in words(page)
    work_off(workshop)
    assert plan.id not in {one.id for one in workshop.catalogue.documents()}
    assert not Uploads(workshop.settings.data_dir).path("plan.md").exists()
    assert client.get(f"/desk/documents/{plan.id}").status_code == 404


def test_the_list_is_searched_and_sorted(client: httpx.Client, workshop: Workshop, plan: Listed) -> None:
    send(
        client, ("gammal.md", text_of("# Region Havets plan 2001", f"Värmland. {ADVICE} Värmland.", NETWORK))
    )
    work_off(workshop)

    def titles(**query: str) -> list[str]:
        page = client.get("/desk/documents", params=query)
        return [unescape(each) for each in re.findall(r'class="doc"[^>]*>([^<]*)<', page.text)]

    assert titles(q="havets PLAN") == ["Region Havets plan 2001"]
    assert titles(region="Dalarna", q="plan.md") == ["Region Skogens plan 2024"]
    assert titles(origin="folder", q="plan.md") == titles(status="proposal") == []
    assert titles(sort="title") == sorted(titles(), key=str.casefold)
    assert set(titles(sort="oldest")) == set(titles(sort="okänd", page="99")) == set(titles())


def test_the_desk_is_for_this_machine_only(client: httpx.Client, plan: Listed) -> None:
    proxied = {"X-Forwarded-For": "192.0.2.1"}
    assert client.get("/desk/documents", headers=proxied).status_code == 403
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for address in ("", f"/{plan.id}", f"/{plan.id}/read", f"/{plan.id}/remove", f"/{plan.id}/undo"):
        assert client.post(f"/desk/documents{address}", headers=foreign).status_code == 403


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_every_page_is_there_in_every_language(client: httpx.Client, plan: Listed, language: str) -> None:
    for address in ("", f"/{plan.id}", f"/{plan.id}/remove"):
        page = client.get(f"/desk/documents{address}", params={"lang": language})
        assert (
            page.status_code == 200
            and f'<html lang="{language}"' in page.text
            and not re.search(r"\$[a-z]", words(page))
        )
