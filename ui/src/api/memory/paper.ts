/** A page drawn for want of a PDF: in a plain browser there is none. */
import type { PageImage } from "../types";

const WIDTH = 794;
const HEIGHT = 1_123;
/** One white dot, where nothing can be drawn. */
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg==";

export function drawnPage(title: string, name: string): PageImage {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = navigator.userAgent.includes("jsdom") ? null : canvas.getContext("2d");
  if (!pen) return { width: WIDTH, height: HEIGHT, png: DOT };
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = "#16201f";
  pen.textAlign = "center";
  pen.font = "700 34px sans-serif";
  pen.fillText(title, WIDTH / 2, 240);
  pen.font = "400 22px sans-serif";
  pen.fillText(name, WIDTH / 2, 300);
  return { width: WIDTH, height: HEIGHT, png: canvas.toDataURL("image/png").split(",")[1] ?? DOT };
}
