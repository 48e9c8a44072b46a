/** The page's own link, which a demo may keep its state in. */

/** Browsers refuse pages that write their address too often. */
const DELAY_MS = 250;

/**
 * @param {(hash: string) => void} moved hears of a new hash that somebody else wrote
 */
export function address(moved) {
  let written = location.hash;
  let timer = 0;
  const changed = () => {
    if (location.hash !== written) {
      clearTimeout(timer);
      written = location.hash;
      moved(written);
    }
  };
  // A link to where the address is already changes nothing there, so no event tells of it.
  const again = (/** @type {MouseEvent} */ event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !link.hash || link.href !== location.href) return;
    clearTimeout(timer);
    written = location.hash;
    moved(written);
  };
  window.addEventListener("hashchange", changed);
  document.addEventListener("click", again);
  return {
    /** @param {() => string} hash asked for once things have been quiet for a moment */
    write(hash) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        // Somebody has just followed a link, and the event that tells of it is still to come.
        if (location.hash !== written) return;
        history.replaceState(null, "", hash() || location.pathname + location.search);
        written = location.hash; // as the browser writes it
      }, DELAY_MS);
    },
    stop() {
      clearTimeout(timer);
      window.removeEventListener("hashchange", changed);
      document.removeEventListener("click", again);
    },
  };
}
