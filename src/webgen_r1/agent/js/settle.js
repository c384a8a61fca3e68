// Waits until nothing on the page has changed for `quiet` ms and nothing says that it is busy;
// false after `limit` ms. With `change`, a change has to come first, for at most that many ms.
((quiet, limit, change) => new Promise((done) => {
  const began = performance.now();
  let last = began, changed = change === 0;
  const touch = () => {
    last = performance.now();
    changed = true;
  };
  const watch = new MutationObserver(touch);
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("scroll", touch, true);
  const busy = () =>
    document.readyState !== "complete" || document.fonts.status === "loading" ||
    document.querySelector('[aria-busy="true"], .animate-spin, .ant-spin-spinning') !== null ||
    document.getAnimations().some((animation) => animation.playState === "running" &&
      animation.effect?.getComputedTiming().endTime < limit);
  const end = (calm) => {
    watch.disconnect();
    removeEventListener("scroll", touch, true);
    done(calm);
  };
  const look = () => {
    const now = performance.now();
    if (now - began >= limit) return end(false);
    const due = changed || now - began >= change;
    if (due && now - last >= quiet && !busy()) return end(true);
    setTimeout(look, 20);
  };
  setTimeout(look, 20);
}))
