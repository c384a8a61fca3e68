// Runs in an isolated world between slices of virtual time: ends what still moves.
// Returns how many animations it ended and whether the page still says that it is busy.
(() => {
  let ended = 0;
  for (const animation of document.getAnimations()) {
    try {
      animation.finish();
    } catch {
      animation.cancel(); // an endless one cannot finish
    }
    ended += 1;
  }
  const waiting = [...Reflect.get(Document.prototype, "images", document)].slice(0, 500).filter((image) => !image.complete).length;
  const busy = document.querySelector('[aria-busy="true"], .animate-spin, .ant-spin-spinning');
  return { ended, waiting, fonts: document.fonts.status === "loading", busy: busy !== null };
})();
