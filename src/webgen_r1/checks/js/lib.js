// What every script here uses. Runs in an isolated world: the page can replace none of it.
// The page's clock only runs while we wait in `sleep`.
const tell = (kind, data = {}) => __webgenTell(JSON.stringify({ kind, ...data }));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const MAX_ELEMENTS = 5000;
const MAX_WORDS = 80;

const all = (selector, root = document) => [...root.querySelectorAll(selector)].slice(0, MAX_ELEMENTS);
const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
// As `shown`, and of some size: that costs a layout.
const visible = (element) => {
  if (!shown(element)) return false;
  const box = element.getBoundingClientRect();
  return box.width >= 1 && box.height >= 1 && box.right + scrollX > 0 && box.bottom + scrollY > 0;
};
// Text below an element, words of different parts apart.
const inside = (element) => {
  let text = "";
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (text.length < 2 * MAX_WORDS && walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const apart = parent !== element && !/^(SPAN|B|I|EM|STRONG|SMALL)$/.test(parent.nodeName);
    text += (apart ? " " : "") + walk.currentNode.data.slice(0, 200);
  }
  return squeeze(text);
};
// What a person would call an element.
const label = (element) =>
  squeeze(element.getAttribute("aria-label") || element.labels?.[0]?.textContent || inside(element) || element.title ||
    element.getAttribute("placeholder") ||
    (element.type === "button" || element.type === "submit" ? element.value : "") || element.querySelector("img[alt]")?.alt || element.name || element.id ||
    "").slice(0, MAX_WORDS);
const named = (element) => {
  const words = label(element) || squeeze(element.getAttribute("href")).slice(0, MAX_WORDS);
  const tag = { a: "link", button: "button", input: "field", select: "list", form: "form" }[element.localName] ??
    `<${element.localName}>`;
  return words ? `${tag} “${words}”` : `${tag} without a name`;
};

// ── where we are, and what it says ───────────────────────────────────────────────────
const routeIn = ({ pathname, search, hash }) =>
  pathname.replace(/\/+$/, "") + search + (/^#\/./.test(hash) ? hash.replace(/\/+$/, "") : "");
const place = () => routeIn(location);
const routeOf = (href) => {
  try {
    const url = new URL(href, document.baseURI);
    if (url.host !== location.host || !/^https?:$/.test(url.protocol)) return null;
    return routeIn(url);
  } catch {
    return null;
  }
};
// Pieces of text; `chrome` includes those in navigation, header and footer. Whether text can
// be seen (`seen`) costs the browser a fresh style of the page, so it is asked only where it matters.
const words = (chrome = true, seen = true) => {
  const found = [];
  if (!document.body) return found;
  const inside = new WeakMap();
  const shows = (element) => {
    let known = inside.get(element);
    if (known === undefined) {
      known = !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION)$/.test(element.nodeName) &&
        (chrome || !element.closest("nav, header, footer")) && (!seen || element.checkVisibility({ visibilityProperty: true }));
      inside.set(element, known);
    }
    return known;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0, node = walk.nextNode(); node && count < 2000; node = walk.nextNode(), count += 1) {
    const text = squeeze(node.data.slice(0, 200));
    if (text && node.parentElement && shows(node.parentElement)) found.push(text.slice(0, 120));
  }
  return found;
};
const said = () => words(false, false);
// Share of what two pages say that both say, 0 to 1.
const alike = (one, other) => {
  const a = new Set(one);
  const b = new Set(other);
  if (!a.size && !b.size) return 1;
  let both = 0;
  for (const text of a) both += b.has(text);
  return both / (a.size + b.size - both);
};

// ── noticing ─────────────────────────────────────────────────────────────────────────
// Something that changes by itself (a clock, a carousel) is known after `learn` and ignored.
const watch = (() => {
  let restless = new WeakSet();
  const observer = new MutationObserver((records) => keep(records));
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  let kept = [];
  const keep = (records) => (kept = kept.concat(records).slice(0, 500));
  const start = () => observer.observe(document, options);
  const take = () => {
    keep(observer.takeRecords());
    const records = kept.filter((record) => !restless.has(record.target));
    kept = [];
    return records;
  };
  return {
    async learn(ms) {
      start();
      restless = new WeakSet();
      take();
      await sleep(ms);
      for (const record of take()) restless.add(record.target);
    },
    start,
    take,
  };
})();
// Scrolling is told by effects.js: reading it here would cost a layout each time.
const moved = (before) => {
  if (location.href !== before.url) return "route";
  const focus = document.activeElement;
  const entered = focus !== before.focus && focus?.matches("input, textarea, select, [role=dialog], [role=dialog] *");
  return entered ? "focus" : "";
};
// Does `act`, and waits until something has changed; says what, "" for nothing.
const reaction = async (act, waits = [20, 300, 900]) => {
  const before = { url: location.href, focus: document.activeElement };
  watch.take();
  act();
  for (const ms of waits) {
    await sleep(ms);
    const how = moved(before) || (watch.take().length ? "document" : "");
    if (how) {
      await sleep(60);
      return moved(before) === "route" ? "route" : how;
    }
  }
  return "";
};

// All that a mouse sends: menus of some libraries open when the button goes down.
const tap = async (element) => {
  const send = (kind, type) => element.dispatchEvent(
    new kind(type, { bubbles: true, cancelable: true, composed: true, button: 0, pointerType: "mouse", isPrimary: true }));
  send(PointerEvent, "pointerdown");
  send(MouseEvent, "mousedown");
  element.focus?.();
  await sleep(5);
  if (!element.isConnected) return;
  send(PointerEvent, "pointerup");
  send(MouseEvent, "mouseup");
  if (element.click) element.click();
  else send(MouseEvent, "click");
};

// ── going elsewhere within the application ───────────────────────────────────────────
const linkTo = (route, root = document) =>
  all("a[href]", root).find((a) => routeOf(a.href) === route && !/^#(?!\/)/.test(a.getAttribute("href")));
const follow = (link) => {
  link.removeAttribute("target");
  link.click();
};
const push = (route) => {
  history.pushState(null, "", route || "/");
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
};
const arrived = async (route, patience = 600) => {
  for (let waited = 0; waited < patience && place() !== route; waited += 40) await sleep(40);
  await sleep(40);
  return place() === route;
};
const travel = async (route) => {
  if (place() === route) return true;
  const link = linkTo(route);
  if (link) follow(link);
  else push(route);
  return arrived(route);
};

// ── filling in ───────────────────────────────────────────────────────────────────────
const FIELDS = "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), textarea, select";
const put = (field, value) => {
  field.focus();
  field.value = value; // the page's own setter stays unaware, so frameworks see a change
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
};
const about = (field) => squeeze([
  field.name, field.id, field.placeholder, field.getAttribute("aria-label"), field.autocomplete,
  field.labels?.[0]?.textContent, field.closest("label, div")?.querySelector("label")?.textContent,
].join(" ")).toLowerCase();
