"""Addresses and the routes they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.render.evidence import Link
from webgen_r1.render.plan import Plan
from webgen_r1.render.routes import Declared
from webgen_r1.render.urls import Address, normal

PLAIN = Address("a.localhost")
BASED = Address("a.localhost", "/shop/")
HASHED = Address("a.localhost", "/", hashed=True)


@pytest.mark.parametrize(
    ("address", "url", "route"),
    [
        (PLAIN, "http://a.localhost/", "/"),
        (PLAIN, "http://a.localhost/about/?q=1#x", "/about"),
        (PLAIN, "http://a.localhost/index.html", "/"),
        (PLAIN, "http://a.localhost/about.html", "/about.html"),
        (PLAIN, "http://a.localhost/caf%C3%A9", "/café"),
        (PLAIN, "http://a.localhost/file.pdf", None),
        (PLAIN, "https://a.localhost/", None),
        (PLAIN, "http://b.localhost/", None),
        (PLAIN, "mailto:me@example.com", None),
        (PLAIN, "javascript:void(0)", None),
        (PLAIN, "file:///etc/passwd", None),
        (PLAIN, "http://[bad", None),
        (BASED, "http://a.localhost/shop/cart", "/cart"),
        (BASED, "http://a.localhost/shop", "/"),
        (BASED, "http://a.localhost/shopping", None),
        (HASHED, "http://a.localhost/#/about?x=1", "/about"),
        (HASHED, "http://a.localhost/#section", "/"),
    ],
)
def test_route_of_a_url(address: Address, url: str, route: str | None) -> None:
    assert address.route(url) == route


@pytest.mark.parametrize("address", [PLAIN, BASED, HASHED])
@pytest.mark.parametrize("route", ["/", "/about", "/a/b c", "/é"])
def test_url_and_route_are_inverse(address: Address, route: str) -> None:
    assert address.route(address.url(route)) == route


@given(st.text())
def test_any_text_is_own_or_external_or_neither(url: str) -> None:
    assert not (PLAIN.owns(url) and PLAIN.external(url))
    PLAIN.route(url)


@given(st.text(alphabet="ab/."))
def test_normal_form_is_stable(route: str) -> None:
    assert normal(normal(route)) == normal(route)


def test_the_plan_goes_from_declared_to_found_and_knows_each_once() -> None:
    plan = Plan(Declared(("/", "/b", "/a", "/p/:id")), PLAIN)
    links = ["/a", "/p/1", "/p/2", "/new", "/new/", "https://x.example/", "#top", "/b?x=1"]
    plan.add_links([Link(to, f"http://a.localhost{to}") for to in links if to[0] in "/#"], "/")
    plan.add_links([Link("/a", "http://a.localhost/a")], "/b")
    order = []
    while (route := plan.next()) is not None:
        order.append(route)
    assert order == ["/b", "/a", "/p/1", "/new"]
    assert plan.hrefs["/b"] == "/b?x=1"
    assert plan.sources["/a"] == "/"
