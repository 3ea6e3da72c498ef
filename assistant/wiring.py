"""The only place that picks classes: settings in, the assembled assistant out."""

from dataclasses import dataclass

from assistant.ask import Assistant
from assistant.conversations import ConversationStore
from assistant.extractive import ExtractiveAnswerer
from assistant.feedback import FeedbackStore
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

    def close(self) -> None:
        """Let go of files and threads."""
        self.store.close()


def build(settings: Settings) -> Parts:
    """Everything for one process; raises StoreError when the store or the model cannot be opened."""
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    answerer = ExtractiveAnswerer(SentenceScorer(embedder, store.rarity))
    engine = store.catalogue.engine
    conversations = ConversationStore(engine, settings.history_days)
    assistant = Assistant(store.retriever, answerer, store.document, conversations, settings.contact)
    return Parts(assistant, store, FeedbackStore(engine))
