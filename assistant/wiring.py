"""The only place that picks classes: settings in, the assembled assistant out."""

from dataclasses import dataclass

from assistant.ask import Assistant
from assistant.conversations import ConversationStore
from assistant.evaluation.target import Local, describe
from assistant.extractive import ExtractiveAnswerer
from assistant.feedback import FeedbackStore
from assistant.question_log import QuestionLog
from assistant.rewriting import open_rephraser
from assistant.scoring import SentenceScorer
from vectorstore.embedder import load_embedder
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
    rephraser = open_rephraser(settings)
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    answerer = ExtractiveAnswerer(SentenceScorer(embedder, store.rarity))
    engine = store.catalogue.engine
    conversations = ConversationStore(engine, settings.history_days)
    assistant = Assistant(
        store.retriever, answerer, store.document, conversations, settings.contact, rephrase=rephraser
    )
    log = QuestionLog(engine, settings.history_days)
    return Parts(assistant, store, FeedbackStore(engine, settings.history_days), log, settings)
