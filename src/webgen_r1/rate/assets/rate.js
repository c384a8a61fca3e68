// The rating page: what is shown, what was pressed, and that no rating is lost.
import { View } from "/stage.js";

const { mode, token, rater: fixedRater, sandbox, probe } = document.body.dataset;
const $ = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 760px)");
const HASTE_MS = 350; // a key pressed sooner was meant for the site before

const view = { what: "live", device: narrow.matches ? "phone" : "desktop", side: narrow.matches ? "left" : "both" };
let rater = fixedRater || sessionStorage.getItem("rater") || "";
let task = null; // what the server told us, while there is something to rate
let last = 0; // number of the task that Back leads to from the last page
let views = [];
let busy = false;
let looked = 0; // milliseconds on this task, while the page was visible
let since = 0;

// ── the server ──────────────────────────────────────────────────────────────────────

async function call(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-rate-token": token },
      body: JSON.stringify({ rater, ...body }),
      signal: AbortSignal.timeout(15000),
    });
  } catch {
    throw new Error("The rating server does not answer. Is webgen rate still running?");
  }
  const answer = await response.json().catch(() => ({ error: `The server answered ${response.status}.` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function go(path, body, done) {
  if (busy) return;
  busy = true;
  try {
    show(await call(path, body));
    say(done ?? "");
  } catch (error) {
    say(error.message, true);
    throw error;
  } finally {
    busy = false;
  }
}

const quietly = (promise) => promise.catch(() => {}); // the message is on the page already
const open = (number) => quietly(go("/api/open", { number }));

function rate(answer) {
  if (!task || performance.now() - task.shownAt < HASTE_MS) return;
  const button = document.querySelector(`[data-answer="${answer}"]`);
  const name = button.getAttribute("aria-label");
  const seconds = Math.round((looked + performance.now() - since) / 100) / 10;
  const comment = $("comment").value;
  last = task.number;
  quietly(go("/api/rate", { number: task.number, answer, seconds, comment }, `Kept: ${name}. Z changes it.`));
}

// ── what is shown ───────────────────────────────────────────────────────────────────

function section(id) {
  for (const one of ["welcome", "work", "end"]) $(one).hidden = one !== id;
  $("progress").hidden = id === "welcome";
  $("who").hidden = id === "welcome" || Boolean(fixedRater);
}

function show(state) {
  for (const one of views) one.close();
  views = [];
  progress(state);
  if (state.number === null) {
    task = null;
    last = Math.min(last || state.total - 1, state.total - 1);
    section("end");
    thank(state);
    return;
  }
  task = { ...state, shownAt: performance.now() };
  looked = 0;
  since = performance.now();
  section("work");
  scrollTo(0, 0);
  $("instruction").textContent = state.instruction ?? "No instruction was recorded for this site.";
  unfold(false);
  $("more").hidden = $("instruction").scrollHeight <= $("instruction").clientHeight + 2;
  $("comment").value = state.comment ?? "";
  $("back").disabled = state.number === 0;
  $("on").disabled = state.answer === null;
  for (const button of document.querySelectorAll("[data-answer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === String(state.answer)));
  }
  const labels = state.sites.length === 1 ? ["The website"] : ["Left", "Right"];
  views = state.sites.map((site, n) => new View(site, labels[n], sandbox));
  $("views").append(...views.map((one) => one.element));
  refresh();
}

function progress({ total, done, number, rater: name }) {
  const unit = mode === "grade" ? "Site" : "Pair";
  $("count").textContent = number === null ? `All ${total} rated` : `${unit} ${number + 1} of ${total}`;
  $("bar").setAttribute("aria-valuemax", total);
  $("bar").setAttribute("aria-valuenow", done);
  $("bar").firstElementChild.style.width = `${(100 * done) / total}%`;
  $("who").textContent = name;
  $("who").setAttribute("aria-label", `You rate as ${name}. Change`);
}

function refresh() {
  const live = views.some((one) => one.canLive);
  const what = live ? view.what : "pictures";
  for (const button of document.querySelectorAll("[data-set]")) {
    const value = button.dataset.set === "what" ? what : view[button.dataset.set];
    button.setAttribute("aria-pressed", String(button.dataset.to === value));
    if (button.dataset.to === "live") button.disabled = !live;
  }
  $("devices").hidden = $("reload").hidden = what === "pictures";
  $("views").dataset.side = views.length > 1 ? view.side : "both";
  for (const one of views) one.show(what, view.device);
}

function set(name, value) {
  view[name] = value;
  refresh();
}

function unfold(wanted) {
  $("instruction").classList.toggle("all", wanted);
  $("more").setAttribute("aria-expanded", String(wanted));
  $("more").textContent = wanted ? "Show less" : "Show all of it";
}

function thank({ total, tally, seconds }) {
  const pace = seconds === null ? "" : `, typically ${Math.max(1, Math.round(seconds))} s each`;
  $("thanks").textContent = `You rated ${total} ${mode === "grade" ? "websites" : "pairs"}${pace}.`;
  const rows = mode === "grade" ? ["1", "2", "3", "4", "5"] : ["left", "tie", "right"];
  const most = Math.max(...Object.values(tally));
  const names = { left: "Left", tie: "Equal", right: "Right" };
  $("spread").replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("div");
      const term = Object.assign(document.createElement("dt"), { textContent: names[row] ?? row });
      const value = document.createElement("dd");
      const bar = document.createElement("i");
      bar.style.width = `${(90 * (tally[row] ?? 0)) / most}%`;
      value.append(bar, String(tally[row] ?? 0));
      line.append(term, value);
      return line;
    }),
  );
  $("end").querySelector("h1").focus();
}

let hush;
function say(text, wrong = false) {
  clearTimeout(hush);
  $("toast").textContent = text;
  $("toast").classList.toggle("wrong", wrong);
  if (!wrong) hush = setTimeout(() => ($("toast").textContent = ""), 2600);
}

// ── what is pressed ─────────────────────────────────────────────────────────────────

const back = () => {
  if (task && task.number > 0) open(task.number - 1);
  else if (!task && rater && !$("end").hidden) open(last);
};
const onward = () => {
  if (task && task.answer !== null) open(task.number + 1 < task.total ? task.number + 1 : null);
};
const next = (name, ...values) => set(name, values[(values.indexOf(view[name]) + 1) % values.length]);
const reload = () => views.forEach((one) => one.reload());

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || $("help").open) return;
  const writing = event.target.closest("input, textarea");
  if (writing) {
    if (event.key === "Escape") writing.blur();
    return;
  }
  if (event.key === " " && event.target.closest("button, summary")) return;
  const key = event.key.toLowerCase();
  const pair = mode === "compare";
  const actions = {
    arrowleft: pair && (() => rate("left")),
    arrowright: pair && (() => rate("right")),
    " ": pair && (() => rate("tie")),
    f: pair && (() => next("side", ...(narrow.matches ? ["left", "right"] : ["both", "left", "right"]))),
    z: back,
    x: onward,
    s: () => next("what", "live", "pictures"),
    v: () => next("device", "desktop", "phone"),
    r: reload,
    c: () => $("comment").focus(),
    "?": () => $("help").showModal(),
  };
  const action = actions[key] || (!pair && /^[1-5]$/.test(key) && (() => rate(Number(key))));
  if (!action) return;
  event.preventDefault();
  action();
}

// ── who has the keyboard ────────────────────────────────────────────────────────────
// A live site takes the keys when it is worked in, and only then: its frame is inert until the
// mouse is over it or the Tab key goes there, so that no script in it can take them.

let over = false;
let tabbed = -1000;

function lend() {
  for (const view of views) view.lend(over || performance.now() - tabbed < 500);
}

function reclaim() {
  lend();
  if (document.activeElement instanceof HTMLIFrameElement) {
    document.activeElement.blur();
    window.focus();
  }
  $("hint").textContent = "";
}

addEventListener("blur", () =>
  setTimeout(() => {
    if (!(document.activeElement instanceof HTMLIFrameElement)) return;
    if (over || performance.now() - tabbed < 500) $("hint").textContent = "The site has the keys. Move off it to rate.";
    else reclaim();
  }),
);
addEventListener("focus", () => ($("hint").textContent = ""));
document.addEventListener("pointerover", (event) => {
  over = event.target.closest(".view[data-what=live] .screen") !== null;
  if (over) lend();
  else if (event.pointerType === "mouse") reclaim();
});
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Tab") return;
    tabbed = performance.now();
    lend();
  },
  true,
);
document.addEventListener("keydown", keys);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) looked += performance.now() - since;
  since = performance.now();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.set) set(button.dataset.set, button.dataset.to);
  if (button.dataset.answer) rate(mode === "grade" ? Number(button.dataset.answer) : button.dataset.answer);
  // After a click with the mouse, Space is a rating again and not the same button.
  if (event.detail && !button.closest("dialog, form, [role=tablist]")) button.blur();
});
$("back").addEventListener("click", back);
$("on").addEventListener("click", onward);
$("review").addEventListener("click", back);
$("reload").addEventListener("click", reload);
$("ask").addEventListener("click", () => $("help").showModal());
$("more").addEventListener("click", () => unfold(!$("instruction").classList.contains("all")));
$("who").addEventListener("click", () => welcome(rater));
narrow.addEventListener("change", () => set("side", narrow.matches ? "left" : "both"));

function welcome(name) {
  task = null;
  for (const one of views) one.close();
  views = [];
  section("welcome");
  $("name").value = name;
  $("name").focus();
}

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  rater = $("name").value;
  $("refused").textContent = "";
  go("/api/open", { number: null })
    .then(() => sessionStorage.setItem("rater", rater))
    .catch((error) => ($("refused").textContent = error.message));
});

if ($("guide")) $("guide").open = innerHeight > 900 && !narrow.matches;
fetch(probe, { mode: "no-cors" }).catch(() => ($("unresolved").hidden = false));
if (rater) go("/api/open", { number: null }).catch(() => fixedRater || welcome(rater));
else welcome("");
