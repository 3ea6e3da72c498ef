"""A workshop with a small deterministic model, and jobs done in it one after another."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from fakes import HashedEmbedder

from ingest.working.handlers import HANDLERS
from ingest.working.loop import do
from ingest.workshop import Workshop, open_workshop
from vectorstore.embedder import Embedder
from vectorstore.jobs import Job
from vectorstore.settings import Settings


@contextmanager
def small_workshop(settings: Settings) -> Iterator[Workshop]:
    """The workshop over `settings` with words' hashes for a model, without a register; publishes nothing.

    Publishing starts a process for each change, which takes longer than all the rest.
    """
    with open_workshop(settings) as workshop:

        def embedder() -> Embedder:
            small = HashedEmbedder()
            workshop.catalogue.check_model(small.identity)
            return small  # type: ignore[return-value]

        yield replace(workshop, embedder=embedder, register=lambda: None, publishing=nullcontext)


def work_off(workshop: Workshop) -> list[Job]:
    """Do every waiting job; returns them as they ended."""
    done = []
    while job := workshop.jobs.take(tuple(HANDLERS)):
        do(workshop, job, HANDLERS[job.kind])
        ended = workshop.jobs.find(job.id)
        assert ended is not None
        done.append(ended)
    return done
