/** Dark and light: the system's choice until the visitor makes one. */
import { recall, remember } from "./storage.js";

const KEY = "pyml-theme";

/** Puts the remembered choice in force and wires the page's switch, if it has one. */
export function themeSwitch() {
  const root = document.documentElement;
  const stored = recall(KEY);
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;
  document.querySelector("#theme")?.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember(KEY, root.dataset.theme);
  });
}
