/** What every page runs: the element, the theme switch and the bare form for frames. */
import "./element.js";
import { embed } from "./embed.js";
import { lesson } from "./lesson.js";
import { themeSwitch } from "./theme.js";

embed();
lesson();
themeSwitch();
if (new URLSearchParams(location.search).get("stats") === "1") {
  import("./stats.js").then(({ stats }) => stats());
}
