
// Evidence is data until somebody opens it; all of it becomes text, never markup.
function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const bdi = (text) => el("bdi", {}, text);
const code = (text) => el("code", {}, bdi(text));
const block = (title, ...content) => el("div", {}, el("h4", {}, title), ...content);
const lines = (rows) => el("ul", { class: "lines" }, ...rows);

function large(address, title) {
  const image = el("img", { src: address, alt: title, width: 320, height: 200, loading: "lazy", decoding: "async" });
  return el("a", { class: "shot", href: address, "data-title": title }, image);
}

function caseEvidence(found, key) {
  const parts = [];
  if (found.expected) parts.push(block("Expected", el("p", {}, bdi(found.expected))));
  if (found.reason) parts.push(block("Reason of the verdict", el("p", {}, bdi(found.reason))));
  if (found.verified) parts.push(block("Measured without a model", el("p", {}, bdi(found.verified))));
  if (found.steps?.length) {
    const steps = found.steps.map((step) =>
      el("li", {},
        step.picture ? large(step.picture, `${key} step ${step.n}`) : null,
        el("p", {}, `${step.n}. `, code(step.action), step.route ? el("span", { class: "where" }, bdi(step.route)) : null),
        step.thought ? el("p", {}, bdi(step.thought)) : null,
        step.outcome ? el("p", { class: "outcome" }, bdi(step.outcome)) : null));
    parts.push(block(`Steps of the agent (${steps.length})`, el("ol", { class: "steps" }, ...steps)));
  } else if (found.steps) parts.push(el("p", { class: "soft" }, "No steps were recorded."));
  if (!parts.length) parts.push(el("p", { class: "soft" }, "Nothing is recorded about this case."));
  return parts;
}

const failure = (row) =>
  el("li", { class: row.severity === "error" ? "poor" : "fair" },
    code(row.code), bdi(row.message), row.where ? el("span", { class: "where" }, code(row.where)) : null);

const marks = { pass: "good", fail: "poor", absent: "soft" };

function siteEvidence(found) {
  const left = [];
  const right = [];
  if (found.pages?.length) {
    left.push(block("Pages", lines(found.pages.map((page) =>
      el("li", { class: page.status === "ok" ? "good" : "poor" },
        code(page.route), bdi(`${page.status}${page.title ? ` · ${page.title}` : ""}`),
        page.findings.length ? lines(page.findings.map((line) => el("li", { class: "soft" }, bdi(line)))) : null)))));
  }
  if (found.failures?.length) {
    const more = found.more ? [el("li", { class: "soft" }, `and ${found.more} more in the trace`)] : [];
    left.push(block("Findings", lines([...found.failures.map(failure), ...more])));
  }
  if (found.navigation?.length) {
    left.push(block("Navigation", lines(found.navigation.map(([label, target, outcome, back]) =>
      el("li", { class: outcome === "reached" ? "good" : "fair" },
        code(outcome), bdi(label), el("span", { class: "where" }, bdi(target), back ? " and back" : ""))))));
  }
  if (found.checks?.length) {
    right.push(block("Checks", lines(found.checks.map((check) =>
      el("li", { class: marks[check.status] },
        code(`${check.code} ${check.status}`), bdi([check.message, ...check.examples].filter(Boolean).join(" · ")))))));
  }
  if (found.lint) {
    const [errors, warnings, dependencies] = found.lint.counts;
    right.push(block(`Lint: ${errors} errors, ${warnings} warnings, ${dependencies} dependency errors`,
      lines([...found.lint.rules.map(([rule, count]) => el("li", {}, code(rule), String(count))),
        ...found.lint.failures.map(failure)])));
  }
  if (found.colours?.length) {
    right.push(block("Painted colours", lines(found.colours.map(([role, rgb, share, what]) => {
      const swatch = el("span", { class: "swatch" });
      swatch.style.background = `rgb(${rgb.map(Number).join(" ")})`;
      return el("li", {}, swatch, `${role} rgb(${rgb.join(", ")}), ${(share * 100).toFixed(1)} % `, el("span", { class: "where" }, bdi(what)));
    }))));
  }
  for (const judge of found.judges ?? []) {
    const draws = judge.draws.length > 1 ? ` (draws ${judge.draws.map((n) => n.toFixed(2)).join(", ")})` : "";
    right.push(block(`Judge: ${judge.score.toFixed(2)}${draws}`,
      lines([el("li", { class: "soft" }, bdi(judge.judge)),
        ...judge.reasons.map((reason) => el("li", {}, bdi(reason))),
        judge.parts.length ? el("li", { class: "soft" }, bdi(judge.parts.map(([name, part]) => `${name} ${part.toFixed(2)}`).join(" · "))) : ""])));
  }
  const columns = el("div", { class: "columns" }, el("div", { class: "behind" }, ...left), el("div", { class: "behind" }, ...right));
  return [columns, found.facts ? el("p", { class: "note" }, found.facts) : el("p", { class: "soft" }, "There is no trace of this completion.")];
}

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || details.children.length > 1) return;
  const item = details.closest("article");
  const key = item?.querySelector("h3").textContent;
  const found = item && data(item, "evidence");
  const parts = !found ? null
    : details.dataset.case !== undefined ? caseEvidence(found.cases[Number(details.dataset.case)], key)
    : details.dataset.site !== undefined ? siteEvidence(found)
    : null;
  if (parts) details.append(el("div", { class: "behind" }, ...parts));
}, true);
