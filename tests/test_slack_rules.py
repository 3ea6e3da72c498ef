"""How Utblick answers in a Slack channel: as the file says, as was set in a modal there, or as usual."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from block_rules import faults, view_faults
from slack_faults import Refused, ServerError, Slow
from slack_server import SlackServer
from slack_small import slack_service, waiting
from small_service import STRATEGY, Running, SmallLibrary
from sqlalchemy import Engine, update

from assistant.channels.slack.pressing.choices import Choice, Choices, choices, with_those_of
from assistant.channels.slack.pressing.settings_answers import Faults, read_settings_form
from assistant.channels.slack.pressing.settings_form import MOST_COLLEAGUES, Field, settings_fields
from assistant.channels.slack.rules import Answers, Rule, Rules, RulesFile, open_rules
from assistant.questions import Persona
from prompts import phrases
from vectorstore.database import open_database
from vectorstore.entities import Entity, Kind, Register
from vectorstore.naming import Names
from vectorstore.settings import Settings, SettingsError
from vectorstore.slack_tables import slack_channels

TEAM, CHANNEL, FIXED, ADMIN, PERSON, NAMED = (
    "T0PAHITT",
    "C0OMVARLD",
    "C0ANNAN",
    "U0ADMIN",
    "U0ANNA",
    "U0NAMED",
)
WORDS = phrases("slack", "sv")
FILE = f"""
admins: [{NAMED}]
usual:
  colleagues: [S0GRUPP]
channels:
  {FIXED}:
    on: off
    region: Påhitt
    documents: [strategi.md]
    colleagues: [U0ANNA]
"""


class RegisteredLibrary(SmallLibrary):
    """The small library with two counties."""

    def names(self) -> Names:
        kept = (
            Entity(name.lower(), Kind.REGION, {"sv": (name,), "en": (name,), "no": (name,)}, region=name)
            for name in ("Påhitt", "Hittepå")
        )
        return Names(Register(tuple(kept)))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, SlackServer]]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "slack.yaml").write_text(FILE, encoding="utf-8")
    with slack_service(folder, store=RegisteredLibrary(), slack_file=str(folder / "slack.yaml")) as both:
        both[1].add_user(NAMED, "nina")
        yield both


@pytest.fixture
def slack(both: tuple[Running, SlackServer]) -> SlackServer:
    _, slack = both
    slack.faults = []
    return slack


@pytest.fixture
def rules(both: tuple[Running, SlackServer]) -> Rules:
    service, _ = both
    return Rules(service.log.engine)


@pytest.fixture
def events(both: tuple[Running, SlackServer]) -> str:
    return both[0].url + "/slack/events"


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


def texts(value: Any) -> str:
    """Every text in blocks, one blank between words."""
    return " ".join(" ".join(_texts(value)).split())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    for each in value if isinstance(value, (list, tuple)) else ():
        yield from _texts(each)


def opened(slack: SlackServer, events: str, user: str = ADMIN, channel: str = CHANNEL) -> dict[str, Any]:
    """The modal that the command opens."""
    before = len(slack.views)
    assert slack.post(events, slack.command(channel, user, "settings")).status_code == 200
    return waiting(lambda: slack.views[before:])[0]


def told(slack: SlackServer, events: str, user: str, channel: str = CHANNEL, word: str = "settings") -> str:
    """What the command says to who gave it, and to nobody else."""
    before = len(slack.messages())
    assert slack.post(events, slack.command(channel, user, word)).status_code == 200
    message = waiting(lambda: slack.messages()[before:])[0]
    assert message["ephemeral_for"] == user
    return texts(message["blocks"])


def sent(slack: SlackServer, events: str, view: dict[str, Any], user: str = ADMIN, **values: Any) -> Any:
    """What the acknowledgement of the filled in modal holds."""
    response = slack.post(events, slack.submit(view, values, user))
    assert response.status_code == 200
    return response.json()


def test_a_channel_is_answered_by_the_file_else_as_set_there_else_as_usual(engine: Engine) -> None:
    file = RulesFile(usual=Rule(region="Dalarna"), channels={"C1AA": Rule(on=False)})
    rules = Rules(engine, file)
    rules.keep("T1", "C1AA", Rule(region="Skåne"), "U1")
    rules.keep("T1", "C2AA", Rule(region="Skåne"), "U1")
    rules.keep("T2", "C3AA", Rule(region="Halland"), "U1")
    assert rules.rule("T1", "C1AA") == Rule(on=False)
    assert rules.rule("T1", "C2AA").region == "Skåne"
    assert rules.rule("T1", "C3AA").region == rules.rule("T1", "D1AA").region == "Dalarna"
    assert set(rules.named("T1")) == {"C1AA", "C2AA"}
    assert not rules.named("T1")["C1AA"].on
    direct = Rules(engine, replace_file(file, direct=Rule(region="Gotland")))
    assert direct.rule("T1", "D1AA").region == "Gotland"


def replace_file(file: RulesFile, **changes: Any) -> RulesFile:
    return file.model_copy(update=changes)


def test_what_is_set_again_counts_and_is_whole(engine: Engine) -> None:
    rules = Rules(engine)
    whole = Rule(
        on=False,
        region="Västra Götaland",
        persona=Persona.OFFICER,
        documents=("a", "ö"),
        publishers=("P",),
        answers=Answers.ASKER,
        only_mentioned=True,
        colleagues=("U1AA", "S1AA"),
        external=True,
        digest=True,
    )
    rules.keep("T1", "C1AA", Rule(region="Skåne"), "U1")
    rules.keep("T1", "C1AA", whole, "U2")
    assert rules.rule("T1", "C1AA") == whole


def test_a_stored_rule_that_makes_no_sense_answers_nothing_rather_than_everything(engine: Engine) -> None:
    rules = Rules(engine)
    rules.keep("T1", "C1AA", Rule(documents=("a",)), "U1")
    stored = Rule(documents=("a",)).model_dump(mode="json")
    for settings, on in ({**stored, "gone": 1}, True), ({**stored, "answers": "all"}, False), (["a"], False):
        with engine.begin() as connection:
            connection.execute(update(slack_channels).values(settings=settings))
        assert rules.rule("T1", "C1AA") == (Rule(documents=("a",)) if on else Rule(on=False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("channels: {'#omvärld': {on: false}}", "channels.#omvärld='#omvärld': expected a channel's id"),
        ("channels: {C123: {persona: boss}}", "channels.C123.persona='boss'"),
        (
            "channels: {C123: {regon: Skåne}}",
            "channels.C123.regon='Skåne': there is no such key; there are on, region,",
        ),
        ("chanels: {}", "chanels={}: there is no such key; there are admins, usual, direct, channels"),
        ("usual: {on: maybe}", "usual.on='maybe'"),
        ("admins: [anna]", "admins.0='anna': expected a person's id"),
        ("usual: {colleagues: [anna]}", "usual.colleagues.0='anna': expected a person's id"),
        ("a: [", "not YAML: line 1"),
        ("channels:\n  C123: {}\n  C123: {}", "'C123' stands twice"),
        ("a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        ("[" * 500, "RecursionError"),
        ("- C123", "the whole file=['C123']"),
        (b"\xff\xfe\xff", "UnicodeDecodeError"),
    ],
)
def test_a_faulty_file_is_told_with_its_name_its_key_and_its_value(
    engine: Engine, tmp_path: Path, text: str | bytes, expected: str
) -> None:
    path = tmp_path / "slack.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as error:
        open_rules(Settings(_env_file=None, slack_file=str(path)), engine)  # type: ignore[call-arg]
    assert str(error.value).startswith(f"UTBLICK_SLACK_FILE={path}: ")
    assert expected in str(error.value)
    path.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        open_rules(Settings(_env_file=None, slack_file=str(path)), engine)  # type: ignore[call-arg]


def test_on_and_off_in_the_file_are_words(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "slack.yaml"
    path.write_text("usual: {on: off, digest: yes}\ndirect: {on: on}\nchannels: {C123: {region: NO}}")
    file = open_rules(Settings(_env_file=None, slack_file=str(path)), engine).file  # type: ignore[call-arg]
    assert (file.usual.on, file.usual.digest, file.channels["C123"].region) == (False, True, "NO")
    assert file.direct is not None and file.direct.on
    path.write_text("")
    assert open_rules(Settings(_env_file=None, slack_file=str(path)), engine).file == RulesFile()  # type: ignore[call-arg]


def test_the_file_in_the_documentation_is_one(engine: Engine, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "slack-channels.md").read_text(encoding="utf-8")
    path = tmp_path / "slack.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    file = open_rules(Settings(_env_file=None, slack_file=str(path)), engine).file  # type: ignore[call-arg]
    assert file.channels["C0123ABCD"].answers is Answers.ASKER
    assert not file.channels["C0456EFGH"].on


def test_an_administrator_changes_everything_in_the_modal(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    view = opened(slack, events)
    assert faults(view["blocks"], "modal") == []
    values: dict[str, Any] = {
        "on": "on",
        "region": "Hittepå",
        "persona": "officer",
        "documents": [STRATEGY.id],
        "answers": "asker",
        "more": ["only_mentioned", "external", "digest"],
        "colleagues": [PERSON, ADMIN],
    }
    done = sent(slack, events, view, **values)
    assert done["response_action"] == "update"
    assert view_faults(done["view"]) == []
    assert "Hittepå" in texts(done["view"]) and STRATEGY.metadata.title in texts(done["view"])
    assert rules.rule(TEAM, CHANNEL) == Rule(
        region="Hittepå",
        persona=Persona.OFFICER,
        documents=(STRATEGY.id,),
        answers=Answers.ASKER,
        only_mentioned=True,
        external=True,
        digest=True,
        # A group of the usual rule cannot be chosen, nor taken away.
        colleagues=(PERSON, ADMIN, "S0GRUPP"),
    )
    again = opened(slack, events)
    sent(slack, events, again)
    assert rules.rule(TEAM, CHANNEL).region == "Hittepå"
    sent(slack, events, opened(slack, events), on="off", documents=[], colleagues=[], more=[])
    assert rules.rule(TEAM, CHANNEL) == Rule(
        on=False,
        region="Hittepå",
        persona=Persona.OFFICER,
        answers=Answers.ASKER,
        colleagues=("S0GRUPP",),
    )


@pytest.mark.parametrize("word", ["settings", "inställningar", "INNSTILLINGER"])
def test_others_are_told_who_may(slack: SlackServer, events: str, word: str) -> None:
    before = len(slack.views)
    said = told(slack, events, PERSON, word=word)
    assert "administratörer" in said
    assert f"{{'type': 'user', 'user_id': '{NAMED}'}}" in str(slack.messages()[-1]["blocks"])
    assert len(slack.views) == before


def test_who_the_file_names_may_without_asking_slack(slack: SlackServer, events: str) -> None:
    asked = len(slack.called("users.info"))
    assert opened(slack, events, NAMED)
    assert len(slack.called("users.info")) == asked


@pytest.mark.parametrize(
    "person",
    [
        {"is_stranger": True},
        {"team_id": "T0ANDRA"},
        {"deleted": True},
        {"is_restricted": True},
        {"is_admin": False},
        {"is_admin": "true"},
    ],
)
def test_an_administrator_of_elsewhere_may_not(
    slack: SlackServer, events: str, person: dict[str, Any]
) -> None:
    slack.add_user("U0FRAMMAND", "fia", **{"is_admin": True, **person})
    assert "administratörer" in told(slack, events, "U0FRAMMAND")


def test_an_owner_may(slack: SlackServer, events: str) -> None:
    slack.add_user("U0AGARE", "agnes", is_owner=True)
    assert opened(slack, events, "U0AGARE")


@pytest.mark.parametrize("fault", [Refused("missing_scope"), ServerError()])
def test_where_slack_does_not_tell_who_it_is_only_the_file_decides(
    slack: SlackServer, events: str, fault: object
) -> None:
    slack.faults = lambda method, _: fault if method == "users.info" else None
    assert "administratörer" in told(slack, events, ADMIN)
    assert opened(slack, events, NAMED)


def test_a_direct_conversation_has_no_settings(slack: SlackServer, events: str) -> None:
    assert WORDS["settings_direct"] in told(slack, events, ADMIN, slack.dm(ADMIN))


@pytest.mark.parametrize(
    "faults",
    [
        {"views.open": Refused("expired_trigger_id")},
        pytest.param({"users.info": Slow(3.2)}, marks=pytest.mark.soak),
    ],
    ids=["refused", "slow"],
)
def test_a_modal_that_slack_does_not_open_in_time_is_told(
    slack: SlackServer, events: str, faults: dict[str, Refused | Slow]
) -> None:
    slack.faults = lambda method, _: faults.get(method)
    assert WORDS["settings_not_opened"] in told(slack, events, ADMIN)


def test_a_channel_of_the_file_is_shown_and_not_changed(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    form = opened(slack, events)
    view = opened(slack, events, channel=FIXED)
    assert not view.get("submit")
    assert "i en fil" in texts(view["blocks"]) and "Påhitt" in texts(view["blocks"])
    assert not any(block["type"] == "input" for block in view["blocks"])
    # Another form sent in with this modal's place changes nothing either.
    moved = {**form, "private_metadata": view["private_metadata"]}
    assert sent(slack, events, moved, on="on")["errors"] == {"on": WORDS["settings_changed"]}
    assert rules.rule(TEAM, FIXED) == Rule()


def test_a_modal_is_saved_only_by_who_opened_it(slack: SlackServer, events: str, rules: Rules) -> None:
    before = rules.rule(TEAM, CHANNEL)
    view = opened(slack, events)
    assert sent(slack, events, view, PERSON, region="Påhitt")["errors"] == {"on": WORDS["settings_foreign"]}
    for place in "", "[]", "{", "[" * 900, '{"user": "U0ADMIN"}', '{"user": "U0ADMIN", "channel": "D0X"}':
        moved = {**view, "private_metadata": place}
        assert sent(slack, events, moved)["errors"] == {"on": WORDS["settings_foreign"]}
    assert rules.rule(TEAM, CHANNEL) == before


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    first, second = opened(slack, events), opened(slack, events, NAMED)
    now = "Påhitt" if rules.rule(TEAM, CHANNEL).region != "Påhitt" else "Hittepå"
    assert sent(slack, events, first, region=now)["response_action"] == "update"
    assert sent(slack, events, second, NAMED, on="off")["errors"] == {"on": WORDS["settings_changed"]}
    assert rules.rule(TEAM, CHANNEL).region == now


@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        ("region", {"type": "static_select", "selected_option": {"value": "Atlantis"}}),
        ("persona", {"type": "static_select", "selected_option": {"value": "boss"}}),
        ("documents", {"type": "multi_static_select", "selected_options": [{"value": "okänd"}]}),
        ("answers", {"type": "radio_buttons", "selected_option": {"value": "all"}}),
        ("more", {"type": "checkboxes", "selected_options": [{"value": "on"}]}),
        ("colleagues", {"type": "multi_users_select", "selected_users": ["B0BOT"]}),
        ("colleagues", {"type": "multi_users_select", "selected_users": [f"U0{n:03}" for n in range(11)]}),
    ],
)
def test_what_there_is_not_is_told_at_its_field(
    slack: SlackServer, events: str, rules: Rules, field: str, chosen: dict[str, Any]
) -> None:
    before = rules.rule(TEAM, CHANNEL)
    payload = slack.submit(opened(slack, events), {}, ADMIN)
    payload["view"]["state"]["values"][field][field] = chosen
    done = slack.post(events, payload).json()
    assert list(done["errors"]) == [field]
    assert rules.rule(TEAM, CHANNEL) == before


def listed(number: int) -> Choices:
    """So many documents with hostile titles, by fewer publishers."""
    documents = tuple(
        Choice(f"d{n}", f"<!channel> *{n}* :wave: " + "å" * 100, "x" * 200) for n in range(number)
    )
    publishers = tuple(Choice("p" * 200 + str(n), f"Utgivare {n}" * 20) for n in range(number // 2))
    return Choices((), documents, publishers)


@pytest.mark.parametrize("number", [0, 1, 100, 101, 400])
def test_the_form_keeps_to_slacks_limits(number: int) -> None:
    held, words = listed(number), {each: phrases("slack", each) for each in ("sv", "en", "no")}
    chosen = tuple(one.value for one in held.documents[:3])
    for language in words:
        fields = settings_fields(Rule(documents=chosen), held, words[language])
        assert faults(fields, "modal") == []
        ids = [str(block["block_id"]) for block in fields]
        assert ("documents" in ids) == (number > 0)
        assert ("publishers" in ids) == (number > 100)
        assert "region" not in ids


def test_what_was_not_shown_stays_and_long_names_are_found_again() -> None:
    held, before = listed(101), Rule(region="Skåne", documents=("d1",), digest=True)
    key = held.publishers[7].key
    filled = read_settings_form(
        {"publishers": {"publishers": {"selected_options": [{"value": key}]}}}, before, held, WORDS
    )
    assert filled == before.model_copy(update={"publishers": (held.publishers[7].value,)})
    assert read_settings_form({"on": {"on": {}}, "answers": {}}, before, held, WORDS) == before
    many = {
        "colleagues": {"colleagues": {"selected_users": [f"U{n:03}" for n in range(MOST_COLLEAGUES + 1)]}}
    }
    assert read_settings_form(many, before, held, WORDS) == Faults(
        {Field.COLLEAGUES.value: WORDS["many_colleagues"]}
    )


@pytest.mark.parametrize("number", [3, 130, 400])
def test_a_form_that_is_only_saved_keeps_what_there_is_not_and_means_the_same(
    slack: SlackServer, number: int
) -> None:
    # As a file's `usual` may have it: a document by its source, and a region that is no county.
    library = listed(number)
    named = (*library.documents[:-1], replace(library.documents[-1], source="strategi.pdf"))
    publishers = (library.publishers[-1].value, "Utgivare som inte finns")
    before = Rule(region="Jämtland", documents=("d1", "strategi.pdf", "borttaget.pdf"), publishers=publishers)
    rule, held = with_those_of(before, replace(library, documents=named, regions=(Choice("Skåne", "Skåne"),)))
    fields = [dict(block) for block in settings_fields(rule, held, WORDS)]
    assert faults(fields, "modal") == []
    payload = slack.submit({"blocks": fields}, {})
    kept = read_settings_form(payload["view"]["state"]["values"], rule, held, WORDS)
    assert isinstance(kept, Rule)
    assert set(kept.documents) == {"d1", f"d{number - 1}", "borttaget.pdf"}
    assert set(kept.publishers) == set(publishers)
    assert kept.region == "Jämtland"


def test_documents_that_show_no_title_are_still_to_be_told_apart() -> None:
    class Nameless(SmallLibrary):
        def documents(self) -> list[Any]:
            metadata = replace(STRATEGY.metadata, title="\u200b", publisher="\u200b", as_of="")
            return [replace(STRATEGY, metadata=metadata)]

    held = choices(Nameless())  # type: ignore[arg-type]
    assert [(one.value, one.title, one.about) for one in held.documents] == [("strategi", "strategi.md", "")]
    assert held.publishers == held.regions == ()
