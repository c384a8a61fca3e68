(() => {
  const list = document.getElementById("cards");
  const cards = [...list.children];
  const search = document.getElementById("search");
  const state = document.getElementById("state");
  const order = document.getElementById("order");
  const shown = document.getElementById("shown");
  const words = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));
  const number = (card, name) => Number(card.dataset[name]);
  const orders = {
    given: (a, b) => number(a, "order") - number(b, "order"),
    high: (a, b) => number(b, "reward") - number(a, "reward"),
    low: (a, b) => number(a, "reward") - number(b, "reward"),
    slow: (a, b) => number(b, "seconds") - number(a, "seconds"),
  };

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    for (const card of cards) {
      const fits =
        (!state.value || card.dataset.state === state.value) && words.get(card).includes(wanted);
      card.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count === cards.length ? `${count} shown` : `${count} of ${cards.length}`;
  }

  function sort() {
    list.append(...[...cards].sort(orders[order.value]));
  }

  const form = document.querySelector(".tools");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  state.addEventListener("change", filter);
  order.addEventListener("change", sort);
  for (const option of [...state.options]) {
    if (option.value && !cards.some((card) => card.dataset.state === option.value)) option.remove();
  }
  sort();
  filter();
})();
