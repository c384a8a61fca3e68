// mobile: how one page fits a narrow screen. Reads only.
const wide = document.documentElement.clientWidth;
const root = document.scrollingElement ?? document.documentElement;
const locked = [document.documentElement, document.body].some((e) => e && /hidden|clip/.test(getComputedStyle(e).overflowX));
const over = locked ? 0 : root.scrollWidth - wide;
const scrollsInside = (element) => {
  for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
    if (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) && e.getBoundingClientRect().right <= wide + 1) return true;
  }
  return false;
};
const cut = [];
const offenders = [];
for (const element of all("body *")) {
  if (cut.length >= 3) break;
  const box = element.getBoundingClientRect();
  if (box.right <= wide + 2 || box.width < 1 || box.left >= wide + 200) continue;
  if (!visible(element)) continue;
  if (over > 1 && !scrollsInside(element)) offenders.push(element);
  const says = [...element.childNodes].some((n) => n.nodeType === 3 && squeeze(n.data));
  if (says && box.left < wide && !scrollsInside(element)) cut.push(named(element));
}
const floating = (element) => {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    if (/fixed|absolute|sticky/.test(getComputedStyle(e).position)) return true;
  }
  return false;
};
const targets = all("a[href], button, input:not([type=hidden]), select, textarea, [role=button]").filter(visible).slice(0, 120)
  .map((element) => ({ element, box: element.getBoundingClientRect() }));
const overlaps = [];
for (let i = 0; i < targets.length && overlaps.length < 3; i += 1) {
  for (let j = i + 1; j < targets.length; j += 1) {
    const [a, b] = [targets[i], targets[j]];
    const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (width < 4 || height < 4) continue;
    const small = Math.min(a.box.width * a.box.height, b.box.width * b.box.height);
    if (width * height < 0.25 * small) continue;
    if (a.element.contains(b.element) || b.element.contains(a.element) || floating(a.element) || floating(b.element)) continue;
    overlaps.push(`${named(a.element)} and ${named(b.element)}`);
  }
}
return { over, cut, overlaps, offender: offenders.length ? named(offenders.at(-1)) : "" };
