/**
 * The demo alone on the screen, drawn for a room: in full screen where the browser can, else over the
 * whole page; `?projector=1` starts a page like that. `demo.projector` is "", "screen" or "page".
 */

/** @param {import("./element.js").PymlDemo} demo */
export async function toggleProjector(demo) {
  if (document.fullscreenElement === demo) await document.exitFullscreen();
  else if (demo.projector === "page") show(demo, "");
  else {
    try {
      await demo.requestFullscreen();
    } catch {
      show(demo, "page"); // an iPhone, or a frame that may not
    }
  }
}

/**
 * Follows the browser: full screen is left by its own keys, too.
 * @param {import("./element.js").PymlDemo} demo
 * @returns {() => void} stops
 */
export function followScreen(demo) {
  const asked = new URLSearchParams(location.search).get("projector") === "1";
  if (demo.linked && asked) show(demo, "page");
  const changed = () => {
    if (document.fullscreenElement === demo) show(demo, "screen");
    else if (demo.projector === "screen") show(demo, "");
  };
  document.addEventListener("fullscreenchange", changed);
  return () => {
    document.removeEventListener("fullscreenchange", changed);
    if (demo.projector) show(demo, "");
  };
}

/**
 * @param {import("./element.js").PymlDemo} demo
 * @param {""|"screen"|"page"} how
 */
function show(demo, how) {
  demo.projector = how;
  // All lengths are in rem, so everything grows with the page's type.
  document.documentElement.classList.toggle("projector", how !== "");
}
