// Where to click now to reach the element with number n: the page may have moved since it was
// numbered. `gone`: the element left the page; `covered`: something lies over it.
((n) => {
  const element = globalThis.webgenNumbered?.[n - 1];
  if (!element) return { missing: true };
  if (!element.isConnected) return { gone: true };
  let point = globalThis.webgenPoint(element);
  if (!point) {
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    point = globalThis.webgenPoint(element);
  }
  const control = (element.localName === "label" && element.control) || element;
  const kind = control.localName === "input" ? control.type : control.localName;
  if (!point) return { covered: true, kind };
  const download = control.localName === "a" && control.hasAttribute("download");
  return { ...point, kind, download, editable: control.isContentEditable || control.localName === "textarea" };
})
