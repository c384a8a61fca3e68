"""The command line of the browser, and why each group of switches is there."""

from __future__ import annotations

from collections.abc import Iterator

_NOTHING_EXTRA = (
    "--no-first-run",
    "--no-default-browser-check",
    "--no-startup-window",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-client-side-phishing-detection",
    "--disable-search-engine-choice-screen",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
)
ONLY_OUR_PROXY = (
    # `<-loopback>` removes the exception that lets localhost bypass a proxy.
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_SAME_EVERY_TIME = (
    # Frames are made when we ask for one, and never else: cheaper and repeatable.
    "--enable-begin-frame-control",
    "--run-all-compositor-stages-before-draw",
    "--disable-new-content-rendering-timeout",
    "--disable-checker-imaging",
    "--disable-image-animation-resync",
    "--disable-threaded-animation",
    "--disable-threaded-scrolling",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-gpu",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--lang=en-US",
    "--blink-settings=lazyLoadEnabled=false",
    # Pages are painted in strips of their full width: fewer, larger tiles, ~6 % less work.
    "--default-tile-width=1280",
    "--default-tile-height=256",
)
_DISABLED_FEATURES = (
    "AutofillServerCommunication,BackForwardCache,CertificateTransparencyComponentUpdater,"
    "DialMediaRouteProvider,InterestFeedContentSuggestions,MediaRouter,OptimizationHints,"
    "PaintHolding,Prerender2,Translate,WebOTP,LazyFrameLoading,LazyImageLoading,"
    "SpareRendererForSitePerProcess,IsolateOrigins,site-per-process,"
    # A navigation within the site keeps its process and its frame: ~4 % less work.
    "ProactivelySwapBrowsingInstance,RenderDocument"
)

HEAP_MB = 384
"""JavaScript heap of one page; what allocates more crashes as a page, not as a machine."""
_JAVASCRIPT = (
    f"--max-old-space-size={HEAP_MB}",
    # A page lives for a second: V8's optimising compilers cost more than their code saves.
    # They start ten times later than usual, ~12 % less work; a hot loop still gets them.
    "--no-profile-guided-optimization",
    "--invocation-count-for-maglev=4000",
    "--invocation-count-for-maglev-osr=1000",
    "--invocation-count-for-turbofan=30000",
    "--invocation-count-for-osr=5000",
)


def browser_flags(user_data: str, own_sandbox: bool) -> Iterator[str]:
    """Arguments after the program's name. `{port}` is filled in by the site server."""
    yield "--headless"
    yield "--remote-debugging-pipe"
    # A page must not be able to show a program another site than people.
    yield "--disable-blink-features=AutomationControlled"
    yield f"--user-data-dir={user_data}"
    yield "--disable-dev-shm-usage"
    yield "--proxy-server=http://127.0.0.1:{port}"
    yield from _NOTHING_EXTRA
    yield from ONLY_OUR_PROXY
    yield from _SAME_EVERY_TIME
    yield f"--disable-features={_DISABLED_FEATURES}"
    yield "--disable-site-isolation-trials"  # one site per browser already
    yield "--enable-features=NetworkServiceInProcess2"  # one process less, ~10 % less work
    yield f"--js-flags={' '.join(_JAVASCRIPT)}"
    if not own_sandbox:
        yield "--no-sandbox"
