// Looks at pages as people with and without mouse, eyes, script and large screens do.
//
// usage: node axe.mjs <chromium> <job.json>, where the job is {base, pages: {name: path}}. Prints one JSON object:
// {looks, faults: [text]}. WCAG 2.1 A and AA by axe, in light and dark, on a desk and on a phone; no sideways scrolling at 320 px
// (WCAG 1.4.10); every control is reached with the tab key (2.1.1), and shows that it is (2.4.7); all of it is there without script.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { browse, open } from "./browse.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const SCREENS = { desktop: { width: 1280, height: 900 }, mobile: { width: 360, height: 740 } };
const NARROWEST = { width: 320, height: 640 };
// More controls than any page of the tests has: who tabs so often without coming round is caught.
const MOST_TABS = 400;

const [, , program, jobFile] = process.argv;
const { base, pages } = JSON.parse(readFileSync(jobFile, "utf8"));
const faults = [];
let looks = 0;

await browse(program, async (browser) => {
  for (const colorScheme of ["light", "dark"]) {
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      // axe is put in past the page's policy, which allows no script.
      const window = await open(browser, base, { colorScheme, viewport, bypassCSP: true });
      for (const [name, path] of Object.entries(pages)) await judge(window, `${name}, ${colorScheme}, ${screen}`, path);
      await window.context.close();
    }
  }
  const narrow = await open(browser, base, { viewport: NARROWEST });
  for (const [name, path] of Object.entries(pages)) await narrowly(narrow, name, path);
  await narrow.context.close();
  const keys = await open(browser, base, { viewport: SCREENS.desktop });
  for (const [name, path] of Object.entries(pages)) await byKeyboard(keys, name, path);
  complain(keys, "as served");
  await keys.context.close();
  await withoutScript(browser);
});
console.log(JSON.stringify({ looks, faults }));

async function judge({ page, elsewhere }, where, path) {
  await page.goto(path);
  await page.evaluate(axe);
  const result = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
  looks += 1;
  if (result.passes.length === 0) faults.push(`${where}: axe checked nothing`);
  for (const violation of result.violations) {
    const nodes = violation.nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary.replace(/\s+/g, " ")})`);
    faults.push(`${where}: ${violation.id}, ${violation.help}: ${nodes.slice(0, 3).join("; ")}`);
  }
  for (const url of elsewhere.splice(0)) faults.push(`${where}: loads ${url}`);
}

async function narrowly({ page }, name, path) {
  await page.goto(path);
  looks += 1;
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > NARROWEST.width) faults.push(`${name}: ${width} px wide on a screen of ${NARROWEST.width} px`);
}

async function byKeyboard({ page }, name, path) {
  await page.goto(path);
  looks += 1;
  const wanted = await page.evaluate(() => {
    const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")];
    controls.forEach((control, at) => control.setAttribute("data-at", at));
    return controls.map((control) => control.outerHTML.slice(0, 120));
  });
  const reached = new Set();
  for (let tabs = 0; tabs < MOST_TABS && reached.size < wanted.length; tabs += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const control = document.activeElement;
      const style = getComputedStyle(control);
      const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
      return { at: control.getAttribute("data-at"), seen };
    });
    if (at.at === null) continue;
    reached.add(Number(at.at));
    if (!at.seen) faults.push(`${name}: no mark shows the focus on ${wanted[at.at]}`);
  }
  wanted.forEach((control, at) => {
    if (!reached.has(at)) faults.push(`${name}: the tab key does not reach ${control}`);
  });
}

async function withoutScript(browser) {
  const window = await open(browser, base, { viewport: SCREENS.desktop, javaScriptEnabled: false });
  for (const [name, path] of Object.entries(pages)) {
    await window.page.goto(path);
    looks += 1;
    if ((await window.page.locator("h1").count()) !== 1) faults.push(`${name}: has not one heading without script`);
  }
  await window.page.goto("/");
  await window.page.fill("#text", "moon");
  await window.page.click("button[type=submit]");
  const found = await window.page.locator(".event").count();
  if (found !== 1) faults.push(`the form finds ${found} events without script, not one`);
  await window.page.click(".event h3 a");
  if (!/\/events\/evt_/.test(window.page.url())) faults.push(`a title leads to ${window.page.url()}`);
  complain(window, "without script");
  await window.context.close();
}

function complain({ complaints, elsewhere }, how) {
  for (const text of complaints) faults.push(`${how}: the browser says ${text}`);
  for (const url of elsewhere) faults.push(`${how}: loads ${url}`);
}
