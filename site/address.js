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
  window.addEventListener("hashchange", changed);
  return {
    /** @param {() => string} hash asked for once things have been quiet for a moment */
    write(hash) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        written = hash();
        history.replaceState(null, "", written || location.pathname + location.search);
      }, DELAY_MS);
    },
    stop() {
      clearTimeout(timer);
      window.removeEventListener("hashchange", changed);
    },
  };
}
