// menu: whether the navigation can be used on a narrow screen.
// input: { targets } - the addresses of the entries of the wide screen, as written.
const ways = (a) => (/^#(?!\/)/.test(a.getAttribute("href")) ? a.getAttribute("href") : routeOf(a.href));
const wanted = new Set(input.targets.map((t) => (/^#(?!\/)/.test(t) ? t : routeOf(t))));
const shown = () => new Set(all("a[href]").filter(
  (a) => !a.closest("footer, main article") && wanted.has(ways(a)) && visible(a) && a.getBoundingClientRect().left < innerWidth)
  .map((a) => ways(a))).size;
const inMenu = () => all("nav a[href], header a[href], aside a[href], [role=dialog] a[href], [role=menu] a[href]").filter(
  (a) => wanted.has(ways(a)) && visible(a)).length;
const enough = Math.max(1, Math.ceil(wanted.size / 2));
if (shown() >= enough && inMenu() >= enough) return { usable: true, how: "links" };
const openers = all("header button, nav button, [role=navigation] button, button[aria-expanded], button[aria-label*=menu i], button[aria-controls], summary, .ant-menu-overflow-item-rest").filter(visible);
openers.sort((a, b) => /menu|nav/i.test(label(b)) - /menu|nav/i.test(label(a)));
for (const opener of openers.slice(0, 4)) {
  opener.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  await tap(opener);
  await sleep(120);
  if (inMenu() >= enough || shown() >= enough) return { usable: true, how: named(opener) };
}
return { usable: shown() >= enough, how: openers.length ? "no menu button opens it" : "no menu button" };
