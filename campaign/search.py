"""Search for any two Chinese characters, the same on SQLite (FTS5) and PostgreSQL (tsvector with GIN).

Both engines get bigrams of our own: 企业创新 is indexed as 企业 业创 创新 新, and a search is the phrase of
its bigrams, so that it finds what stands there letter by letter, also inside Latin words and addresses. The
last letter of a run stands alone, so that one character is found as the beginning of a bigram. What is
neither letter nor digit parts runs and is not searched for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# So many characters of one row are indexed; a story has about 2,000 (P7).
MAX_CHARS = 20_000
# PostgreSQL keeps no place in a text beyond this one.
MAX_POSITION = 16_383


# --- bigrams (pure) ---------------------------------------------------------------------------------------


def runs(text_: str) -> Iterator[str]:
    """Part a text into runs of letters and digits, narrow and in small letters."""
    run: list[str] = []
    for letter in unicodedata.normalize("NFKC", text_[:MAX_CHARS]).casefold():
        if letter.isalnum():
            run.append(letter)
        elif run:
            yield "".join(run)
            run = []
    if run:
        yield "".join(run)


def bigrams(run: str) -> list[str]:
    """Cut a run into its overlapping pairs and its last letter."""
    return [run[at : at + 2] for at in range(len(run))]


def tokens(text_: str) -> list[str]:
    """Everything that is indexed of a text, in order."""
    return [token for run in runs(text_) for token in bigrams(run)]


@dataclass(frozen=True)
class Phrase:
    """One run of a search: `pairs` side by side, or the beginning of a pair where the run is one letter."""

    pairs: tuple[str, ...]

    @property
    def is_prefix(self) -> bool:
        """Whether it is a single letter."""
        return len(self.pairs) == 1 and len(self.pairs[0]) == 1


def phrases(words: str) -> list[Phrase]:
    """Every run of a search; all of them have to stand in a row."""
    found = []
    for run in runs(words):
        pairs = bigrams(run)
        found.append(Phrase(tuple(pairs if len(pairs) == 1 else pairs[:-1])))
    return found


def fts5_query(words: str) -> str:
    """Write a search for FTS5; "" where there is nothing to search for."""
    parts = [
        f"{one.pairs[0]}*" if one.is_prefix else '"' + " ".join(one.pairs) + '"' for one in phrases(words)
    ]
    return " AND ".join(parts)


def tsquery(words: str) -> str:
    """Write a search for PostgreSQL; "" where there is nothing to search for."""
    parts = [
        f"'{one.pairs[0]}':*" if one.is_prefix else "(" + " <-> ".join(f"'{p}'" for p in one.pairs) + ")"
        for one in phrases(words)
    ]
    return " & ".join(parts)


def tsvector(tokens_: Sequence[str]) -> str:
    """Write bigrams with their places as PostgreSQL reads a tsvector."""
    return " ".join(f"'{token}':{at}" for at, token in enumerate(tokens_[:MAX_POSITION], start=1))
