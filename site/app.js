/** What every page runs: the element, the theme switch and the bare form for frames. */
import "./element.js";
import { embed } from "./embed.js";
import { themeSwitch } from "./theme.js";

embed();
themeSwitch();
