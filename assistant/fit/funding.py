"""Composes answers to "can we apply" and "what is there for us"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.drafts import Asked, Draft
from assistant.fit.advice import Advice, queries
from assistant.fit.asking import Want, Wanted, wanted
from assistant.fit.clarifying import clarify, may_ask, missing_fact
from assistant.fit.deadline import deadline_draft
from assistant.fit.instruments import Instruments, is_umbrella
from assistant.fit.judging import fits
from assistant.fit.named import named_draft, unsaid_draft
from assistant.fit.over import is_over, over_draft
from assistant.fit.past import past_draft
from assistant.fit.profile import Profile, read_profile
from assistant.fit.several import is_swedish, may_fit, served, several_draft
from assistant.fit.signs import sign
from assistant.fit.territory import territory_draft
from assistant.scoring import SentenceScorer
from vectorstore.entities import Entity
from vectorstore.queries import Hit, Query
from vectorstore.store import Store

WIDE = 12


@dataclass(frozen=True, slots=True)
class FundingFit:
    """Holds what the sources require against what the asker has told; asks where one fact decides."""

    store: Store
    scorer: SentenceScorer
    today: Callable[[], date] = field(default=date.today)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None for questions of facts, and where the sources have nothing on the matter."""
        names = self.store.names()
        want = wanted(asked, names, self._instruments.offers)
        if want is None:
            return None
        profile = read_profile(asked.question, names)
        if want.want is Want.TERRITORY:
            return self._territory(asked, want, profile)
        if want.main is None:
            return self._open(asked, want, hits, profile)
        return self._named(asked, want, want.main, hits, profile)

    @property
    def _instruments(self) -> Instruments:
        return Instruments(self.store, self.today)

    def _named(
        self, asked: Asked, want: Wanted, entity: Entity, hits: Sequence[Hit], profile: Profile
    ) -> Draft | None:
        names, language = self.store.names(), asked.language
        name = want.name(names)
        if want.want is Want.DEADLINE:
            found = self._instruments.of_entity(entity)
            statements = [one for instrument in found for one in instrument.statements]
            return deadline_draft(name, statements, names, language, bool(sign("rate").search(want.text)))
        if is_over(entity, self.today()):
            statements = self._instruments.statements_on(entity)
            is_late = bool(sign("too_late").search(want.text))
            return over_draft(entity, name, statements, names, language, is_late, self.today())
        if want.want is Want.OVER:
            return None
        found = self._instruments.of_entity(entity)
        beside = Advice(self.store).instead(entity) if profile.is_business else []
        made = named_draft(name, found, profile, language, self.today(), beside)
        if made or is_umbrella(entity, names):
            return made or self._open(asked, want, hits, profile)
        told = any(sign("may").search(one.text) for instrument in found for one in instrument.statements)
        return None if told else unsaid_draft(name, names, language)

    def _territory(self, asked: Asked, want: Wanted, profile: Profile) -> Draft | None:
        if profile.place is None:
            return clarify("county", asked.language) if may_ask(asked.question.history) else None
        names = self.store.names()
        statements = Advice(self.store).on_place(profile)
        said = [turn.text for turn in asked.question.history if turn.role == "user"] + [asked.question.text]
        places = [named.written for text in said for named in names.places(text)]
        return territory_draft(statements, profile, places, want.entities, names, asked.language)

    def _open(self, asked: Asked, want: Wanted, hits: Sequence[Hit], profile: Profile) -> Draft | None:
        names = self.store.names()
        told = sorted(served(profile) | profile.themes)
        searched = [query for key in ("any", *told) for query in queries(key)]
        found = self._instruments.found([*searched, *(entity.name for entity in want.entities)], hits)
        if not found:
            return self._past(asked, want, hits)
        fitting = [fit for fit in fits(found, profile, self.today) if may_fit(fit, profile, names)]
        # Who has told what for is asked only what the best form of support turns on.
        deciding = fitting[:1] if profile.purposes else fitting
        fact = missing_fact(profile, [fit.instrument for fit in deciding])
        if fact and may_ask(asked.question.history):
            return clarify(fact, asked.language)
        at_home = profile.place is None or is_swedish(profile.place, names)
        first = Advice(self.store).on_single_firms(profile) if profile.is_business and at_home else []
        return several_draft(fitting, profile, asked.language, first)

    def _past(self, asked: Asked, want: Wanted, hits: Sequence[Hit]) -> Draft | None:
        """What sources without any open call name; None unless money was asked for in so many words."""
        if not sign("money").search(want.text):
            return None
        wide = self.store.retriever.retrieve(Query(f"{asked.search} {' '.join(queries('past'))}", WIDE))
        scored = self.scorer.score(
            asked.search, list({hit.passage.id: hit for hit in [*hits, *wide]}.values())
        )
        return past_draft(scored, self.store.names(), asked.language)
