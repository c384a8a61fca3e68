// Goes to `url` as a router's own history would.
((url) => {
  history.pushState(null, "", url);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
})
