// keyboard: before and after the real keys. input: { step: "begin" | "end" | "focus" }
const LOG = "webgenFocus";
if (input.step === "begin") {
  // The next Tab starts where the focus was last, even if that is gone: at the very top.
  const top = Object.assign(document.createElement("i"), { tabIndex: -1 });
  document.body.prepend(top);
  top.focus();
  top.remove();
  globalThis[LOG] = [];
  document.addEventListener("focusin", (event) => globalThis[LOG].push(event.target), true);
  const usable = all("a[href], button, input:not([type=hidden]), select, textarea, [tabindex]").filter((e) => visible(e) && !e.disabled);
  const links = usable.filter((e) => e.localName === "a" && e.closest("nav, header, [role=navigation], aside"));
  const button = usable.find((e) => e.localName === "button");
  const last = Math.max(usable.indexOf(links.at(-1)), usable.indexOf(button));
  return { presses: Math.min(input.limit, last + 2), links: links.length, button: button ? named(button) : "" };
}
if (input.step === "end") {
  const reached = new Set(globalThis[LOG]);
  const presses = input.presses;
  const usable = all("a[href], button, input:not([type=hidden]), select, textarea, [tabindex]").filter((e) => visible(e) && !e.disabled);
  const due = usable.slice(0, Math.max(0, presses - 2));
  const missed = due.filter((e) => !reached.has(e) && e.matches("a[href], button") &&
    !(e.getAttribute("role") === "tab" || e.closest("[role=tablist], [role=menu], [role=radiogroup]")));
  return { reached: reached.size, due: due.length, missed: missed.slice(0, 5).map(named) };
}
const link = all("nav a[href], header a[href], aside a[href], a[href]").find((a) => {
  const route = routeOf(a.href);
  return visible(a) && route !== null && route !== place() && !/^#(?!\/)/.test(a.getAttribute("href")) && !a.target;
});
if (!link) return null;
link.focus();
return { name: named(link), from: location.href, focused: document.activeElement === link };
