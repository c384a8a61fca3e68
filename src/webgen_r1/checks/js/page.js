// page: what can be used on one page: buttons, things that only a mouse can work, search,
// filters and forms, in this order. Each find is told as it is made: a page that is left or
// hangs loses none.
// input: { buttons: labels done, budget, forms: keys done, state: done?, search: done?, other }
await watch.learn(200);
for (const part of [testPointer, testSearch, testLists, testChips, testForms, testButtons]) {
  if (input.parts && !input.parts.includes(part.name)) continue;
  if (place() !== home && !(await returnHome())) return "lost";
  await part();
  tell("part", { name: part.name });
}
return place() === home ? "done" : "lost";
