"""Embeddings from an endpoint; what goes wrong there, or is missing here, is one line."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.instructions.meaning import EndpointEmbedder, LocalEmbedder

Answer = Callable[[list[str]], tuple[int, Any]]


class EmbeddingsServer(ThreadingHTTPServer):
    """Answers `/v1/embeddings` as `answer` says; `asked` is the texts of each request."""

    answer: Answer
    asked: list[list[str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingsServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body["input"])
        status, said = self.server.answer(body["input"])
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests are quiet."""


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with EmbeddingsServer(("127.0.0.1", 0), _Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBGEN_EMBED_API_KEY", "none")


def lengths(texts: list[str]) -> tuple[int, Any]:
    """Each text's length as its vector, in reverse order as the protocol allows."""
    rows = [{"index": n, "embedding": [float(len(text)), 1.0]} for n, text in enumerate(texts)]
    return 200, {"object": "list", "model": "m", "data": rows[::-1]}


def test_every_text_gets_its_own_vector_in_batches(server: EmbeddingsServer) -> None:
    server.answer = lengths
    vectors = EndpointEmbedder("m", server.url)(["x" * n for n in range(200)])
    assert vectors.shape == (200, 2)
    assert vectors[:, 0].tolist() == list(range(200))
    assert [len(batch) for batch in server.asked] == [128, 72]


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (404, {"error": {"message": "no such model"}}, "no such model"),
        (200, {"data": []}, "a vector for each of 1 texts"),
        (200, {"data": [{"index": 0}]}, "a vector for each of 1 texts"),
        (200, "soon", "endpoint failed"),
    ],
)
def test_an_endpoint_that_gives_no_vectors_is_an_infra_failure(
    server: EmbeddingsServer, status: int, said: object, reason: str
) -> None:
    server.answer = lambda texts: (status, said)
    with pytest.raises(InfraFailure, match=reason) as caught:
        EndpointEmbedder("m", server.url)(["a"])
    assert "\n" not in str(caught.value)


def test_an_endpoint_needs_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBGEN_EMBED_MODEL", raising=False)
    with pytest.raises(UserError, match=r"set --embed or WEBGEN_EMBED_MODEL"):
        EndpointEmbedder(None, "http://127.0.0.1:1/v1")


def test_without_the_library_a_local_model_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(UserError, match="pip install sentence-transformers"):
        LocalEmbedder("some/model")(["a"])
