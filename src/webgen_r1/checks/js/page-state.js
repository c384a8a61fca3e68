// A part of page.js: its words, and whether state survives.
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
