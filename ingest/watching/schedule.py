"""When what is watched is read again."""

from ingest.workshop import Workshop
from vectorstore.watch_news import WatchNews
from vectorstore.watched import WatchList

MOST_AT_ONCE = 5
"""So few readings are asked for at a time, so that what people ask for meanwhile need not wait for all."""


def due(workshop: Workshop) -> None:
    """Ask for the readings that are due, the longest overdue first, and forget old news."""
    engine = workshop.catalogue.engine
    watch_list = WatchList(engine)
    for watched in watch_list.due()[:MOST_AT_ONCE]:
        watch_list.ask(workshop.jobs, watched.id)
    WatchNews(engine).forget()
