// navigation: every entry of the menu, clicked from the landing page, and the way home.
// input: { first, landing } - the entry to begin with, what the landing page said.
const AREAS = "nav, header, [role=navigation], [role=menubar], aside, [class*=navbar], [class*=sidebar]";
const inArea = (element) => {
  const area = element.closest(AREAS);
  return area !== null && !element.closest("footer, main header, article, [aria-label*=breadcrumb i], [aria-label*=pagination i]");
};
const isMenu = (element) => element.closest("nav, [role=navigation], [role=menubar], aside, [class*=sidebar]") !== null;
const MENU_WORDS = /menu|nav|hamburger|open main/i;
const candidates = () => all(
  "a[href], nav a, button, [role=menuitem], [role=tab], nav [role=button], nav span:not(:has(*)), nav div:not(:has(*)), nav li:not(:has(a, button))").filter(
  (e) => inArea(e) && !e.disabled && (!["li", "span", "div"].includes(e.localName) ||
    (getComputedStyle(e).cursor === "pointer" && !e.parentElement.closest("a, button"))));
const key = (e) => `${e.localName} ${label(e)} ${e.getAttribute("href") ?? ""}`;
const collect = () => {
  const found = new Map();
  for (const element of candidates()) if (!found.has(key(element)) && visible(element)) found.set(key(element), element);
  return found;
};
const locate = (wanted) => candidates().find((e) => key(e) === wanted);
const openMenu = async () => {
  const opener = all("header button, nav button, [role=navigation] button").find(
    (b) => visible(b) && (MENU_WORDS.test(label(b)) || b.hasAttribute("aria-expanded") || !squeeze(b.textContent)));
  if (opener) await reaction(() => opener.click(), [60, 300]);
};
const homeLink = (home) => linkTo(home, document.querySelector("header, nav") ?? document) ?? linkTo(home) ??
  all("header a, nav a").find((a) => /home|logo/i.test(`${label(a)} ${a.className}`));

// Whether something on the page leads home. Where nothing does, history takes us there.
const goHome = async (home, landing, first) => {
  const there = () => place() === home && alike(said(), landing) >= 0.8;
  let link = homeLink(home);
  if (!link && place() !== home) {
    await openMenu();
    link = homeLink(home);
  }
  if (link && place() !== home) {
    follow(link);
    await arrived(home);
    if (there()) return true;
  }
  if (there()) return true;
  const ways = all("header a, header button, nav a, nav button").filter((e) => visible(e) && /home|logo/i.test(`${label(e)} ${e.className}`));
  if (place() === home && first) ways.push(locate(first)); // views without addresses: the first tab
  for (const way of ways.filter(Boolean).slice(0, 2)) {
    await reaction(() => way.click(), [60, 300]);
    if (there()) return true;
  }
  if (place() !== home) {
    history.back();
    await arrived(home);
  }
  return false;
};

const anchor = (href) => {
  const at = href.indexOf("#");
  if (at < 0 || href[at + 1] === "/" || at === href.length - 1) return null;
  if (at > 0 && routeOf(href) !== place()) return null;
  const id = decodeURIComponent(href.slice(at + 1));
  return document.getElementById(id) ?? document.getElementsByName(id)[0] ?? (id === "top" ? document.body : null);
};

await sleep(input.first === 0 && !input.landing ? 2500 : 100);
const home = place();
const atFirst = words(false);
let { landing, nowhere } = input;
if (!landing) {
  landing = said();
  await watch.learn(300);
  // What the application shows at an address that is none; harmless where there is no router.
  const hashed = document.querySelector('a[href^="#/"]') !== null;
  push(`${home}${hashed ? "#" : ""}/webgen-no-such-page`);
  await sleep(60);
  nowhere = said();
  push(home);
  await arrived(home);
  const now = said();
  if (alike(now, nowhere) > 0.9) nowhere = null; // no router, or one that shows the landing page
  tell("landing", { words: landing, nowhere, home });
  if (alike(now, landing) < 0.5) return "reload";
} else watch.start();

let found = collect();
if (![...found.values()].some((e) => e.localName === "a")) {
  await openMenu();
  found = collect();
}
const keys = [...found.keys()].slice(0, input.limit);
for (let index = input.first; index < keys.length; index += 1) {
  let element = locate(keys[index]);
  if (!element) {
    await openMenu();
    element = locate(keys[index]);
  }
  const href = element?.getAttribute("href") ?? "";
  const entry = { index, label: element ? label(element) || href : keys[index], target: href, link: element?.localName === "a" };
  if (!element) {
    tell("entry", { ...entry, how: "gone", same: 1, back: false });
    continue;
  }
  const route = element.localName === "a" && href ? routeOf(element.href) : null;
  if (element.localName === "a" && href && route === null && !/^(javascript:|#)/i.test(href)) {
    tell("entry", { ...entry, how: "external", same: 1, back: false });
    continue;
  }
  if (href && anchor(href)) {
    tell("entry", { ...entry, how: "anchor", same: 0, back: true });
    continue;
  }
  const menu = isMenu(element);
  tell("try", entry);
  element.removeAttribute("target");
  const how = await reaction(
    () => (element.localName === "a" ? element.click() : tap(element)), [40, 200, 600]);
  await sleep(how === "route" ? 120 : 20);
  const after = said();
  let same = alike(after, landing);
  if (same > 0.9) same = alike(words(false), atFirst); // what is hidden by its style may tell them apart
  const blank = !after.length && !document.querySelector("main img, main svg, main canvas");
  const expected = route ?? place();
  const isHome = route === home && !/^(#(?!\/)|javascript:)/i.test(href);
  Object.assign(entry, {
    how, same, menu, blank, isHome, moved: place() !== expected,
    nowhere: nowhere ? alike(after, nowhere) : 0,
  });
  tell("at", entry);
  const back = isHome ? alike(after, landing) >= 0.8 : await goHome(home, landing, keys[0]);
  tell("entry", { ...entry, back });
  if (!back) return "lost";
}
return "done";
