/** CIFAR-10: what the demos of images show, with photographs of ten kinds of things. */
export { default } from "../draw/images/demo.js";
