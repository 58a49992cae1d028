// Takes the pictures of the documentation.
//
// usage: node screenshots.mjs <chromium> <job.json>, where the job is {base, into, pictures: [{file, path, dark, mobile}]}.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import UPNG from "upng-js";
import { browse, open } from "./browse.mjs";

// Pages have few colours, and text smoothed between two of them.
const COLOURS = 64;

const [, , program, jobFile] = process.argv;
const { base, into, pictures } = JSON.parse(readFileSync(jobFile, "utf8"));

await browse(program, async (browser) => {
  for (const { file, path, dark, mobile } of pictures) {
    const viewport = mobile ? { width: 390, height: 844 } : { width: 1200, height: 900 };
    const { context, page } = await open(browser, base, { viewport, colorScheme: dark ? "dark" : "light" });
    await page.goto(path);
    const picture = join(into, file);
    await page.screenshot({ path: picture });
    await context.close();
    reduce(picture);
    console.log(`${file}: ${statSync(picture).size} bytes`);
  }
});

function reduce(picture) {
  const image = UPNG.decode(readFileSync(picture));
  writeFileSync(picture, Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, COLOURS)));
}
