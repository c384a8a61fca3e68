"""Rendering: a built site in, every page as a browser shows it out."""

from webgen_r1.render.fake import FakeOpener, FakeRenderer, FakeSite, fake_page
from webgen_r1.render.find import find_browser
from webgen_r1.render.renderer import BrowserRenderer
from webgen_r1.render.site_server import site_app

__all__ = [
    "BrowserRenderer",
    "FakeOpener",
    "FakeRenderer",
    "FakeSite",
    "fake_page",
    "find_browser",
    "site_app",
]
