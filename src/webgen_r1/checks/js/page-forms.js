// A part of page.js.
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
