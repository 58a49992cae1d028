// The Chromium that is installed, driven by playwright-core: `browse(program, work)` starts it, hands it over, and ends it.

import { chromium } from "playwright-core";

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function browse(executablePath, work) {
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS, timeout: 120_000 });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

// A window in which nothing but this server answers. Requests elsewhere are noted: a page must not make any.
export async function open(browser, base, options) {
  const context = await browser.newContext({ baseURL: base, deviceScaleFactor: 1, ...options });
  context.setDefaultTimeout(120_000);
  const elsewhere = [];
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(base)) return route.continue();
    elsewhere.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // A page of a problem has the status of the problem, which the browser remarks on.
    if (message.type() === "error" && !message.text().includes("status of 4")) complaints.push(message.text());
  });
  return { context, page, elsewhere, complaints };
}
