// page: what can be used on one page: buttons, things that only a mouse can work, search,
// filters and forms, in this order. Each find is told as it is made: a page that is left or
// hangs loses none.
// input: { buttons: labels done, budget, forms: keys done, state: done?, search: done?, other }
const STATE_WORDS = /add|cart|basket|favou?rite|like|save|bookmark|wish|follow|enrol|join|plan|borrow|reserve/i;
const LAST_WORDS = /delete|remove|log ?out|sign ?out|clear|reset|close|cancel/i;
const QUIET_WORDS = /clear|empty|reset|cancel|close|refresh|reload|remove|delete|previous|prev|undo|back|dismiss|skip|mute|stop|pause/i;
const SUBMIT_WORDS = /send|submit|subscribe|sign|log ?in|register|book|save|add|contact|join|next|continue|create|request|apply|reserve|search|order|pay|check ?out|post|calculate|donate/i;
const SEARCH_WORDS = /search|find|filter|look ?up/i;
const PROBLEM = /required|invalid|please|must|can(?:'|no)t|error|valid|fill|missing|empty|at least|too short|enter |select /i;
const SUCCESS = /thank|success|sent|received|confirm|submitted|subscribed|welcome|congrat|we(?:'|’)ll |we will|booked|saved|added/i;
const home = place();
const done = new Set(input.buttons);

const returnHome = async () => {
  if (place() === home) return true;
  history.back();
  if (await arrived(home, 400)) return true;
  return travel(home);
};
const closeDialog = async () => {
  const dialog = all("dialog[open], [role=dialog], [aria-modal=true], .ant-modal-wrap").find(shown);
  if (!dialog) return;
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
  await sleep(60);
  if (!dialog.isConnected || !shown(dialog)) return;
  const close = all("button", dialog).find((b) => /close|cancel|×|✕|^x$|dismiss/i.test(`${label(b)} ${b.className}`));
  (close ?? dialog.previousElementSibling ?? dialog).click();
  await sleep(60);
};
const sides = () => squeeze(all("header, nav, [role=banner]").map((e) => e.textContent).join(" "));

// ── state: what was put there is still there after going away and coming back ─────────
const away = async () => {
  const target = input.other ?? all("nav a[href], header a[href], a[href]").map((a) => routeOf(a.href)).find(
    (route) => route !== null && route !== home);
  if (target === undefined || !linkTo(target)) return null;
  follow(linkTo(target));
  if (!(await arrived(target))) return null;
  const link = linkTo(home);
  if (link) follow(link);
  else history.back();
  return arrived(home);
};
let stateDone = input.state;
const tryState = async (what, read) => {
  const expected = read();
  if (stateDone || expected === null) return;
  tell("away", { what });
  const back = await away();
  if (back === null) {
    tell("stay", {});
    return;
  }
  stateDone = true;
  await sleep(80);
  tell("state", { what, kept: back && read() === expected, expected: String(expected).slice(0, 80), now: String(read()).slice(0, 80) });
};

// ── buttons ──────────────────────────────────────────────────────────────────────────
const submits = (b) => b.form && b.type === "submit";
const buttons = () => all("button, [role=button], input[type=button], summary").filter(
  (b) => !submits(b) && b.type !== "reset" && !b.disabled && b.getAttribute("aria-disabled") !== "true" && shown(b));
const face = (b) => `${label(b)}|${b.getAttribute("aria-pressed") ?? b.getAttribute("aria-checked") ?? ""}|${squeeze(b.className?.baseVal ?? b.className)}`;
const formless = (b) => {
  const group = b.closest("form, section, main > div, article, [role=dialog], fieldset, div");
  return !b.form && SUBMIT_WORDS.test(label(b)) && group && all(FIELDS, group).some(
    (f) => /^(text|email|tel|number|password|url|)$/.test(f.type) && !SEARCH_WORDS.test(about(f)));
};
const press = async (button) => {
  const how = await reaction(() => tap(button));
  if (how !== "route") await closeDialog();
  return how;
};
const again = (name, index) => {
  const same = buttons().filter((b) => label(b) === name);
  return same[index] ?? same[0];
};
const testButton = async (button) => {
  const name = label(button);
  const stateful = !stateDone && STATE_WORDS.test(`${name} ${button.className}`);
  const before = stateful ? { sides: sides(), face: face(button), index: buttons().indexOf(button) } : null;
  let how = await press(button);
  if (how === "route") {
    tell("button", { name: named(button), how });
    if (!(await returnHome())) return false;
    return true;
  }
  if (!how) {
    // The one that is chosen already, or the end of a row: another one first.
    const near = all("button, [role=tab], [role=button]", button.parentElement?.parentElement ?? document).find(
      (b) => b !== button && shown(b) && !b.disabled && !submits(b));
    if (near && (await press(near)) !== "route" && place() === home) {
      const now = button.isConnected ? button : again(name, 0);
      how = now ? await press(now) : "document";
    } else if (place() !== home) await returnHome();
  }
  // Whether it could still be seen is asked only now: each time would cost a fresh style.
  if (!how && button.isConnected && !shown(button)) return true;
  tell("button", { name: named(button), how, quiet: !how && QUIET_WORDS.test(name) });
  if (!how || !stateful) return place() === home || returnHome();
  const now = buttons()[before.index];
  if (sides() !== before.sides && /\d/.test(sides())) {
    await tryState(`the count in the header after ${named(button)}`, sides);
  } else if (now && face(now) !== before.face && /favou?rite|like|bookmark|wish|follow|save/i.test(`${name} ${label(now)}`)) {
    const marked = label(now) !== before.face.split("|")[0] || now.hasAttribute("aria-pressed");
    if (marked) await tryState(`${named(button)} once pressed`, () => {
      const same = buttons()[before.index];
      return same ? face(same).split("|").slice(0, 2).join("|") : "gone";
    });
  }
  return place() === home || returnHome();
};
const testButtons = async () => {
  let left = input.budget;
  const plan = new Map();
  for (const b of buttons()) {
    const name = label(b);
    if (!done.has(name) && !plan.has(name) && visible(b) && !formless(b)) plan.set(name, b);
  }
  const order = [...plan.keys()].sort((a, b) => LAST_WORDS.test(a) - LAST_WORDS.test(b));
  for (const name of order) {
    if (left <= 0) return;
    const button = plan.get(name).isConnected ? plan.get(name) : again(name, 0);
    if (!button || button.disabled) continue;
    left -= 1;
    done.add(name);
    tell("press", { label: name, name: named(button) });
    if (!(await testButton(button))) return;
  }
};

// ── what reacts to a mouse and to nothing else ─────────────────────────────────────────
const testPointer = async () => {
  if (!input.pointer) return;
  const fake = all("div, span, li, img, svg, p, td, tr, h3").filter((e) => {
    if (e.closest("a, button, label, summary, [role=button], [tabindex], select")) return false;
    if (getComputedStyle(e).cursor !== "pointer" || getComputedStyle(e.parentElement).cursor === "pointer") return false;
    return visible(e) && !e.querySelector("a, button, input, select, textarea, [tabindex], summary");
  });
  for (const element of fake.slice(0, 3)) {
    tell("touch", { name: named(element) });
    const how = await reaction(() => tap(element), [20, 200]);
    tell("pointer", { name: named(element), how });
    await closeDialog();
    if (!(await returnHome())) return;
  }
};

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

// ── forms ─────────────────────────────────────────────────────────────────────────────
const TEXTUAL = /^(text|email|tel|number|password|url|date|time|datetime-local|month|textarea|)$/;
const sensible = (field) => {
  const what = about(field);
  // A placeholder with a figure in it shows what is wanted: a postcode, an amount, a date.
  const example = squeeze(field.placeholder).replace(/^(e\.?g\.?|for example|such as)[:,]? */i, "").replace(/[….]+$/, "");
  if (/\d/.test(example) && (field.type !== "number" ? /^(text|tel|)$/.test(field.type) : /^[\d.]+$/.test(example))) return example;
  const bounded = (value) => String(Math.max(+field.min || 1, Math.min(field.max ? +field.max : 1e9, value)));
  const day = field.min && field.min > "2026-03-10" ? field.min : "2026-03-10";
  switch (field.type) {
    case "email": return "ada.moss@example.com";
    case "tel": return "020 7946 0123";
    case "url": return "https://example.com";
    case "number": case "range": return bounded(/year/.test(what) ? 2026 : 2);
    case "date": return field.max && field.max < day ? field.max : day;
    case "time": return field.min && field.min > "10:30" ? field.min : "10:30";
    case "datetime-local": return `${day}T10:30`;
    case "month": return "2026-03";
    case "password": return "Correct-horse-7";
    case "color": return "#336699";
  }
  if (/e-?mail/.test(what)) return "ada.moss@example.com";
  if (/phone|mobile|telephone/.test(what)) return "+442079460123";
  if (/post ?code|zip/.test(what)) return "90210";
  if (/card ?number/.test(what)) return "4242424242424242";
  if (/cvc|cvv/.test(what)) return "123";
  if (/expir/.test(what)) return "12/30";
  if (/date/.test(what)) return day;
  if (/amount|price|quantity|guests|people|age|budget|cost|minutes|hours/.test(what)) return "2";
  if (/name/.test(what)) return "Ada Moss";
  if (field.localName === "textarea" || /message|comment|note|question/.test(what)) return "I would like to know more about this, please.";
  return "Juniper walk";
};
const fields = (form) => all(FIELDS, form).filter((f) => shown(f) && !f.disabled && !f.readOnly);
const pickers = (form) => all("[role=combobox], .ant-select-selector, button[aria-haspopup=listbox]", form).filter(shown);
const fill = async (form, email) => {
  const groups = new Set();
  for (const field of fields(form)) {
    if (!field.isConnected) continue;
    if (field.type === "file" || field.getAttribute("role") === "combobox") continue;
    if (field.localName === "select") {
      const option = [...field.options].find((o) => o.value && !o.disabled && o.index > 0) ?? field.options[0];
      if (option) put(field, option.value);
    } else if (field.type === "radio") {
      if (!groups.has(field.name) && !field.checked) field.click();
      groups.add(field.name);
    } else if (field.type === "checkbox") {
      if (!field.checked) field.click();
    } else {
      const value = sensible(field);
      put(field, email !== undefined && value.includes("@") ? email : value);
    }
  }
  for (const picker of pickers(form).slice(0, 3)) {
    picker.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
    picker.click();
    await sleep(120);
    all("[role=option], .ant-select-item-option").find(shown)?.click();
    await sleep(60);
  }
  await sleep(20);
};
const submitter = (form) =>
  all("button[type=submit], input[type=submit], button:not([type])", form).find(shown) ??
  all("button, [role=button]", form).filter((b) => shown(b) && SUBMIT_WORDS.test(label(b))).pop() ?? null;
// A form element, or fields beside a button that says what it does.
const groups = () => {
  const found = all("form").filter((f) => shown(f) && fields(f).some((x) => TEXTUAL.test(x.type)));
  for (const b of buttons()) {
    if (!formless(b)) continue;
    let group = b.parentElement;
    while (group && !all(FIELDS, group).some(shown)) group = group.parentElement;
    if (group && !found.some((f) => f.contains(group) || group.contains(f))) found.push(group);
  }
  return found.filter((f) => {
    const own = fields(f).filter((x) => TEXTUAL.test(x.type));
    return own.length && !(own.length === 1 && (own[0].type === "search" || SEARCH_WORDS.test(about(own[0]))));
  });
};
const formKey = (form) => fields(form).map((f) => f.name || f.id || f.placeholder || f.type).join(",").slice(0, 200);
const errors = (form) => all("[aria-invalid=true], [role=alert], .ant-form-item-explain-error", form).length +
  all(":user-invalid", form).length;
const submit = async (form, earlier = []) => {
  const button = submitter(form);
  const before = { words: new Set(words()), errors: errors(form), url: location.href };
  let refused = 0;
  const onInvalid = () => (refused += 1);
  document.addEventListener("invalid", onInvalid, true);
  let how = "";
  if (button?.disabled) refused += 1;
  else if (button) how = await reaction(() => button.click(), refused ? [20] : [40, 300]);
  else if (form.requestSubmit) how = await reaction(() => form.requestSubmit(), [40, 300]);
  else refused = -1;
  const fresh = () => words().filter((text) => !before.words.has(text));
  if (refused <= 0 && !errors(form) && !fresh().some((text) => PROBLEM.test(text) || SUCCESS.test(text))) await sleep(1200);
  document.removeEventListener("invalid", onInvalid, true);
  const said = fresh();
  return {
    refused: refused > 0, how, said: said.slice(0, 6), route: location.href !== before.url,
    problem: errors(form) > before.errors || said.some((text) => PROBLEM.test(text)) ||
      (earlier.length > 0 && words().some((text) => earlier.includes(text))),
    success: said.some((text) => SUCCESS.test(text) && !PROBLEM.test(text)),
    gone: !form.isConnected || !shown(form),
    cleared: form.isConnected && fields(form).some((f) => TEXTUAL.test(f.type)) &&
      fields(form).filter((f) => TEXTUAL.test(f.type) && f.type !== "number").every((f) => !f.value),
  };
};
const nameOf = (form) => {
  const title = form.getAttribute("aria-label") || form.querySelector("h1, h2, h3, legend")?.textContent ||
    label(submitter(form) ?? form);
  return `form “${squeeze(title).slice(0, 60)}”`;
};
const locate = (key) => groups().find((f) => formKey(f) === key);
const testForm = async (key) => {
  let form = locate(key);
  const name = nameOf(form);
  const own = fields(form).filter((f) => TEXTUAL.test(f.type));
  const wanted = own.some((f) => f.required || f.getAttribute("aria-required") === "true") || own.length > 1 ||
    own.some((f) => f.type === "email");
  for (const f of own) if (f.value && f.type !== "number") put(f, "");
  await sleep(20);
  tell("fill", { key, name });
  const empty = await submit(form);
  form = locate(key);
  let mail = null;
  const field = form && fields(form).find((f) => TEXTUAL.test(f.type) && sensible(f).includes("@"));
  if (field && !empty.success && !empty.route) {
    const native = field.type === "email" && !(form.noValidate ?? true);
    if (native) mail = { refused: true };
    else {
      await fill(form, "not an address");
      mail = await submit(form, empty.said);
      form = locate(key);
    }
  }
  tell("validate", { key, name, wanted, empty, mail });
  if (place() !== home && !(await returnHome())) return false;
  form = locate(key);
  if (!form) {
    tell("submit", { key, name, skipped: true });
    return true;
  }
  await fill(form);
  form = locate(key) ?? form;
  const typed = fields(form).filter((f) => /^(text|textarea|)$/.test(f.type)).map((f) => f.value).find((v) => v.length > 4);
  const full = await submit(form, empty.said);
  tell("submit", { key, name, full, custom: pickers(form).length > 0 });
  if (place() !== home) return returnHome();
  const row = typed && !full.success ? all("li, tr, article, div").find((e) => !form.contains(e) && !e.contains(form) &&
    e.childElementCount < 12 && squeeze(e.textContent).includes(typed) && e.parentElement?.childElementCount > 1) : null;
  if (row) await tryState(`the row “${typed}”`, () => words().some((text) => text.includes(typed)));
  await closeDialog();
  return true;
};
const testForms = async () => {
  const tried = new Set(input.forms);
  for (let count = 0; count < 3; count += 1) {
    const form = groups().find((f) => !tried.has(formKey(f)));
    if (!form || tried.size >= 4) return;
    tried.add(formKey(form));
    if (!(await testForm(formKey(form)))) return;
  }
};

await watch.learn(200);
for (const part of [testPointer, testSearch, testLists, testChips, testForms, testButtons]) {
  if (input.parts && !input.parts.includes(part.name)) continue;
  if (place() !== home && !(await returnHome())) return "lost";
  await part();
  tell("part", { name: part.name });
}
return place() === home ? "done" : "lost";
