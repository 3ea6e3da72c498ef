"""Go through what a draft says, and keep of it what is to be kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.drafts import CardDraft, Draft, Grid, Line, Wording

Keeps = Callable[[Line], bool]


def lines(draft: Draft) -> Iterator[Line]:
    """Every line, cell and field in the order it is read."""
    yield from draft.lead
    for block in draft.blocks:
        yield from block.lines
    yield from draft.closing
    for row in draft.grid.rows:
        yield from row
    for card in draft.cards:
        yield from card.fields.values()


def sift(draft: Draft, keeps: Keeps) -> Draft:
    """`draft` without the lines and fields that `keeps` refuses, and without what is left empty by it.

    A cell that is refused is emptied, so that its row keeps its width; a card's field in words of ours is
    none.
    """
    blocks = [replace(block, lines=_kept(block.lines, keeps)) for block in draft.blocks]
    cards = [_card(card, keeps) for card in draft.cards]
    return replace(
        draft,
        lead=_kept(draft.lead, keeps),
        blocks=tuple(block for block in blocks if block.lines),
        closing=_kept(draft.closing, keeps),
        grid=_grid(draft.grid, keeps),
        cards=tuple(card for card in cards if card.fields),
    )


def _kept(found: Sequence[Line], keeps: Keeps) -> tuple[Line, ...]:
    return tuple(line for line in found if keeps(line))


def _grid(grid: Grid, keeps: Keeps) -> Grid:
    emptied = Line("", wording=Wording.OWN)
    rows = [tuple(cell if keeps(cell) else emptied for cell in row) for row in grid.rows]
    return Grid(grid.columns, tuple(rows))


def _card(card: CardDraft, keeps: Keeps) -> CardDraft:
    fields = {
        name: line for name, line in card.fields.items() if line.wording is not Wording.OWN and keeps(line)
    }
    return replace(card, fields=fields)
