// snapshot: the document as text with all of its styles, for looking at it elsewhere. Reads only.
const sheets = [];
for (const sheet of document.styleSheets) {
  if (sheet.ownerNode?.localName !== "link") continue; // the others are in the text already
  try {
    sheets.push([...sheet.cssRules].slice(0, 20000).map((rule) => rule.cssText).join("\n"));
  } catch {} // of another origin
}
const style = sheets.join("\n").replace(/<\/style/gi, "").slice(0, 1000000);
const html = document.documentElement.outerHTML;
if (html.length > 1000000 || document.getElementsByTagName("*").length > 4000) return null;
const end = html.indexOf("</head>");
return end < 0 ? html : `${html.slice(0, end)}<style>${style}</style>${html.slice(end)}`;
