/**
 * Turns formulas into MathML with Temml: `node tools/math.mjs JOB`, JOB a JSON list of [TeX, whether it stands
 * by itself]. Prints one JSON list of MathML texts.
 */
import temml from "temml";

/** @param {[string, boolean]} formula */
function mathml([tex, alone]) {
  try {
    // Styles in attributes are forbidden on the site's pages; site/lesson.css has what they would say.
    return temml
      .renderToString(tex, { displayMode: alone, throwOnError: true })
      .replaceAll(/ style="[^"]*"/g, "");
  } catch (error) {
    throw new Error(`The formula ${tex}: ${error.message}`);
  }
}

console.log(JSON.stringify(JSON.parse(process.argv[2]).map(mathml)));
