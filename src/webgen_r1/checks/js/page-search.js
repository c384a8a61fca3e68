// A part of page.js.
// ── search and filters ────────────────────────────────────────────────────────────────
const searchField = () => all("input").find((f) => visible(f) && !f.disabled &&
  (f.type === "search" || (/^(text|)$/.test(f.type) && SEARCH_WORDS.test(about(f)))));
const rows = () => {
  // The largest family of siblings that look alike and say different things.
  let best = [];
  const parents = new Map();
  for (const e of all("main li, main tr, main article, main div, main a, #root li, #root tr, #root article, #root div, #root a, body li, body tr, body article, body section > div")) {
    if (e.closest("nav, header, footer") || !e.parentElement) continue;
    const id = `${e.localName}.${e.classList[0] ?? ""}`;
    const group = parents.get(e.parentElement) ?? parents.set(e.parentElement, new Map()).get(e.parentElement);
    group.set(id, [...(group.get(id) ?? []), e]);
  }
  for (const group of parents.values()) {
    for (const family of group.values()) {
      const weight = (list) => list.length * Math.min(200, squeeze(list[0]?.textContent).length);
      if (family.length >= 3 && family.length <= 300 && weight(family) > weight(best)) best = family;
    }
  }
  return best.filter(visible);
};
const listChange = async (act) => {
  const before = words().join("\n");
  act();
  for (const ms of [30, 350, 700]) {
    await sleep(ms);
    if (words().join("\n") !== before) return true;
  }
  return false;
};
const enter = (field) => {
  for (const type of ["keydown", "keypress", "keyup"]) {
    field.dispatchEvent(new KeyboardEvent(type, { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
  }
  if (field.form) field.form.requestSubmit();
  else all("button", field.parentElement?.parentElement ?? document).find((b) => visible(b) && (SEARCH_WORDS.test(label(b)) || !label(b)))?.click();
};
const ask = async (field, text) =>
  (await listChange(() => put(field, text))) || (await listChange(() => enter(field)));
// What an item is called: its heading, else the first text that has a word in it.
const title = (item) => {
  const heading = item.querySelector("h1, h2, h3, h4, h5, h6, strong, th");
  if (heading) return squeeze(heading.textContent);
  const walk = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (/\p{L}{4,}/u.test(walk.currentNode.data)) return squeeze(walk.currentNode.data);
  return "";
};
const testSearch = async () => {
  const field = searchField();
  if (!field || input.search) return;
  const items = rows();
  const saying = items.map((e) => squeeze(e.textContent).toLowerCase());
  const word = items.flatMap((e) => title(e).match(/\p{L}{4,}/gu) ?? []).find(
    (w) => saying.filter((text) => text.includes(w.toLowerCase())).length < saying.length);
  tell("seek", { name: named(field) });
  const narrowed = word ? await ask(field, word) : null;
  const kept = word ? words().some((text) => text.toLowerCase().includes(word.toLowerCase())) : null;
  const led = place() !== home;
  const emptied = led ? null : await ask(field, "zqxjwvk");
  tell("search", { name: named(field), word: word ?? "", narrowed, kept, emptied, led, items: items.length });
  if (led) await returnHome();
  const now = searchField();
  if (now?.value) {
    await ask(now, "");
  }
};
const testLists = async () => {
  for (const list of all("select").filter((s) => visible(s) && !s.disabled && !s.form && s.options.length > 1).slice(0, 3)) {
    const at = list.selectedIndex;
    let changed = false;
    for (const other of [...list.options].map((_, i) => i).filter((i) => i !== at).slice(0, 3)) {
      changed = await listChange(() => put(list, list.options[other].value));
      if (changed || !list.isConnected) break;
    }
    tell("filter", { name: named(list), of: "list", changed });
    if (list.isConnected) put(list, list.options[at]?.value ?? "");
    await sleep(30);
  }
};
const testChips = async () => {
  const first = buttons().find((b) => /^(all|all .{1,20}|any|everything)( ?\(?\d+\)?)?$/i.test(squeeze(b.textContent)) && !b.closest("nav, header"));
  const group = first ? all("button, [role=tab]", first.parentElement).filter((b) => b !== first && visible(b)) : [];
  if (!group.length) return;
  let changed = false;
  for (const chip of group.slice(0, 4)) {
    if (!chip.isConnected) break;
    changed = await listChange(() => chip.click());
    if (changed) break;
  }
  tell("filter", { name: named(group[0]), of: "buttons", changed });
  if (first.isConnected) first.click();
  await sleep(30);
};
