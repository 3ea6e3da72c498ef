"""The only place that picks classes: settings in, the assembled assistant out."""

from dataclasses import dataclass

from assistant.ask import Assistant
from assistant.comparison.composing import Comparison
from assistant.contradictions import Differing
from assistant.conversations import ConversationStore
from assistant.dated import Dated
from assistant.desk.asking import Sorter
from assistant.drafts import Composer
from assistant.evaluation.target import Local, describe
from assistant.extractive import ExtractiveAnswerer
from assistant.facts.direct import Direct
from assistant.facts.glosses import Glossed
from assistant.feedback import FeedbackStore
from assistant.fit.checklist import Checklist
from assistant.fit.funding import FundingFit
from assistant.partners.carding import Carded
from assistant.partners.contacting import ContactFinder
from assistant.partners.finding import PartnerFinder
from assistant.projects.advice import ProjectAdvice
from assistant.projects.alignment import Alignment
from assistant.projects.brief import PolicyBrief
from assistant.question_log import QuestionLog
from assistant.rephrase import rephrase
from assistant.rewriting import Rephraser, open_rephraser
from assistant.scoring import SentenceScorer
from assistant.terms.choosing import WhichPlace
from assistant.terms.explaining import TermExplainer
from assistant.writing import Writer, open_writer
from vectorstore.embedder import Embedder, load_embedder
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process works with."""

    assistant: Assistant
    store: Store
    feedback: FeedbackStore
    log: QuestionLog
    settings: Settings

    def target(self) -> Local:
        """What an evaluation asks: this assistant, described as it is now."""
        return Local(self.assistant, self.store, describe(self.settings, self.store))

    def forget(self) -> None:
        """Delete what users asked, where it is older than the settings promise."""
        for kept in (self.log, self.feedback, self.assistant.conversations):
            kept.forget()

    def close(self) -> None:
        """Let go of files and threads."""
        self.store.close()


def build(settings: Settings) -> Parts:
    """Everything for one process; raises StoreError when the store or the model cannot be opened.

    SettingsError when the language model that the settings name cannot be used.
    """
    model_first = open_rephraser(settings)
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    engine = store.catalogue.engine
    log = QuestionLog(engine, settings.history_days, shelf=store, sorter=Sorter(store.names))
    feedback = FeedbackStore(engine, settings.history_days)
    writer = open_writer(settings, store.names)
    assistant = assistant_over(store, embedder, settings, rephrase=model_first, writer=writer)
    return Parts(assistant, store, feedback, log, settings)


def assistant_over(
    store: Store,
    embedder: Embedder,
    settings: Settings,
    rephrase: Rephraser = rephrase,
    writer: Writer | None = None,
) -> Assistant:
    """The assistant that answers from `store`."""
    return Assistant(
        retriever=store.retriever,
        composers=composers(store, embedder),
        documents=store.document,
        conversations=ConversationStore(store.catalogue.engine, settings.history_days),
        contact=settings.contact,
        names=store.names,
        refiners=(Dated(store.names), Differing(store.names), Glossed(store.names)),
        rephrase=rephrase,
        writer=writer,
    )


def composers(store: Store, embedder: Embedder) -> tuple[Composer, ...]:
    """What makes drafts, in the order they are asked; the last answers every question."""
    scorer = SentenceScorer(embedder, store.rarity)
    return (
        FundingFit(store, scorer),
        Checklist(store, scorer),
        PolicyBrief(store, scorer),
        ProjectAdvice(store, scorer),
        Alignment(store, scorer),
        TermExplainer(store, scorer),
        WhichPlace(store),
        ContactFinder(store),
        Comparison(store, scorer),
        PartnerFinder(store, scorer, embedder),
        Carded(Direct(ExtractiveAnswerer(scorer, store.names), store.names), store, scorer),
    )
