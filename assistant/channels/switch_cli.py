"""The off switch on the command line."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.switch import Switched


class Turn(StrEnum):
    """Which way to turn it."""

    ON = "on"
    OFF = "off"


def switch(
    turn: Annotated[Turn | None, typer.Argument(help="Which way to turn it; without it, how it is.")] = None,
    reason: Annotated[str, typer.Argument(help="What users are told while it is off.")] = "",
) -> None:
    """Turn the service off with a reason that users see, or on again. Evaluations go on meanwhile."""
    from assistant.switch import Switch
    from vectorstore.database import open_database
    from vectorstore.settings import read_settings

    engine = open_database(read_settings())
    try:
        lever = Switch(engine)
        if turn is Turn.OFF:
            lever.turn_off(reason)
        elif turn is Turn.ON:
            lever.turn_on()
        print(_told(lever.state()))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    finally:
        engine.dispose()


def _told(now: "Switched") -> str:
    since = f" since {now.at:%Y-%m-%d %H:%M} UTC" if now.at else ""
    return f"off{since}: {now.reason}" if now.off else f"on{since}"
