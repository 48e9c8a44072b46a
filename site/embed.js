/** `?embed=1`: the bare demo, and its height for the page that frames it. */

/** Hides everything around the demo and tells the framing page how tall it is. */
export function embed() {
  if (new URLSearchParams(location.search).get("embed") !== "1") return;
  document.documentElement.classList.add("embed");
  if (window.parent === window) return;
  const tell = () =>
    window.parent.postMessage(
      { type: "pyml-height", height: document.documentElement.scrollHeight },
      "*",
    );
  new ResizeObserver(tell).observe(document.body);
}
