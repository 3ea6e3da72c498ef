"""The passages of the other systems: the cut that LangChain's guides show."""

from benchmark.sets import RetrievalSet

CHARACTERS, OVERLAP = 1000, 200


def chunks(given: RetrievalSet, overlap: int = OVERLAP) -> list[tuple[str, str]]:
    """(document id, text) of every passage, in the documents' order."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=overlap)
    return [(one.id, text) for one in given.documents for text in splitter.split_text(one.text)]
