/** Digits: what the demos of images show, with handwriting. */
export { default } from "../draw/images/demo.js";
