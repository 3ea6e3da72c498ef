"""Tell running text from what surrounds it: pull quotes, logo blocks, links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.headings import LINK, SHORTEST_BODY, heading_text, is_quotation
from ingest.loaded import Block, BlockKind

SENTENCE_END = (".", "!", "?", ":", "”", '"', "…")
FEWEST_NAMES = 4
LONGEST_NAME = 45
LONGEST_LINK = 60
LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Body:
    """The running text: its blocks, and the stretches (`gaps`) that interrupt it."""

    blocks: tuple[Block, ...]
    gaps: tuple[tuple[int, int], ...]


def running_text(text: str, blocks: Sequence[Block]) -> Body:
    """Take pull quotes with their names, and link lines, out of `blocks`.

    What is taken out stays in the stored text; only passages leave it out. A logo block, one name
    a paragraph, becomes a single list so that the names are found together.
    """
    kept: list[Block] = []
    gaps: list[tuple[int, int]] = []
    resumed: set[int] = set()
    for index, block in enumerate(blocks):
        raw = _raw(text, block)
        if _interrupts(text, blocks, index):
            gaps.append((block.start, block.end))
        elif any(sign.isalnum() for sign in raw) and not (_is_link(raw) and _follows_text(kept)):
            if gaps and (not kept or kept[-1].end <= gaps[-1][0]):
                resumed.add(block.start)
            kept.append(block)
    return Body(tuple(_join_names(text, _join_broken(text, kept, resumed))), tuple(gaps))


def _is_link(raw: str) -> bool:
    return len(raw) < LONGEST_LINK and all(LINK.match(heading_text(line)) for line in raw.splitlines())


def _follows_text(kept: Sequence[Block]) -> bool:
    """Right under a heading a link is all there is to say of it."""
    return bool(kept) and kept[-1].kind is not BlockKind.HEADING


def _raw(text: str, block: Block) -> str:
    return text[block.start : block.end].strip()


def _interrupts(text: str, blocks: Sequence[Block], index: int) -> bool:
    """A pull quote between two halves of a sentence, or the name printed under one."""
    if index > 1 and _is_signature(text, blocks[index]) and is_quotation(_raw(text, blocks[index - 1])):
        return _interrupts(text, blocks, index - 1)
    if (
        not index
        or blocks[index].end - blocks[index].start > LONGEST_QUOTE
        or not is_quotation(_raw(text, blocks[index]))
    ):
        return False
    following = list(blocks[index + 1 : index + 3])
    if following and _is_signature(text, following[0]):
        following.pop(0)
    if not following or {blocks[index - 1].kind, blocks[index].kind, following[0].kind} != {
        BlockKind.PARAGRAPH
    }:
        return False
    above, below = _raw(text, blocks[index - 1]), _raw(text, following[0])
    cut = above[-1:].islower() or (above.endswith(",") and below[:1].islower())
    return cut and len(above) >= SHORTEST_BODY


def _is_signature(text: str, block: Block) -> bool:
    raw = _raw(text, block)
    return (
        len(raw) <= LONGEST_NAME
        and raw.isupper()
        and len(raw.split()) <= 4
        and not raw.endswith(SENTENCE_END)
    )


def _join_broken(text: str, blocks: list[Block], resumed: set[int]) -> list[Block]:
    """A paragraph that a page, a column or a pull quote (before `resumed`) cut in two is one again."""
    joined: list[Block] = []
    for block in blocks:
        above = joined[-1] if joined else None
        if (
            above
            and block.kind is BlockKind.PARAGRAPH
            and above.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        ):
            ended = text[above.start : above.end].rstrip().endswith(SENTENCE_END)
            cut = text[block.start].islower() and not text[above.end : block.start].strip()
            if not ended and (cut or block.start in resumed):
                joined[-1] = replace(above, end=block.end)
                continue
        joined.append(block)
    return joined


def _join_names(text: str, blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        apart = bool(block and run and text[run[-1].end : block.start].strip())
        if block is not None and not apart and _is_name(text, block):
            run.append(block)
            continue
        if len(run) >= FEWEST_NAMES:
            joined.append(replace(run[0], kind=BlockKind.ROW, end=run[-1].end, level=0))
        else:
            joined += run
        run = [block] if block is not None and apart and _is_name(text, block) else []
        if block is not None and not run:
            joined.append(block)
    return joined


def _is_name(text: str, block: Block) -> bool:
    raw = text[block.start : block.end].strip()
    return (
        block.kind is BlockKind.PARAGRAPH
        and len(raw) <= LONGEST_NAME
        and not raw.startswith("#")
        and not raw.endswith(SENTENCE_END)
        and heading_text(raw)[:1].isupper()
        and raw.count("\n") <= 2
    )
