// Runs in the page's own world, after guard.js, where a site is used and not only looked at.
// Tells what a click does beyond the document, and makes it harmless.
(() => {
  const report = globalThis.__webgenEffect;
  if (!report) return;
  delete globalThis.__webgenEffect;
  const { apply } = Reflect;
  const wrap = (owner, name, make) => {
    const real = owner?.[name];
    if (typeof real !== "function") return;
    try {
      Object.defineProperty(owner, name, { value: make(real), writable: true, configurable: true });
    } catch {}
  };
  const tells = (owner, name, kind, result) =>
    wrap(owner, name, () => function () {
      report(kind);
      return result?.();
    });
  const done = () => Promise.resolve();
  tells(globalThis, "print", "print");
  tells(globalThis.Clipboard?.prototype, "writeText", "clipboard", done);
  tells(globalThis.Clipboard?.prototype, "write", "clipboard", done);
  tells(Navigator.prototype, "share", "share", done);
  tells(Element.prototype, "requestFullscreen", "fullscreen", done);
  tells(HTMLMediaElement.prototype, "play", "play", done);
  tells(HTMLInputElement.prototype, "showPicker", "picker");
  wrap(globalThis, "open", (real) => function (...args) {
    report("window");
    return apply(real, this, args);
  });
  wrap(HTMLElement.prototype, "click", (real) => function () {
    if (this instanceof HTMLAnchorElement && this.hasAttribute("download")) return report("download");
    if (this instanceof HTMLInputElement && this.type === "file") return report("picker");
    return apply(real, this, []);
  });
  for (const name of ["scrollLeft", "scrollTop"]) {
    const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, name);
    Object.defineProperty(Element.prototype, name, {
      get,
      set(value) {
        report("scroll");
        apply(set, this, [value]);
      },
      enumerable: true,
      configurable: true,
    });
  }
  // Nobody makes the frames that a smooth scroll takes.
  const instant = (value) =>
    value !== null && typeof value === "object" ? { ...value, behavior: "instant" } : value;
  for (const name of ["scroll", "scrollTo", "scrollBy", "scrollIntoView"]) {
    for (const owner of [globalThis, Element.prototype]) {
      wrap(owner, name, (real) => function (...args) {
        report("scroll");
        return apply(real, this, args.map(instant));
      });
    }
  }
})();
