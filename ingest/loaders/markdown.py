"""Markdown: blocks by the parser's line numbers, over the text as it stands."""

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.loaded import Block, BlockKind, LoadedFile
from ingest.loaders.decoding import decode
from ingest.loaders.front_matter import split_front_matter

_NESTING = 100  # list levels and quotes count; the parser leaves out what lies deeper
_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>?")
_HIDING = re.compile(
    r"<[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|\shidden\b)", re.IGNORECASE
)
_UNSEEN = re.compile(r"\s*<(?:script|style|template|noscript)\b", re.IGNORECASE)


def load_markdown(data: bytes) -> LoadedFile:
    """The decoded file, unchanged; raises Unreadable for front matter that cannot be read."""
    text = decode(data)
    front_matter, body = split_front_matter(text)
    blocks = tuple(_without_comments(text, _blocks(text, body)))
    return LoadedFile(text, blocks, structured=True, front_matter=front_matter)


def _blocks(text: str, body: int) -> Iterator[Block]:
    """The blocks of text[body:], in order, not overlapping."""
    starts = [body, *(body + found.end() for found in _LINE_END.finditer(text[body:])), len(text)]
    done = body
    for kind, level, token in _leaves(_parser().parse(text[body:])):
        if token.map is None:
            continue
        start, end = max(done, starts[token.map[0]]), starts[min(token.map[1], len(starts) - 1)]
        if start >= end:
            continue
        done = end
        yield _words_only(text, token, Block(kind, start, end, level))


def _parser() -> MarkdownIt:
    """Reads blocks only: what is inside a line is quoted as it stands, and costs much to parse."""
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


def _words_only(text: str, token: Token, block: Block) -> Block:
    """A heading without its marks; other blocks as they are."""
    if block.kind is not BlockKind.HEADING or not token.content:
        return block
    start = text.find(token.content, block.start, block.end)
    return block if start < 0 else replace(block, start=start, end=start + len(token.content))


def _leaves(tokens: list[Token]) -> Iterator[tuple[BlockKind, int, Token]]:
    """The tokens that hold text, each with what it is and its level."""
    items, heading, header_row, row = 0, 0, False, False
    for token in tokens:
        if token.type.startswith("list_item_"):
            items += token.nesting
        elif token.type.startswith("heading_"):
            heading = int(token.tag[1]) if token.nesting == 1 else 0
        elif token.type.startswith("thead_"):
            header_row = token.nesting == 1
        elif token.type.startswith("tr_"):
            row = token.nesting == 1
            if row:
                yield BlockKind.ROW, int(header_row), token
        elif token.type == "html_block" and (_HIDING.search(token.content) or not _shows(token.content)):
            continue
        elif token.type in ("fence", "code_block", "html_block") or (token.type == "inline" and not row):
            kind = BlockKind.HEADING if heading else BlockKind.ITEM if items else BlockKind.PARAGRAPH
            yield kind, heading, token


def _shows(html: str) -> bool:
    """Whether a block of HTML has words outside its comments, tags, scripts and styles."""
    return not _UNSEEN.match(html) and bool(_TAG.sub("", _COMMENT.sub("", html)).strip())


def _without_comments(text: str, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, split around HTML comments inside them; code keeps its own."""
    for block in blocks:
        piece, start = text[block.start : block.end], block.start
        if not piece.lstrip().startswith(("```", "~~~")):
            for comment in _COMMENT.finditer(piece):
                yield replace(block, start=start, end=block.start + comment.start())
                start = block.start + comment.end()
        yield replace(block, start=start)
