"""Rows that mean the same in other words, by the cosine of their embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.instructions.overlap import Match, content

Vectors = NDArray[np.float32]
"""(texts, dimensions), or one text's cosines."""

_BATCH = 128
"""Texts embedded at a time."""

_BLOCK = 512
"""Rows compared at a time."""

_TIMEOUT_S = 60.0
_RETRIES = 4


class Embedder(Protocol):
    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text. Raises UserError, InfraFailure."""


class ByMeaning:
    """Similarity by embeddings of what the rows say, colours apart."""

    def __init__(
        self, train: Sequence[str], tests: Sequence[str], threshold: float, embed: Embedder
    ) -> None:
        vectors = _unit(embed([content(text) for text in (*train, *tests)]))
        self._train, self._tests = vectors[: len(train)], vectors[len(train) :]
        self._threshold = threshold

    def contaminated(self, rows: Iterable[int]) -> Mapping[int, Match]:
        found = {}
        for number, cosines in _cosines(self._train, list(rows), self._tests):
            if match := self._nearest(cosines):
                found[number] = match
        return found

    def repeats(self, rows: Iterable[int]) -> Mapping[int, Match]:
        listed = list(rows)
        found: dict[int, Match] = {}
        repeating: list[int] = []
        for at, (number, cosines) in enumerate(_cosines(self._train, listed, self._train[listed])):
            cosines[repeating] = -1
            if match := self._nearest(cosines[:at]):
                found[number] = Match(listed[match.row], match.similarity)
                repeating.append(at)
        return found

    def _nearest(self, cosines: Vectors) -> Match | None:
        if not cosines.size:
            return None
        best = int(cosines.argmax())
        similarity = float(cosines[best])
        return Match(best, similarity) if similarity >= self._threshold else None


def _cosines(
    vectors: Vectors, rows: Sequence[int], others: Vectors
) -> Iterator[tuple[int, Vectors]]:
    """Each row with its cosines to all `others`; many rows at a time, which is much faster."""
    for at in range(0, len(rows), _BLOCK):
        block = rows[at : at + _BLOCK]
        yield from zip(block, vectors[block] @ others.T, strict=True)


def _unit(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


class EndpointEmbedder:
    """Any OpenAI-compatible endpoint; WEBGEN_EMBED_* are its variables, as for the judge."""

    def __init__(self, model: str | None = None, base_url: str | None = None) -> None:
        import openai

        from webgen_r1.endpoint import Asker, access

        asker = Asker("embedder", "WEBGEN_EMBED", "--embed", InfraFailure)
        self._access = access(asker, base_url=base_url, model=model)
        self._client = openai.OpenAI(
            api_key=self._access.key,
            base_url=self._access.base_url,
            timeout=_TIMEOUT_S,
            max_retries=_RETRIES,
        )

    def __call__(self, texts: Sequence[str]) -> Vectors:
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        with self._client:
            return np.concatenate([self._embed(batch) for batch in batches])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        import openai

        try:
            said: Any = self._client.embeddings.create(
                model=self._access.model, input=list(texts), encoding_format="float"
            )
            rows = sorted(said.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], dtype=np.float32)
        except (openai.APIError, AttributeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InfraFailure(f"the embedder's endpoint failed: {reason}", code="embed") from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise InfraFailure(
                f"the embedder's endpoint did not give a vector for each of {len(texts)} texts",
                code="embed",
            )
        return vectors


class LocalEmbedder:
    """A sentence-transformers model: a folder, or a name on the hub."""

    def __init__(self, model: str) -> None:
        self._model = model

    def __call__(self, texts: Sequence[str]) -> Vectors:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise UserError(
                f"embedding with {self._model} on this machine needs sentence-transformers: "
                "pip install sentence-transformers; or name an endpoint"
            ) from error
        try:
            model = SentenceTransformer(self._model)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(f"cannot load the embedding model {self._model}: {reason}") from error
        vectors: Vectors = model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return vectors
