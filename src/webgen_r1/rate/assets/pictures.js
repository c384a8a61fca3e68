// Runs inside a site that is rated, before its own scripts. Pictures of other hosts are
// not fetched; as in the screenshots, a neutral one stands in for them.
"use strict";
(() => {
  const standIn = (url) => `/.webgen-rate/placeholder.svg?${encodeURIComponent(url)}`;
  const away = (url) => /^https?:/.test(url) && !url.startsWith(location.origin + "/");

  function replace(image) {
    const url = image.currentSrc || image.src;
    if (!away(url)) return false;
    for (const source of image.parentElement?.querySelectorAll("source") ?? []) source.remove();
    image.removeAttribute("srcset");
    image.src = standIn(url);
    return true;
  }

  // In the capture phase and first: the site's own onerror must not take this for its error.
  window.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLImageElement && replace(event.target)) {
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  const seen = new Set();
  let waiting = false;

  function backgrounds() {
    waiting = false;
    for (const element of document.querySelectorAll("body, body *")) {
      const image = getComputedStyle(element).backgroundImage;
      if (!image.includes("url(")) continue;
      const local = image.replace(/url\("([^"]*)"\)/g, (all, url) =>
        seen.has(url) ? `url("${standIn(url)}")` : all,
      );
      if (local !== image) element.style.backgroundImage = local;
    }
  }

  document.addEventListener("securitypolicyviolation", (event) => {
    if (!event.effectiveDirective.startsWith("img-src") && event.effectiveDirective !== "default-src")
      return;
    if (!away(event.blockedURI)) return;
    seen.add(event.blockedURI);
    if (!waiting) requestAnimationFrame(backgrounds);
    waiting = true;
  });
})();
