/**
 * A client of Marquee's API. The types in `schema.ts` are generated from its OpenAPI document; this file is all there is beside them.
 * It runs wherever `fetch` is: browsers, Node 18 and later, Deno, Bun.
 */
import type { components, paths } from "./schema.js";

export type Schemas = components["schemas"];
export type Event = Schemas["Event"];
export type Change = Schemas["Change"];
export type ProblemDetails = Schemas["Problem"];

/** Paths that can be read, with their parameters and answers. */
type Readable = { [P in keyof paths]: paths[P] extends { get: { responses: { 200: unknown } } } ? P : never }[keyof paths];
type Get<P extends Readable> = paths[P] extends { get: infer G } ? G : never;
type Parameters<P extends Readable> = Get<P> extends { parameters: infer A } ? A : never;
export type Query<P extends Readable> = Parameters<P> extends { query?: infer Q } ? NonNullable<Q> : Record<string, never>;
type Names<P extends Readable> = Parameters<P> extends { path: infer N } ? N : Record<string, never>;
export type Answer<P extends Readable> =
  Get<P> extends { responses: { 200: { content: { "application/json": infer A } } } } ? A : never;
type Listed<P extends Readable> = Extract<Answer<P>, { data: unknown[] }>["data"][number];
type Asked<P extends Readable> = { path?: Names<P>; query?: Query<P>; signal?: AbortSignal };

/** What the server refused, in its own words (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly problem: ProblemDetails, readonly retryAfter: number | undefined) {
    super(problem.detail);
    this.name = "ProblemError";
  }
  get status(): number {
    return this.problem.status;
  }
}

export interface Options {
  /** A key (`mq_...`). Reading is open unless the operator says otherwise. */
  key?: string;
  /** How often a request is tried again that was answered 429 or 503. 4. */
  retries?: number;
  /** Seconds to wait before trying again at most. 60. */
  longestWait?: number;
  fetch?: typeof fetch;
}

export class Marquee {
  private readonly tags = new Map<string, { tag: string; value: unknown }>();

  /** @param base where the server is, such as `https://events.example` */
  constructor(private readonly base: string, private readonly options: Options = {}) {}

  /** Reads what is at a path; an answer that was read before and is the same still is not sent again. */
  async get<P extends Readable>(path: P, asked: Asked<P> = {}): Promise<Answer<P>> {
    const url = this.address(path, asked.path ?? {}, asked.query ?? {});
    const known = this.tags.get(url);
    const headers: Record<string, string> = { accept: "application/json" };
    if (this.options.key) headers.authorization = `Bearer ${this.options.key}`;
    if (known) headers["if-none-match"] = known.tag;
    for (let tries = 0; ; tries += 1) {
      const response = await (this.options.fetch ?? fetch)(url, { headers, signal: asked.signal ?? null });
      if (response.status === 304 && known) return known.value as Answer<P>;
      if (response.ok) {
        const value = (await response.json()) as Answer<P>;
        const tag = response.headers.get("etag");
        if (tag) this.remember(url, tag, value);
        return value;
      }
      const after = Number(response.headers.get("retry-after") ?? Number.NaN);
      const wait = Number.isFinite(after) ? after : 1;
      const again = response.status === 429 || response.status === 503;
      if (!again || tries >= (this.options.retries ?? 4) || wait > (this.options.longestWait ?? 60)) {
        throw new ProblemError((await response.json()) as ProblemDetails, Number.isFinite(after) ? after : undefined);
      }
      await response.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }

  /** Every row of a list, page after page. */
  async *rows<P extends Readable>(path: P, asked: Asked<P> = {}): AsyncGenerator<Listed<P>> {
    let query = asked.query;
    for (;;) {
      const page = (await this.get(path, { ...asked, query } as Asked<P>)) as { data: Listed<P>[]; next_cursor?: string | null };
      yield* page.data;
      if (!page.next_cursor) return;
      query = { ...(query ?? {}), cursor: page.next_cursor } as unknown as Query<P>;
    }
  }

  /** Every change after a place (`start`, `now` or a cursor), as it happens, without end; abort it by `signal`. */
  async *changes(since: string, query: Partial<Query<"/api/v1/changes">> = {}, signal?: AbortSignal): AsyncGenerator<Change> {
    for (let place = since; ; ) {
      const asked = { query: { wait: 25, ...query, since: place }, ...(signal ? { signal } : {}) };
      const page = await this.get("/api/v1/changes", asked as Asked<"/api/v1/changes">);
      yield* page.data;
      place = page.cursor;
    }
  }

  /** The last 200 answers are remembered: enough for what a page shows, and no leak in a server. */
  private remember(url: string, tag: string, value: unknown): void {
    this.tags.delete(url);
    this.tags.set(url, { tag, value });
    const [oldest] = this.tags.keys();
    if (this.tags.size > 200 && oldest !== undefined) this.tags.delete(oldest);
  }

  private address(path: string, names: object, query: object): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String((names as Record<string, unknown>)[name])));
    const url = new URL(this.base.replace(/\/$/, "") + filled);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, Array.isArray(value) ? value.join(",") : String(value));
    }
    return url.href;
  }
}
