"""Watched documents on the desk's list: marked while they cannot be read again or are gone."""

import httpx
from small_service import Running
from test_desk_documents import client, plan, service, words, workshop

from vectorstore.reading import Listed
from vectorstore.watched import Item, ItemState, WatchKind, WatchList

__all__ = ["client", "plan", "service", "workshop"]


def test_a_watched_document_that_is_not_read_again_is_marked(
    client: httpx.Client, service: Running, plan: Listed
) -> None:
    def listed() -> str:
        return words(client.get("/desk/documents", params={"q": "plan.md"}))

    assert "Borta från källan" not in listed()
    watched = WatchList(service.log.engine)
    one = watched.add(WatchKind.FOLDER, "/planer")
    watched.keep(one.id, [Item(plan.uri, "Plan", plan.id, "d", ItemState.GONE, code="gone")], [])
    assert "Borta från källan" in listed()
    watched.keep(
        one.id, [Item(plan.uri, "Plan", plan.id, "d", ItemState.FAILING, code="status", detail="503")], []
    )
    assert "Kan inte läsas om" in listed() and "(503)" in listed()
    watched.remove(one.id)
    assert "Kan inte läsas om" not in listed()
