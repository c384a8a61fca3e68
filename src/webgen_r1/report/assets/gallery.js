// Filters with their state in the address, pictures attached late, and a picture seen large.
const field = (name) => document.querySelector(`[name="${name}"]`);
const items = [...document.querySelectorAll("#items > article")];
const form = document.querySelector(".filter");
const shown = document.getElementById("shown");
const filtered = ["stage", "scenario", "application", "failure", "check"].filter(field);

function data(item, name) {
  const found = item.querySelector(`:scope > script.${name}`);
  return found ? JSON.parse(found.textContent) : null;
}

// ── filter ──────────────────────────────────────────────────────────────────────────
const words = new Map();

function strings(value) {
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object") return "";
  return Object.values(value).map(strings).join("\n");
}

function text(item) {
  if (!words.has(item)) {
    const seen = [...item.children].filter((child) => child.tagName !== "SCRIPT");
    const all = seen.map((child) => child.textContent).join("\n") + strings(data(item, "evidence"));
    words.set(item, all.toLowerCase());
  }
  return words.get(item);
}

function filter() {
  const wanted = field("q").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = filtered.filter((name) => field(name).value);
  let count = 0;
  for (const item of items) {
    const fits =
      chosen.every((name) => item.dataset[name].split("\n").includes(field(name).value)) &&
      (!wanted.length || wanted.every((word) => text(item).includes(word)));
    item.hidden = !fits;
    count += fits ? 1 : 0;
  }
  const noun = items.length === 1 ? "site" : form.dataset.noun || "sites";
  shown.textContent = count === items.length ? `${count} ${noun}` : `${count} of ${items.length} ${noun}`;
  document.getElementById("nothing").hidden = count > 0 || !items.length;
}

// ── the metric of the figures ───────────────────────────────────────────────────────
function chosenMetric() {
  return document.querySelector('[name="metric"]:checked')?.value ?? "";
}

function showMetric() {
  for (const each of document.querySelectorAll("[data-metric]")) {
    each.hidden = each.dataset.metric !== chosenMetric();
  }
}

// ── state in the address ────────────────────────────────────────────────────────────
function keep() {
  const state = new URLSearchParams();
  for (const name of ["q", ...filtered, "order"]) {
    if (field(name)?.value) state.set(name, field(name).value);
  }
  const first = document.querySelector('[name="metric"]');
  if (first && !first.checked) state.set("metric", chosenMetric());
  const hash = state.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function recall() {
  const hash = location.hash.slice(1);
  if (hash && !hash.includes("=")) return; // a place on the page
  const state = new URLSearchParams(hash);
  for (const name of ["q", ...filtered, "order"]) {
    if (field(name)) field(name).value = state.get(name) ?? "";
    if (field(name)?.selectedIndex === -1) field(name).selectedIndex = 0;
  }
  const metric = [...document.querySelectorAll('[name="metric"]')];
  const radio = metric.find((each) => each.value === state.get("metric")) ?? metric[0];
  if (radio) radio.checked = true;
  showMetric();
  refresh();
}

function refresh() {
  if (typeof order === "function") order();
  filter();
}

if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { refresh(); keep(); });
  form.addEventListener("reset", () => setTimeout(() => { refresh(); keep(); }));
  document.getElementById("metric-switch")?.addEventListener("change", () => { showMetric(); keep(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.bars a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    for (const [name, value] of new URLSearchParams(link.getAttribute("href").slice(1))) {
      for (const each of filtered) field(each).value = each === name ? value : "";
    }
    field("q").value = "";
    refresh();
    keep();
    document.getElementById("sites").scrollIntoView();
    field(filtered.find((each) => field(each).value) ?? "q").focus({ preventScroll: true });
  });
  window.addEventListener("hashchange", recall);
}

// ── embedded pictures ───────────────────────────────────────────────────────────────
const pictures = new Map();

function attach(item) {
  if (pictures.has(item)) return;
  const found = data(item, "pictures");
  pictures.set(item, found);
  if (!found) return;
  for (const shot of item.querySelectorAll("[data-picture]")) {
    if (found[shot.dataset.picture]) shot.firstElementChild.src = found[shot.dataset.picture];
  }
}

if (document.querySelector("script.pictures")) {
  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (isIntersecting) { attach(target); near.unobserve(target); }
      }
    },
    { rootMargin: "600px" },
  );
  for (const item of items) near.observe(item);
  window.addEventListener("beforeprint", () => items.forEach(attach));
}

// ── a picture large ─────────────────────────────────────────────────────────────────
const viewer = document.getElementById("viewer");
let row = [];
let at = 0;

function show(index) {
  at = (index + row.length) % row.length;
  const picture = document.getElementById("viewer-picture");
  const shot = row[at];
  picture.src = shot.getAttribute("href") ?? shot.firstElementChild.src;
  picture.alt = shot.dataset.title;
  document.getElementById("viewer-title").textContent = shot.dataset.title;
  for (const button of viewer.querySelectorAll("[data-step]")) button.hidden = row.length < 2;
  viewer.querySelector(".viewer-room").scrollTop = 0;
}

document.addEventListener("click", (event) => {
  const shot = event.target.closest("a.shot, button.shot");
  if (!shot || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  row = [...shot.closest("[data-row], .shots, .steps").querySelectorAll("a.shot, button.shot")];
  show(row.indexOf(shot));
  viewer.showModal();
});
viewer.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) show(at + Number(step.dataset.step));
  if (event.target === viewer || event.target.closest("[data-close]")) viewer.close();
});
viewer.addEventListener("keydown", (event) => {
  if (row.length < 2) return;
  if (event.key === "ArrowLeft") show(at - 1);
  if (event.key === "ArrowRight") show(at + 1);
});
