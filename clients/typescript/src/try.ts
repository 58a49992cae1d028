/** Reads a server that holds the sample city, by the address in the first argument; ends with an error where something is not as it should be. */
import { Marquee, ProblemError } from "./index.js";

declare const process: { argv: string[] };

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}

const marquee = new Marquee(process.argv[2] ?? "http://127.0.0.1:8080");
const rows = [];
for await (const event of marquee.rows("/api/v1/events", { query: { limit: 2, past: "exclude" } })) rows.push(event);
must(rows.length === 6, "six events are to come");
const whole = await marquee.get("/api/v1/events", { query: { past: "exclude", facets: ["status"] } });
must(whole.data.map((event) => event.id).join() === rows.map((event) => event.id).join(), "pages of two hold what one page holds");
must((whole.facets?.counted ?? 0) === 6, "they are counted");

const id = rows[0]?.id ?? "";
const event = await marquee.get("/api/v1/events/{id}", { path: { id } });
must("start" in event && event.id === id && event.start.zone === "America/Toronto", "an event has a zone");
const again = await marquee.get("/api/v1/events/{id}", { path: { id } });
must(again === event, "an answer that is the same is not sent again");

try {
  await marquee.get("/api/v1/events", { query: { form: "2026-01-01" } as never });
  must(false, "an unknown parameter is refused");
} catch (error) {
  must(error instanceof ProblemError && error.status === 400, "by a problem");
  must(error.problem.errors?.[0]?.nearest === "from", "which names the nearest");
}

const seen = [];
for await (const change of marquee.changes("start", { limit: 3 })) {
  seen.push(change);
  if (seen.length === 7) break;
}
must(seen.every((change) => change.kind === "created"), "seven events were created");
console.log(`${rows.length} events, ${seen.length} changes`);
