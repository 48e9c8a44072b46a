/** Dark and light: the system's choice until the visitor makes one, which is kept if storage allows it. */

const KEY = "pyml-theme";

/** Puts the stored choice in force and wires the page's switch, if it has one. */
export function themeSwitch() {
  const root = document.documentElement;
  const stored = read();
  if (stored) root.dataset.theme = stored;
  const button = document.querySelector("#theme");
  button?.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem(KEY, root.dataset.theme);
    } catch {
      // Private windows and frames may refuse storage; the choice then lasts for this page.
    }
  });
}

function read() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "dark" || value === "light" ? value : null;
  } catch {
    return null;
  }
}
