// travel: to a route within the application. input: { route } as the renderer names it.
const hashed = document.querySelector('a[href^="#/"]') !== null || location.hash.startsWith("#/");
const known = all("a[href]").map((a) => routeOf(a.href)).find((r) => r !== null &&
  (r === input.route || r.endsWith(input.route) || (input.route === "/" && (r === "" || r === "#"))));
const path = input.route === "/" ? "" : input.route;
const there = await travel(known ?? (hashed ? `${location.pathname.replace(/\/+$/, "")}#${path}` : path));
await sleep(60);
return there;
