// Gives a value to a control that has a picker of its own (date, colour, range, select), as the
// picker would: the value, then the events. Returns {value} or {options}: there is no such option.
((n, wanted) => {
  const element = globalThis.webgenNumbered?.[n - 1];
  const control = (element?.localName === "label" && element.control) || element;
  if (!control?.isConnected) return { gone: true };
  if (control.matches(":disabled")) return { disabled: true };
  if (control.localName === "select") {
    const flat = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
    const options = [...control.options].filter((option) => !option.disabled);
    const look = flat(wanted);
    const found =
      options.find((option) => flat(option.label) === look || option.value === wanted) ??
      options.find((option) => look && flat(option.label).includes(look));
    if (!found) return { options: options.slice(0, 15).map((option) => option.label.slice(0, 40)) };
    if (control.multiple) found.selected = true;
    else control.value = found.value;
    if (!found.selected) control.selectedIndex = found.index;
  } else {
    control.focus();
    control.value = wanted;
  }
  const how = { bubbles: true, composed: true };
  control.dispatchEvent(new Event("input", how));
  control.dispatchEvent(new Event("change", how));
  return { value: control.localName === "select" ? control.selectedOptions[0]?.label : control.value };
})
