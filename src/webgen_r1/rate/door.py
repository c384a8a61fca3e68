"""The door of the rating page, which keeps every other page in the browser out.

The page needs the secret of the printed address, which becomes a cookie. The API also needs
it in a header that only our own script can send, and our own origin.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from starlette.requests import Request

HOST = "127.0.0.1"
PROBE = "probe"
"""Host name that the page tries, to find out whether the browser resolves `*.localhost`."""


@dataclass(frozen=True)
class Door:
    """Where the page lives and what opens it."""

    port: int
    token: str
    rater: str | None = None
    """The only rater, where the command named one; else the page asks."""

    @property
    def authority(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.authority}"

    @property
    def address(self) -> str:
        """What a rater opens."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        # Cookies of 127.0.0.1 are shared by every port of it.
        return f"webgen-rate-{self.port}"

    def opened_by(self, token: str | None) -> bool:
        return hmac.compare_digest((token or "").encode(), self.token.encode())

    def admits(self, request: Request) -> bool:
        """Whether the browser that asks has been at the printed address."""
        return self.opened_by(request.cookies.get(self.cookie))

    def trusts(self, request: Request) -> bool:
        """Whether our own page asks: its cookie, its origin, and the header it alone can send."""
        return (
            self.admits(request)
            and self.opened_by(request.headers.get("x-rate-token"))
            and request.headers.get("origin") == self.origin
            and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
            and request.headers.get("content-type", "") == "application/json"
        )

    def headers(self) -> dict[str, str]:
        """Of every response of the rating page."""
        sites = f"localhost:{self.port}"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' http://{PROBE}.{sites}; frame-src http://*.{sites}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return {
            "content-security-policy": policy,
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
