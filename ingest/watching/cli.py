"""The commands for what is watched: `utblick watch add|list|remove|now`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from vectorstore.database import open_database
from vectorstore.errors import UtblickError
from vectorstore.jobs import Jobs
from vectorstore.settings import Settings, read_settings
from vectorstore.watchable import NotWatchable, check_address, check_folder
from vectorstore.watched import HOURS, UNWATCH, Watched, WatchKind, WatchList

watch = typer.Typer(help="Pages, feeds and folders that are read again on a schedule.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Which = Annotated[str, typer.Argument(help="Its id or address.")]
_WHY = {
    "address": "{} is no address of a page.",
    "scheme": "Only http and https addresses are watched, not {}.",
    "credentials": "An address with a name or password for {} is not watched. Leave them out.",
    "host": "{} is not among the hosts that may be watched. Add it to UTBLICK_WATCH_HOSTS.",
    "port": "Write {}, with its port, in UTBLICK_WATCH_HOSTS to have it watched.",
    "folder_missing": "{} is no folder of this machine. Give its whole path.",
    "folder_own": "{} holds or belongs to Utblick's own data folder. Choose another.",
}


class WatchError(UtblickError):
    """What is asked for cannot be done; the message is for the person at the keyboard."""


@watch.command("add")
def add(
    address: Annotated[str, typer.Argument(help="The address of a page or feed, or the path of a folder.")],
    kind: Annotated[WatchKind, typer.Option(help="What it is.")] = WatchKind.PAGE,
    title: Annotated[str, typer.Option(help="What it is called; else its own title.")] = "",
    hours: Annotated[int, typer.Option(help=f"Hours between readings: {', '.join(map(str, HOURS))}.")] = 24,
    removes: Annotated[
        bool, typer.Option(help="Remove a document when its file is gone from the folder.")
    ] = False,
) -> None:
    """Put a page, feed or folder on the list. The worker reads it soon."""
    if hours not in HOURS:
        raise typer.BadParameter(f"choose among {', '.join(map(str, HOURS))}", param_hint="--hours")
    settings = read_settings()
    with _opened(settings) as watch_list:
        try:
            folder = kind is WatchKind.FOLDER
            place = check_folder(address, settings) if folder else check_address(address, settings).address
        except NotWatchable as error:
            raise WatchError(_WHY[error.code].format(error.detail)) from error
        new = watch_list.add(kind, place, title.strip(), hours, removes and folder)
    print(f"watching {new.address} ({new.id})")


@watch.command("list")
def show(as_json: AsJson = False) -> None:
    """What is watched, and how the latest reading went."""
    with _opened(read_settings()) as watch_list:
        found = watch_list.all()
    if as_json:
        print(json.dumps({"watched": [_row(each) for each in found]}, ensure_ascii=False))
        return
    for each in found:
        state = (
            "paused" if each.paused else " ".join(filter(None, (each.state.value, each.code, each.detail)))
        )
        print(f"{each.id}  {each.kind.value:6}  {state}  {each.name}  {each.address}")


@watch.command("remove")
def remove(
    which: Which,
    documents: Annotated[bool, typer.Option(help="Remove its documents too.")] = False,
) -> None:
    """Take it off the list. Its documents stay unless they are to go too."""
    with _opened(read_settings()) as watch_list:
        found = _find(watch_list, which)
        if documents:
            watch_list.change(found.id, paused=True)
            Jobs(watch_list.engine).add(UNWATCH, {"id": found.id})
            print(f"{found.address}: the worker removes it with its documents")
        else:
            watch_list.remove(found.id)
            print(f"removed {found.address}; its documents stay")


@watch.command("now")
def read_now(which: Which) -> None:
    """Have it read now, whatever the schedule says."""
    with _opened(read_settings()) as watch_list:
        found = _find(watch_list, which)
        new = watch_list.ask(Jobs(watch_list.engine), found.id)
        print(f"{found.address}: {'the worker reads it next' if new else 'it is about to be read already'}")


@contextmanager
def _opened(settings: Settings) -> Iterator[WatchList]:
    engine = open_database(settings)
    try:
        yield WatchList(engine)
    finally:
        engine.dispose()


def _find(watch_list: WatchList, which: str) -> Watched:
    for each in watch_list.all():
        if which in (each.id, each.address):
            return each
    raise WatchError(f"{which} is not watched. `utblick watch list` tells what is.")


def _row(watched: Watched) -> dict[str, object]:
    times = ("added", "due", "checked", "good", "failing_since")
    plain = (
        "id",
        "kind",
        "address",
        "title",
        "hours",
        "removes",
        "paused",
        "state",
        "failures",
        "code",
        "detail",
    )
    told = {name: getattr(watched, name) for name in times}
    return {name: getattr(watched, name) for name in plain} | {
        name: at.isoformat() if at else None for name, at in told.items()
    }
