// Runs in an isolated world once a page is at rest: one pass over the document that
// returns everything we measure. Loops are bounded: a page may have a million nodes.
((limits) => {
  const { maxNodes, maxBoxes, maxText, maxLinks } = limits;
  const root = document.documentElement;
  // An element with that name hides a property of the document, but not of its prototype.
  const of = (name) => Reflect.get(Document.prototype, name, document);
  const body = of("body");
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const parse = (text) => {
    const match = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
    if (match) return [+match[1], +match[2], +match[3], match[4] === undefined ? 1 : +match[4]];
    canvas.clearRect(0, 0, 1, 1); // oklch(), color(), …: let the browser convert
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const colour = (text) => {
    let value = colours.get(text);
    if (value === undefined) colours.set(text, (value = parse(text)));
    return value;
  };
  const over = (top, below) =>
    [0, 1, 2].map((i) => Math.round(top[i] * top[3] + below[i] * (1 - top[3])));
  const round = (value) => Math.round(value * 10) / 10;
  const length = (text) => parseFloat(text) || 0;
  const MEDIA = new Set(["img", "svg", "canvas", "video", "iframe", "input", "textarea", "select", "button", "hr"]);
  const SKIP = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "META", "LINK", "TITLE"]);

  const boxes = [];
  const state = new Map(); // element → [opacity, background, index of nearest listed box, clip]
  const text = [];
  let textSize = 0;
  let visited = 0;
  let painted = 0;
  let truncated = false;
  const canvasBackground = [255, 255, 255];

  const ownText = (element) => {
    let found = "";
    for (let node = element.firstChild; node && found.length < 600; node = node.nextSibling) {
      if (node.nodeType === 3) found += node.data.slice(0, 600);
    }
    return found.replace(/\s+/g, " ").trim();
  };

  const visit = (element) => {
    const inherited = state.get(element.parentElement) ?? [1, canvasBackground, -1, null];
    const style = getComputedStyle(element);
    if (style.display === "none") return false;
    const opacity = inherited[0] * parseFloat(style.opacity);
    const own = colour(style.backgroundColor);
    const picture = style.backgroundImage !== "none";
    let background = inherited[1];
    if (picture) background = null;
    else if (own[3] > 0.99) background = own.slice(0, 3);
    else if (own[3] > 0 && background) background = over(own, background);
    const rect = element.getBoundingClientRect();
    const clip = inherited[3];
    const hidden = style.visibility !== "visible" || opacity < 0.02;
    const outside = rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0 || rect.left >= 20000 ||
      (clip && (rect.right <= clip[0] || rect.left >= clip[2] || rect.bottom <= clip[1] || rect.top >= clip[3]));
    const visible = !hidden && !outside && rect.width >= 1 && rect.height >= 1;
    let inner = clip;
    if (style.overflowX !== "visible" && element !== body && element !== root) {
      const now = [rect.left, rect.top, rect.right, rect.bottom];
      inner = clip ? [Math.max(clip[0], now[0]), Math.max(clip[1], now[1]), Math.min(clip[2], now[2]), Math.min(clip[3], now[3])] : now;
    }
    let index = inherited[2];
    if (visible) {
      const tag = element.localName;
      const words = tag === "input" || tag === "textarea" ? element.value || element.placeholder || "" : ownText(element);
      if (words && textSize < maxText && tag !== "textarea" && tag !== "input") {
        text.push(words);
        textSize += words.length + 1;
      }
      if (words || MEDIA.has(tag) || picture) painted += 1;
      if (boxes.length >= maxBoxes) truncated = true;
      else if (element !== root) {
        const ink = over(colour(style.color), background ?? [128, 128, 128]);
        const role = element.getAttribute("role") ?? "";
        const border = ["Top", "Right", "Bottom", "Left"].some((side) =>
          length(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none" &&
          colour(style[`border${side}Color`])[3] > 0.05);
        const spills = words && element.clientWidth > 0 && style.display !== "inline" &&
          (element.scrollWidth > element.clientWidth + 2 ||
            (element.scrollHeight > element.clientHeight + 4 && style.overflowY === "hidden"));
        index = boxes.push([
          tag, round(rect.left + scrollX), round(rect.top + scrollY), round(rect.width), round(rect.height),
          ink, background, round(parseFloat(style.fontSize)), parseInt(style.fontWeight, 10) || 400,
          words.slice(0, 300), own[3] > 0.05 && inherited[1] ? over(own, inherited[1]) : own[3] > 0.99 ? own.slice(0, 3) : null,
          inherited[2], ["a", "button", "input", "select", "textarea", "summary"].includes(tag) ||
            role === "button" || role === "link" || role === "tab" || style.cursor === "pointer",
          Boolean(spills), round(length(style.borderTopLeftRadius)), border, style.boxShadow !== "none", role,
          style.fontFamily.slice(0, 120), style.textAlign, round(length(style.paddingLeft)),
        ]) - 1;
      }
    }
    state.set(element, [opacity, background, index, inner]);
    return element.localName !== "svg";
  };

  if (body) {
    const rootColour = colour(getComputedStyle(root).backgroundColor);
    state.set(root, [1, over(rootColour, canvasBackground), -1, null]);
    let element = body;
    while (element) {
      visited += 1;
      if (visited > maxNodes) {
        truncated = true;
        break;
      }
      const deeper = !SKIP.has(element.nodeName) && visit(element) && element.firstElementChild;
      if (deeper) element = deeper;
      else {
        while (element && element !== body && !element.nextElementSibling) element = element.parentElement;
        element = element && element !== body ? element.nextElementSibling : null;
      }
    }
  }

  const links = [];
  const anchors = document.getElementsByTagName("a");
  for (let i = 0; i < anchors.length && i < 2000 && links.length < maxLinks; i += 1) {
    const href = anchors[i].getAttribute("href");
    if (href !== null) links.push([href.slice(0, 500), String(anchors[i].href).slice(0, 2000), anchors[i].target]);
  }
  const mount = document.getElementById("root") ?? document.getElementById("app");
  const images = [...of("images")].slice(0, 1000);
  let rules = 0;
  for (const sheet of document.styleSheets) {
    try {
      rules += sheet.cssRules.length;
    } catch {} // a sheet of another origin
  }
  return {
    url: location.href.slice(0, 2000), title: of("title").slice(0, 300),
    text: text.join("\n").slice(0, maxText), links, boxes, painted, truncated, rules,
    rootEmpty: mount !== null && mount.childElementCount === 0,
    nodes: document.getElementsByTagName("*").length,
    images: images.length,
    broken: images.filter((image) => image.complete && image.naturalWidth === 0 && image.currentSrc).length,
    width: innerWidth, viewHeight: innerHeight,
    height: Math.max(root.scrollHeight, body ? body.scrollHeight : 0),
    scrollWidth: Math.max(root.scrollWidth, body ? body.scrollWidth : 0),
  };
})
