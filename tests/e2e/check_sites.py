"""Small hand-made sites, one for each outcome of each check."""

from __future__ import annotations

import json

from webgen_r1.types import BuildResult

HEAD = "<!doctype html><html lang=en><head><title>Shop</title><meta charset=utf-8>"
NAV = "<nav><a href=/>Home</a> <a href=/about>About</a></nav>"

ROUTER = """
const pages = %s;
const show = () => {
  document.getElementById('page').innerHTML = pages[location.pathname] ?? '<h1>Not found</h1>';
  window.arrive?.(location.pathname);
};
addEventListener('popstate', show);
document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  const to = link?.getAttribute('href');
  if (!to?.startsWith('/')) return;
  event.preventDefault();
  history.pushState(null, '', to);
  show();
});
show();
"""


def site(body: str, script: str = "", head: str = "") -> BuildResult:
    """One document."""
    html = f"{HEAD}{head}</head><body>{body}<script>{script}</script></body></html>"
    return BuildResult({"index.html": html.encode()})


def application(
    pages: dict[str, str], nav: str = NAV, script: str = "", head: str = ""
) -> BuildResult:
    """A single-page application; `script` runs before the router and may set `arrive`."""
    body = f"<header>{nav}</header><main id=page></main>"
    return site(body, script + ROUTER % json.dumps(pages), head)


def documents(pages: dict[str, str]) -> BuildResult:
    """One document for each route."""
    files = {}
    for route, body in pages.items():
        html = f"{HEAD}</head><body><header>{NAV}</header><main>{body}</main></body></html>"
        files[f"{route.strip('/')}/index.html".lstrip("/")] = html.encode()
    return BuildResult(files)


HOME = "<h1>Welcome</h1><p>The shop of small things</p>"
ABOUT = "<h1>About us</h1><p>Two people and a dog</p>"
SHOP = application({"/": HOME, "/about": ABOUT})
