// Runs in a world that the page cannot reach into. Lists what a user sees in the viewport, in
// document order, and remembers which element carries which number.
(() => {
  const MARKS = 120, TEXTS = 150, NAME = 100, TEXT = 300;
  const NATIVE =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], " +
    "audio[controls], [contenteditable=''], [contenteditable=true], [contenteditable=plaintext-only]";
  const ROLES = new Set(
    ("button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option " +
      "combobox textbox searchbox slider spinbutton treeitem gridcell").split(" "));
  const GRAPHIC = { width: 120, height: 80 };

  const squeeze = (text, limit) => {
    const flat = `${text ?? ""}`.slice(0, 20 * limit).replace(/\s+/g, " ").trim();
    return flat.length > limit ? `${flat.slice(0, limit)}…` : flat;
  };
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const inView = (box) =>
    box.width > 1 && box.height > 1 &&
    box.bottom > 1 && box.right > 1 && box.top < innerHeight - 1 && box.left < innerWidth - 1;
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const hitAt = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const within = (outer, inner) => {
    for (let at = inner; at; at = parentOf(at)) if (at === outer) return true;
    return false;
  };

  // The point at which a click reaches the element, or null: something covers it.
  const pointOf = (element) => {
    let second = null;
    for (const box of [...element.getClientRects()].slice(0, 5)) {
      const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
      const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
      if (right - left < 1 || bottom - top < 1) continue;
      for (const [across, down] of [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8]]) {
        const x = left + (right - left) * across, y = top + (bottom - top) * down;
        const hit = hitAt(x, y);
        if (!hit) continue;
        const label = hit.closest("label");
        const reaches = within(element, hit) || (label && label.control === element);
        if (!reaches) continue;
        const inner = hit.closest(NATIVE);
        if (!inner || inner === element || !within(element, inner)) return { x, y };
        second ??= { x, y }; // lands on something inside that acts for itself
      }
    }
    return second;
  };

  const kindOf = (element, style) => {
    const role = element.getAttribute("role");
    if (element.matches(NATIVE)) return role && ROLES.has(role) ? role : nativeRole(element);
    if (role && ROLES.has(role)) return role;
    if (element.localName === "label" && element.control && !usable(element.control)) {
      return nativeRole(element.control);
    }
    if (element.localName === "canvas" || element.localName === "svg") {
      const box = element.getBoundingClientRect();
      if (box.width >= GRAPHIC.width && box.height >= GRAPHIC.height) return "graphic";
    }
    if (element.localName === "label" && element.control) return null;
    const parent = parentOf(element);
    if (element.hasAttribute("onclick") || element.draggable === true && element.localName !== "img"
        || element.tabIndex >= 0 && element.hasAttribute("tabindex")
        || (style.cursor === "pointer" && (!parent || getComputedStyle(parent).cursor !== "pointer"))) {
      return "clickable";
    }
    const roll = style.overflowY === "auto" || style.overflowY === "scroll";
    if (roll && element.scrollHeight > element.clientHeight + 20 && element.clientHeight > 60
        && element !== document.body && element !== document.documentElement) {
      return "scroll area";
    }
    return null;
  };
  const usable = (control) => {
    const box = control.getBoundingClientRect();
    return shown(control) && box.width > 2 && box.height > 2;
  };
  const nativeRole = (element) => {
    if (element.localName === "a") return "link";
    if (element.localName === "select") return "select";
    if (element.localName === "textarea") return "textarea";
    if (element.localName === "input") {
      const type = element.type;
      if (["button", "submit", "reset", "image"].includes(type)) return "button";
      if (["checkbox", "radio"].includes(type)) return type;
      return `input ${type}`;
    }
    if (element.localName === "summary") return "disclosure";
    if (element.isContentEditable) return "textbox";
    return element.localName === "button" ? "button" : element.localName;
  };
  const nameOf = (element) => {
    const by = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
      .map((id) => element.getRootNode().getElementById?.(id)?.innerText ?? "").join(" ");
    const label = element.labels?.length ? element.labels[0].innerText : "";
    const inside = element.matches("input, select, textarea") ? "" : element.innerText;
    const picture = element.querySelector?.("img[alt]:not([alt='']), [aria-label], svg title");
    const candidates = [
      element.getAttribute("aria-label"), by, label,
      element.matches("input[type=submit], input[type=button], input[type=reset]") ? element.value : "",
      element.getAttribute("placeholder"), inside, element.getAttribute("alt"),
      element.getAttribute("title"),
      picture?.getAttribute("alt") ?? picture?.getAttribute("aria-label") ?? picture?.textContent,
      element.getAttribute("name"),
    ];
    for (const candidate of candidates) {
      const name = squeeze(candidate, NAME);
      if (name) return name;
    }
    return "";
  };
  const detailsOf = (element, kind) => {
    const control = element.localName === "label" ? element.control : element;
    const details = {};
    if (control.matches("input, textarea") && !["button", "checkbox", "radio"].includes(kind)) {
      details.value = control.type === "password" ? "•".repeat(control.value.length)
        : control.type === "file" ? [...control.files].map((file) => file.name).join(", ")
        : squeeze(control.value, NAME);
    }
    if (control.localName === "select") {
      details.value = squeeze([...control.selectedOptions].map((option) => option.label).join(", "), NAME);
      details.options = [...control.options].slice(0, 15).map((option) => squeeze(option.label, 40));
      if (control.options.length > 15) details.options.push(`and ${control.options.length - 15} more`);
    }
    if (control.localName === "a") details.href = squeeze(control.getAttribute("href"), 60);
    const flags = [];
    const aria = (name) => control.getAttribute(`aria-${name}`);
    if (control.checked ?? aria("checked") === "true") flags.push("checked");
    if (aria("selected") === "true") flags.push("selected");
    if (aria("current") && aria("current") !== "false") flags.push("current");
    if (aria("pressed") === "true") flags.push("pressed");
    if (aria("expanded")) flags.push(aria("expanded") === "true" ? "expanded" : "collapsed");
    if (control.matches(":disabled") || aria("disabled") === "true") flags.push("disabled");
    if (control.required) flags.push("required");
    if (control === document.activeElement) flags.push("focused");
    if (control.open === true || element.parentElement?.matches("details[open]")) flags.push("open");
    if (flags.length) details.flags = flags;
    // What the browser's own bubble says, which no picture of a headless browser shows.
    if (control.matches(":user-invalid")) details.message = squeeze(control.validationMessage, NAME);
    return details;
  };

  const numbered = [];
  const items = [];
  let texts = 0, left = 0;
  const ownText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  const visit = (element, told) => {
    if (["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD"].includes(element.nodeName)) return;
    const style = getComputedStyle(element);
    if (style.display === "none") return;
    const box = element.getBoundingClientRect();
    const visible = style.display !== "contents" && inView(box) && shown(element);
    if (visible) {
      let kind = kindOf(element, style);
      if (kind === "graphic" && told) kind = null; // part of what is numbered already
      const point = kind ? pointOf(element) : null;
      if (kind && point && numbered.length >= MARKS) left += 1;
      else if (kind && point) {
        numbered.push(element);
        items.push({
          n: numbered.length, kind, name: kind === "scroll area" ? "" : nameOf(element),
          box: [box.left, box.top, box.right, box.bottom], ...detailsOf(element, kind),
        });
        told ||= kind !== "scroll area";
      }
      const quiet = told || texts >= TEXTS;
      if (!quiet && ownText(element)) {
        const text = squeeze(element.innerText, TEXT);
        if (text) {
          const level = /^H[1-6]$/.test(element.nodeName);
          items.push({ kind: level ? "heading" : "text", name: text });
          texts += 1;
          told = true;
        }
      } else if (!quiet && element.localName === "img" && element.alt) {
        items.push({ kind: "image", name: squeeze(element.alt, NAME) });
        texts += 1;
      }
    }
    if (element.localName === "svg") return;
    for (const child of element.shadowRoot?.children ?? []) visit(child, told);
    for (const child of element.children) visit(child, told);
  };
  if (document.body) visit(document.body, false);
  globalThis.webgenNumbered = numbered;
  globalThis.webgenPoint = pointOf;

  const root = document.scrollingElement ?? document.documentElement;
  return {
    title: squeeze(document.title, NAME), url: location.href,
    width: innerWidth, height: innerHeight,
    top: Math.round(root.scrollTop), full: Math.round(root.scrollHeight), items, left,
  };
})()
