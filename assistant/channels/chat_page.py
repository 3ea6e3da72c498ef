"""The chat page as HTML: the conversation that its address names, and the form to go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

import prompts
from assistant.channels.asker import Asker, counties
from assistant.channels.bodies import MOST_TURNS
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem, problem_body
from assistant.channels.service import Exchange, Service
from assistant.questions import Persona, Turn

MOST_EXCHANGES = MOST_TURNS // 2
STARTERS = {Persona.SME: 4, Persona.OFFICER: 4, Persona.EVALUATOR: 4}
"""How many questions prompts/*/ui.md proposes to each kind of asker."""
FORMATS = ("docx", "md", "html")


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the page shows it: the ids of its answers, who asks, and what the form holds.

    `identity` tells that what was typed holds an identity number, `thanked` which answer was judged.
    """

    turns: Sequence[str] = ()
    asker: Asker = field(default_factory=Asker)
    typed: str = ""
    problem: Problem | None = None
    identity: bool = False
    thanked: str = ""

    def address(self, language: str, path: str = "/") -> str:
        """Where the page shows it, or where `path` takes it over."""
        names = [("turn", each) for each in self.turns[-MOST_EXCHANGES:]]
        told = [*self.asker.address().items()] if path == "/" else []
        thanked = [("thanked", self.thanked)] if self.thanked else []
        return f"{path}?{urlencode([*names, *told, *thanked, ('lang', language)])}"


def chat_html(request: Request, service: Service, talk: Talk) -> str:
    """The page with the conversation."""
    language, settings = page_language(request), service.settings
    exchanges = known(service, talk.turns)
    told = talk.problem and problem_body(talk.problem, language, request.scope["request_id"])
    return page(
        "chat.html",
        language,
        same_page=_in_each_language(request, talk),
        local=is_local(request.scope),
        talk=talk,
        exchanges=exchanges,
        forgotten=len(exchanges) < len(talk.turns),
        problem=told,
        thanked=talk.thanked,
        switched=service.switch.state(),
        counties=counties(service.store),
        personas=tuple(Persona),
        starters={persona: range(1, most + 1) for persona, most in STARTERS.items()},
        without={name: replace(talk, asker=_without(talk.asker, name)).address(language) for name in _SAID},
        exports={form: Talk(talk.turns).address(language, f"/export.{form}") for form in FORMATS},
        removed=prompts.phrases("routing", language)["redacted"],
        most=settings.question_characters,
        contact=settings.contact,
        days=settings.history_days,
        quoted=_quoted(service, exchanges),
    )


def exchange_html(service: Service, exchange: Exchange, language: str) -> str:
    """One question with its answer, as the page shows it."""
    quoted = _quoted(service, [exchange])
    return page("exchange.html", language, exchange=exchange, thanked="", quoted=quoted)


def went_on(request: Request, talk: Talk) -> Response:
    """On to the page that shows the conversation, at what is new in it."""
    # With GET, so that the browser's Back and Reload find the conversation.
    newest = talk.thanked or (talk.turns[-1] if talk.turns else "")
    place = f"#a-{quote(newest)}" if newest else ""
    return RedirectResponse(talk.address(page_language(request)) + place, 303)


def known(service: Service, turns: Sequence[str]) -> list[Exchange]:
    """The exchanges that can be found, at most as many as a question may have before it."""
    found = (find_exchange(service, each) for each in turns[-MOST_EXCHANGES:])
    return [each for each in found if each]


def find_exchange(service: Service, answer_id: str) -> Exchange | None:
    """The exchange with that answer, given here or by another process or channel; None when forgotten."""
    remembered = service.exchanges.find(answer_id)
    if remembered:
        return remembered
    logged = service.log.find(answer_id)
    return Exchange(logged.question, logged.answer) if logged else None


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """What was said, oldest first."""
    pairs = ((Turn("user", each.question), Turn("assistant", each.answer.text)) for each in exchanges)
    return tuple(turn for pair in pairs for turn in pair)


_SAID = ("region", "persona")


def _without(asker: Asker, name: str) -> Asker:
    return replace(asker, region="") if name == "region" else replace(asker, persona=None)


def _in_each_language(request: Request, talk: Talk) -> dict[str, str]:
    # After a form that was refused the address is the bare one: the conversation is put into it.
    return (
        same_page(request)
        if request.method == "GET"
        else {code: talk.address(code) for code in prompts.LANGUAGES}
    )


def _quoted(service: Service, exchanges: Sequence[Exchange]) -> dict[str, str]:
    """The language of each document that is quoted, so that screen readers pronounce it right."""
    cited = {citation.document_id for each in exchanges for citation in each.answer.citations}
    found = (service.store.document(each) for each in sorted(cited))
    return {each.id: each.metadata.language for each in found if each}
