
// Order of the gallery, and the verdicts of every model on every test case.
const list = document.getElementById("items");

function order() {
  const differ = field("order")?.value === "spread";
  const rank = (item) => (differ ? -Number(item.dataset.spread) : Number(item.dataset.n));
  const wanted = [...items].sort((a, b) => rank(a) - rank(b) || a.dataset.n - b.dataset.n);
  if (wanted.some((item, n) => list.children[n] !== item)) list.append(...wanted);
}

function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function matrix({ tasks, verdicts }) {
  const { names } = JSON.parse(document.getElementById("models").textContent);
  const head = make("tr", "", make("th", "", "Task"), ...names.map((name) => make("th", "", make("bdi", "", name))));
  const rows = tasks.map((task, n) =>
    make("tr", "", make("td", "", make("bdi", "", task)),
      ...verdicts.map((each) => {
        const [verdict, tone] = each[n] ?? ["none", "soft"];
        return make("td", "", make("span", `verdict ${tone}`, verdict));
      })));
  const table = make("table", "compared", make("thead", "", head), make("tbody", "", ...rows));
  return make("div", "matrix", table);
}

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || details.dataset.matrix === undefined || details.children.length > 1) return;
  details.append(matrix(data(details.closest("article"), "evidence")));
}, true);
