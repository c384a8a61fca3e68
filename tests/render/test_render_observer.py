"""Who is to blame for what the browser reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from webgen_r1.render.observer import MAX_ENTRIES, Observer, plain
from webgen_r1.render.urls import Address

OWN = "http://a.localhost"


@pytest.fixture
def observer() -> Observer:
    return Observer(Address("a.localhost"))


def request(observer: Observer, url: str, kind: str = "Fetch", number: str = "1") -> None:
    params = {"requestId": number, "request": {"url": url}, "type": kind}
    observer.on_event("Network.requestWillBeSent", params)


def fails(observer: Observer, text: str = "net::ERR_FAILED", **more: Any) -> None:
    observer.on_event("Network.loadingFailed", {"requestId": "1", "errorText": text, **more})


def console(observer: Observer, *texts: str, kind: str = "error") -> None:
    args = [{"type": "string", "value": text} for text in texts]
    observer.on_event("Runtime.consoleAPICalled", {"type": kind, "args": args})


def throws(observer: Observer, description: str) -> None:
    details = {"text": "Uncaught", "exception": {"description": description}}
    observer.on_event("Runtime.exceptionThrown", {"exceptionDetails": details})


def tells(observer: Observer, kind: str, text: str = "") -> None:
    payload = json.dumps({"kind": kind, "text": text})
    observer.on_event("Runtime.bindingCalled", {"name": "__webgen", "payload": payload})


def test_only_errors_of_the_console_count(observer: Observer) -> None:
    console(observer, "a", "b")
    console(observer, "w", kind="warning")
    assert observer.console_errors() == ("a b",)


def test_an_exception_heard_twice_counts_once(observer: Observer) -> None:
    throws(observer, "Error: boom\n    at x.js:1")
    tells(observer, "thrown", "Uncaught Error: boom")
    tells(observer, "thrown", "Uncaught Error: hidden")
    assert observer.exceptions() == ("Error: boom", "Error: hidden")


def test_harmless_notices_do_not_count(observer: Observer) -> None:
    tells(observer, "thrown", "ResizeObserver loop completed with undelivered notifications.")
    assert observer.exceptions() == ()


def test_an_excused_console_error_does_not_count_and_the_next_does(observer: Observer) -> None:
    tells(observer, "excuse")
    console(observer, "no weather")
    console(observer, "mine")
    assert observer.console_errors() == ("mine",)


def test_a_rejection_for_lack_of_network_is_excused(observer: Observer) -> None:
    request(observer, "https://api.example.com/")
    throws(observer, "TypeError: Failed to fetch\n at")
    assert observer.exceptions() == ()


def test_network_words_excuse_nothing_without_an_outside_request(observer: Observer) -> None:
    request(observer, f"{OWN}/api")
    throws(observer, "TypeError: Failed to fetch")
    assert observer.exceptions() == ("TypeError: Failed to fetch",)


def test_network_words_excuse_nothing_where_an_own_request_failed(observer: Observer) -> None:
    request(observer, "https://x.example.com/", number="2")
    request(observer, f"{OWN}/api")
    fails(observer)
    console(observer, "TypeError: Failed to fetch")
    assert observer.console_errors() == ("TypeError: Failed to fetch",)


def test_a_host_excuses_errors_that_name_its_address_and_no_others(observer: Observer) -> None:
    request(observer, "http://e/")
    request(observer, "https://api.example.com/x")
    fails(observer)  # so that words about the network excuse nothing
    request(observer, f"{OWN}/c", number="3")
    observer.on_event("Network.loadingFailed", {"requestId": "3", "errorText": "net::ERR_FAILED"})
    for text in ("e is not a function", "The e in hello", "//e.g. this", "no api.example.com here"):
        console(observer, text)
    assert len(observer.console_errors()) == 4
    console(observer, "Access to fetch at 'https://api.example.com/x' was blocked")
    assert len(observer.console_errors()) == 4


def test_a_missing_library_of_another_host_is_excused(observer: Observer) -> None:
    throws(observer, "ReferenceError: tailwind is not defined")
    assert observer.exceptions() != ()
    request(observer, "https://cdn.example.com/tailwind.js", "Script")
    assert observer.exceptions() == ()


def test_own_requests_that_fail(observer: Observer) -> None:
    for status, path in ((200, "/ok"), (404, "/a.png?x=1"), (500, "/b"), (404, "/favicon.ico")):
        observer.on_event(
            "Network.responseReceived", {"response": {"url": OWN + path, "status": status}}
        )
    request(observer, f"{OWN}/c")
    fails(observer)
    assert observer.record.failed == ["404 /a.png?x=1", "500 /b", "net::ERR_FAILED /c"]


def test_aborted_and_outside_requests_are_no_failures(observer: Observer) -> None:
    request(observer, f"{OWN}/c")
    fails(observer, "net::ERR_ABORTED")
    request(observer, "https://x.example.com/")
    fails(observer)
    assert observer.record.failed == []
    assert observer.record.external == ["https://x.example.com/"]


def test_sockets(observer: Observer) -> None:
    observer.on_event("Network.webSocketCreated", {"url": "ws://a.localhost/live"})
    observer.on_event("Network.webSocketCreated", {"url": "wss://x.example.com/"})
    assert observer.record.failed == ["websocket /live"]
    assert observer.record.external == ["wss://x.example.com/"]


def test_a_chatty_page_is_cut(observer: Observer) -> None:
    for number in range(1000):
        console(observer, f"{number} " + "x" * 10_000)
    errors = observer.console_errors()
    assert len(errors) == MAX_ENTRIES
    assert max(map(len, errors)) <= 400


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"kind": 1}', "\ud800"])
def test_forged_messages_do_no_harm(observer: Observer, payload: str) -> None:
    observer.on_event("Runtime.bindingCalled", {"payload": payload})
    observer.on_event("No.such", {})
    assert observer.exceptions() == ()


def test_plain() -> None:
    assert plain("Uncaught (in promise) Error: a\n at b") == "Error: a"


def test_each_visit_has_its_own_record(observer: Observer) -> None:
    console(observer, "old")
    observer.begin()
    assert observer.console_errors() == ()
