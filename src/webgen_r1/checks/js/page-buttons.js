// A part of page.js.
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
// A menu that a style shows while the mouse is over it: a script cannot bring that about.
const opensUnderMouse = (button) => [...(button.parentElement?.children ?? [])].some(
  (e) => e !== button && !shown(e) && e.querySelector("a, button"));
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
  const quiet = !how && (QUIET_WORDS.test(name) || opensUnderMouse(button));
  tell("button", { name: named(button), how, quiet });
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
