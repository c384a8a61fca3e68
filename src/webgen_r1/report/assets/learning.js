// Order of the gallery: by how much each instruction's reward changed.
const list = document.getElementById("items");

function order() {
  const chosen = field("order")?.value;
  const sign = { worse: 1, better: -1 }[chosen] ?? 0;
  const rank = (item) => (sign ? sign * Number(item.dataset.change || sign * Infinity) : Number(item.dataset.n));
  const wanted = [...items].sort((a, b) => rank(a) - rank(b) || a.dataset.n - b.dataset.n);
  if (wanted.some((item, n) => list.children[n] !== item)) list.append(...wanted);
}
