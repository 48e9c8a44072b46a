/** Whether an element can be seen just now: on the screen, in a tab that is shown. */

/**
 * @param {Element} el
 * @param {() => void} changed
 */
export function visibility(el, changed) {
  let onScreen = true;
  const observer = new IntersectionObserver(([entry]) => {
    onScreen = entry.isIntersecting;
    changed();
  });
  observer.observe(el);
  document.addEventListener("visibilitychange", changed);
  return {
    visible: () => onScreen && document.visibilityState !== "hidden",
    stop() {
      observer.disconnect();
      document.removeEventListener("visibilitychange", changed);
    },
  };
}
