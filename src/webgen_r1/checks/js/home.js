// home: the way back to the landing page of a site that loads a document for each page.
// input: { home }
const link = linkTo(input.home, document.querySelector("header, nav") ?? document) ?? linkTo(input.home);
if (link) follow(link);
else history.back();
await sleep(300);
return null;
