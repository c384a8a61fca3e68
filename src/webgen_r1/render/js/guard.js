// Runs in the page's own world before any script of the page, in every frame.
// It makes time and chance repeatable, and sees errors that a page tries to hide.
// Everything it needs later is captured here, before the page can replace it.
(() => {
  const report = globalThis.__webgen;
  if (!report) return;
  delete globalThis.__webgen;
  const { stringify } = JSON;
  const { apply, ownKeys } = Reflect;
  const later = globalThis.setTimeout.bind(globalThis);
  const forget = globalThis.clearTimeout.bind(globalThis);
  const listen = EventTarget.prototype.addEventListener;
  const tell = (kind, text) => report(stringify({ kind, text: `${text}`.slice(0, 2000) }));
  const define = (target, name, value) => {
    try {
      Object.defineProperty(target, name, { value, writable: true, configurable: true });
    } catch {}
  };

  // ── blame: what fails because we have no network is not the page's error ──────────
  const own = location.host;
  const blameless = new WeakSet();
  let excused = 0;
  const external = (url) => {
    try {
      const { protocol, host } = new URL(url, document.baseURI);
      return /^(https?|wss?):$/.test(protocol) && host !== own;
    } catch {
      return false;
    }
  };
  // Everything that a page does as a direct consequence runs in the same turn.
  const excuse = () => {
    excused += 1;
    later(() => (excused -= 1), 0);
  };
  const fetching = globalThis.fetch;
  if (fetching) {
    define(globalThis, "fetch", function fetch(...args) {
      const promise = apply(fetching, this ?? globalThis, args);
      const target = args[0] instanceof Request ? args[0].url : args[0];
      if (external(target)) {
        promise.catch((error) => {
          if (error && typeof error === "object") blameless.add(error);
          excuse();
        });
      }
      return promise;
    });
  }
  const open = XMLHttpRequest.prototype.open;
  define(XMLHttpRequest.prototype, "open", function (...args) {
    const failed = (event) => event.isTrusted && excuse(); // not one that the page makes up
    if (external(args[1])) apply(listen, this, ["error", failed, true]);
    return apply(open, this, args);
  });

  // ── errors ────────────────────────────────────────────────────────────────────────
  const describe = (value) => {
    try {
      if (value instanceof Error) return `${value.name}: ${value.message}`;
      return typeof value === "object" ? stringify(value) : String(value);
    } catch {
      return "unprintable value";
    }
  };
  const about = (error) => (typeof error === "object" && error !== null ? error : undefined);
  const kindOf = (error) => (excused || blameless.has(about(error) ?? report) ? "policy" : "thrown");
  apply(listen, globalThis, ["error", (event) => {
    if (event instanceof ErrorEvent) tell(kindOf(event.error), event.message);
  }, true]);
  apply(listen, globalThis, ["unhandledrejection", (event) => {
    tell(kindOf(event.reason), describe(event.reason));
  }, true]);

  // ── console.error stays audible whatever the page puts in its place ───────────────
  const real = console.error.bind(console);
  let theirs = null;
  let inside = false;
  const audible = function error(...args) {
    if (inside) return;
    if (excused || args.some((value) => blameless.has(about(value) ?? report))) tell("excuse", "");
    apply(real, console, args);
    if (theirs === null) return;
    inside = true;
    try {
      apply(theirs, console, args);
    } finally {
      inside = false;
    }
  };
  const replace = (value) => {
    if (value === audible) return;
    tell("console", "console.error was replaced");
    theirs = typeof value === "function" ? value : null;
  };
  Object.defineProperty(console, "error", { get: () => audible, set: replace, enumerable: true });
  const kept = console;
  Object.defineProperty(globalThis, "console", {
    get: () => kept,
    set(value) {
      tell("console", "console was replaced");
      if (value === null || typeof value !== "object") return;
      for (const key of ownKeys(value)) kept[key] = value[key];
    },
  });

  // ── time: the browser's virtual clock drives timers; frames become timers too ──────
  const clock = performance.now.bind(performance);
  const date = Date.now.bind(Date);
  const zero = clock();
  let moment = zero;
  let looks = 0;
  let skew = 0;
  // Virtual time stands still while a script runs; one that waits by looking at the
  // clock again and again would wait for ever.
  const tick = () => {
    const current = clock();
    if (current !== moment) [moment, looks] = [current, 0];
    else if ((looks += 1) > 1000) skew += 1;
    return skew;
  };
  const now = () => {
    tick();
    return Math.round(clock() - zero) + skew;
  };
  define(performance, "now", () => now());
  define(Date, "now", () => date() + tick());
  define(globalThis, "requestAnimationFrame", (callback) => {
    if (typeof callback !== "function") throw new TypeError("callback is not a function");
    return later(() => callback(now()), 16);
  });
  define(globalThis, "cancelAnimationFrame", (id) => forget(id));
  define(globalThis, "requestIdleCallback", (callback) =>
    later(() => callback({ didTimeout: false, timeRemaining: () => 10 }), 1));
  define(globalThis, "cancelIdleCallback", (id) => forget(id));

  // ── chance: mulberry32 with a fixed seed ──────────────────────────────────────────
  let state = 0x5eed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  define(Math, "random", random);
  if (globalThis.crypto) {
    define(crypto, "getRandomValues", (array) => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = random() * 256;
      return array;
    });
    define(crypto, "randomUUID", () => {
      const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
      hex[12] = "4";
      hex[16] = "8";
      const text = hex.join("");
      return [8, 12, 16, 20, 32].map((end, i) => text.slice([0, 8, 12, 16, 20][i], end)).join("-");
    });
  }

  // ── everything is in view: content that waits to be scrolled to must show ──────────
  const LIMIT = 5000; // an endless feed asks again each time it grew
  let seen = 0;
  define(globalThis, "IntersectionObserver", class IntersectionObserver {
    #callback; #targets = new Set(); #queue = [];
    constructor(callback, options = {}) {
      this.#callback = callback;
      this.root = options?.root ?? null;
      this.rootMargin = options?.rootMargin ?? "0px";
      this.thresholds = [options?.threshold ?? 0].flat();
    }
    observe(target) {
      if (this.#targets.has(target) || seen >= LIMIT) return;
      seen += 1;
      this.#targets.add(target);
      if (this.#queue.push(target) === 1) later(() => this.#deliver(), 16);
    }
    #deliver() {
      const entries = this.takeRecords();
      if (entries.length) this.#callback(entries, this);
    }
    unobserve(target) {
      this.#targets.delete(target);
    }
    disconnect() {
      this.#targets.clear();
      this.#queue = [];
    }
    takeRecords() {
      const due = this.#queue.filter((target) => this.#targets.has(target));
      this.#queue = [];
      return due.map((target) => {
        const box = target.getBoundingClientRect();
        return {
          target, isIntersecting: true, isVisible: true, intersectionRatio: 1, time: now(),
          boundingClientRect: box, intersectionRect: box, rootBounds: null,
        };
      });
    }
  });

  // ── things with no place in a headless visit ───────────────────────────────────────
  define(globalThis, "print", () => {});
  delete Navigator.prototype.serviceWorker;
  delete Document.prototype.startViewTransition; // waits for frames that nobody makes

  const still = new CSSStyleSheet();
  still.replaceSync(`*, *::before, *::after {
    animation-duration: 1ms !important; animation-delay: -1ms !important;
    animation-iteration-count: 1 !important; transition-duration: 1ms !important;
    transition-delay: 0s !important; scroll-behavior: auto !important;
    caret-color: transparent !important;
  }`);
  document.adoptedStyleSheets = [still];
})();
