#!/usr/bin/env python3
"""Requests a second of Marquee's API on a million events, beside a bare route, FastAPI on the same rows, and Postgres itself; in one run.

    cargo build --release --workspace --bin marquee --bin bare-route --bin fill-million
    python3 benches/api/run.py --database postgres://postgres@localhost/million [--seconds 4] [--rounds 5] [--connections 32] [--overload 60]

Everything runs on loopback; what is started is stopped. The database is filled where it is empty. README.md beside this file says what is needed
and what the numbers mean.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SITES = ["toronto", "chicago", "charleston", "berlin", "london", "tokyo", "auckland", "suva", "montreal", "vancouver", "sao-paulo", "reykjavik"]


# Requests a second of the client that asks beside an overload: some thousand in a minute, and next to nothing beside what wrk asks for.
PROBES_A_SECOND = 40


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read()
        except OSError as error:
            if time.monotonic() > end:
                raise SystemExit(f"{url} does not answer: {error}")
            time.sleep(0.1)


class Started:
    """Processes that this run started, and nothing else, are ended by it."""

    def __init__(self):
        self.all = []

    def start(self, command, **options):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        self.all.append(process)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        self.all.remove(process)

    def stop_all(self):
        for process in list(self.all):
            self.stop(process)


def psql(database, sql):
    done = subprocess.run(["psql", "-XAtq", database, "-c", sql], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()


LUA = """
local paths = {{}}
for line in io.lines("{paths}") do paths[#paths + 1] = line end
local at = {seed}
request = function()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1], {headers})
end
{pace}
done = function(summary, latency, requests)
  io.write(string.format("RESULT %f %f %f %d %d\\n", summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


# Each connection rests before its next request, for a time of its own by chance, so that all of them ask at no fixed moments.
PACE = """
delay = function() return math.random(0, {most}) end
"""


def wrk(base, paths, seconds, connections, folder, headers="nil", threads=1, rate=None):
    """Requests a second, p50 and p99 in milliseconds, and errors; paths are asked for in turn. With `rate`, about so many a second while answers
    are quick."""
    pace = PACE.format(most=round(2 * connections / rate * 1000)) if rate else ""
    lists = pathlib.Path(folder) / "paths"
    lists.write_text("\n".join(paths) + "\n")
    script = pathlib.Path(folder) / "ask.lua"
    script.write_text(LUA.format(paths=lists, seed=random.randrange(10_000), headers=headers, pace=pace))
    out = subprocess.run(["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script, base],
                         capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+) (\d+)", out)
    if not found:
        raise SystemExit(f"wrk said:\n{out}")
    rate, p50, p99, status, broken = found.groups()
    return {"per_second": float(rate), "p50_ms": float(p50), "p99_ms": float(p99), "not_200": int(status), "broken": int(broken)}


def pgbench(database, script, seconds, connections, folder):
    path = pathlib.Path(folder) / "statement.sql"
    path.write_text(script)
    out = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(seconds), "-f", path, database],
                         capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"tps = ([\d.]+) \(without", out).group(1))
    average = float(re.search(r"latency average = ([\d.]+)", out).group(1))
    return {"per_second": rate, "p50_ms": average, "p99_ms": None, "not_200": 0, "broken": 0}


def resident_mb(process, what="VmHWM"):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) / 1024


def marquee(started, args, folder, name, **settings):
    """A host that serves and does not crawl, with the settings given beside the defaults."""
    port = free_port()
    lines = ["[log]", 'filter = "error"', "[sources]", f'folder = "{folder}/none"', "[plugins]", f'folder = "{folder}/plugins"', f'cache = "{folder}/compiled"',
             "[serve]", f'listen = "127.0.0.1:{port}"', 'access_log = "off"']
    lines += [f"{key} = {value}" for key, value in settings.items() if "." not in key]
    for key, value in settings.items():
        if "." in key:
            table, name_ = key.rsplit(".", 1)
            lines += [f"[serve.{table}]", f"{name_} = {value}"]
    path = pathlib.Path(folder) / f"{name}.toml"
    path.write_text("\n".join(lines) + "\n")
    pathlib.Path(f"{folder}/plugins").mkdir(exist_ok=True)
    process = started.start([args.marquee, "--config", path, "serve", "--no-worker"], env={**os.environ, "DATABASE_URL": args.database})
    base = f"http://127.0.0.1:{port}"
    wait_for(f"{base}/api/v1/sites")   # it has no plugin and crawls nothing, so it is never ready
    return process, base


def days(count):
    rng = random.Random(7)
    return [f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}" for _ in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", required=True, help="a database of its own; filled where it is empty")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement in a round")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured; numbers are the middle ones of the rounds, ratios those of the ratios")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--overload", type=int, default=0, metavar="SECONDS", help="also ask for four times what the host can carry, so long")
    parser.add_argument("--marquee", default=str(ROOT / "target/release/marquee"))
    parser.add_argument("--python", default=sys.executable, help="a Python with the packages of requirements.txt")
    parser.add_argument("--json", metavar="FILE", help="write the numbers here as well")
    args = parser.parse_args()
    started, results = Started(), {}
    release = pathlib.Path(args.marquee).parent
    with tempfile.TemporaryDirectory() as folder:
        try:
            measure(args, started, results, release, folder)
        finally:
            started.stop_all()
            # What was measured is shown, though the rest failed.
            show(results)
            if args.json:
                pathlib.Path(args.json).write_text(json.dumps(results, indent=2) + "\n")


def measure(args, started, results, release, folder):
    """All servers stand ready; each round asks them one after the other, so that a machine that grows slower or faster does so for all."""
    say = lambda words: print(words, file=sys.stderr, flush=True)
    say("filling the database (minutes, once)")
    subprocess.run([release / "fill-million", args.database, str(args.events)], check=True)
    ids = psql(args.database, "SELECT 'evt_' || replace(id::text, '-', '') FROM events TABLESAMPLE SYSTEM (1) WHERE merged_into IS NULL AND NOT hidden LIMIT 5000")
    uuids = psql(args.database, "SELECT id FROM events TABLESAMPLE SYSTEM (1) LIMIT 5000")
    names = psql(args.database, "SELECT name FROM performers TABLESAMPLE SYSTEM (1) LIMIT 3000")
    halls = [row.split("|") for row in psql(args.database, "SELECT latitude, longitude FROM venues ORDER BY id")]
    lists = [f"/api/v1/events?site={site}&status=scheduled&from={day}&limit=50" for day in days(400) for site in SITES]
    random.Random(3).shuffle(lists)

    # Nothing is kept, so that every answer is made: what the database and the host can do.
    uncached, base = marquee(started, args, folder, "uncached", **{"cache.memory_mib": 0})
    cached, kept = marquee(started, args, folder, "cached")
    wait_for(base + lists[0])
    with urllib.request.urlopen(kept + lists[0]) as answer:
        tag, plain = answer.headers["etag"], len(answer.read())
    packed = urllib.request.Request(kept + lists[0], headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(packed) as answer:
        packed = len(answer.read())

    rounds = {}
    ask = lambda name, base, paths, **more: rounds.__setitem__(name, lambda: wrk(base, paths, args.seconds, args.connections, folder, **more))

    def bare(name, *more):
        port = free_port()
        started.start([release / "bare-route", f"127.0.0.1:{port}", *more])
        wait_for(f"http://127.0.0.1:{port}/")
        ask(name, f"http://127.0.0.1:{port}", ["/"])

    bare("bare axum route")
    ask("event by id", base, [f"/api/v1/events/{one}" for one in ids])
    ask("list of 50, two filters", base, lists)
    ask("near", base, [f"/api/v1/events?near={lat},{lon},10km&from={day}" for (lat, lon), day in zip(halls * 20, days(4000))])
    typos = [f"/api/v1/search?text={urllib.request.quote(typo(name))}" for name in names]
    ask("search with a typo, all out", base, typos)
    rounds["search with a typo, 200 a second"] = lambda: wrk(base, typos, args.seconds, 100, folder, rate=200)
    ask("cached list", kept, lists[:1])
    ask("cached list, gzip", kept, lists[:1], headers="{['accept-encoding'] = 'gzip'}")
    # What the way through the socket alone costs, for as many bytes.
    bare(f"bare axum route, {plain} bytes as the list", str(plain))
    bare(f"bare axum route, {packed} bytes as the list by gzip", str(packed))
    ask("304", kept, lists[:1], headers="{['if-none-match'] = '" + tag + "'}")
    for name, app in [("FastAPI with asyncpg", "asyncpg_app"), ("MusicLive's way (FastAPI with psycopg)", "musiclive_app")]:
        port = free_port()
        started.start([args.python, "-m", "uvicorn", f"peers:{app}", "--port", str(port), "--log-level", "error", "--workers", "2"], cwd=HERE,
                      env={**os.environ, "DATABASE_URL": args.database})
        peer = f"http://127.0.0.1:{port}"
        wait_for(f"{peer}/openapi.json")
        ask(f"{name}: list of 50", peer, [f"/events?site={site}&status=scheduled&after={day}T00:00:00" for day in days(400) for site in SITES])
        ask(f"{name}: single event", peer, [f"/events/{one}" for one in uuids])
    for name in ["list", "single"]:
        script = (HERE / "statements" / f"{name}.sql").read_text()
        rounds[f"pgbench: {name}"] = lambda script=script: pgbench(args.database, script, args.seconds, args.connections, folder)

    for number in range(args.rounds):
        for name, once in rounds.items():
            say(f"{number + 1}/{args.rounds} {name}")
            results.setdefault(name, {"rounds": []})["rounds"].append(once())
    for row in results.values():
        row.update(middle(row["rounds"]))
    results["memory, uncached"] = {"mb": resident_mb(uncached)}
    results["memory, cached"] = {"mb": resident_mb(cached)}
    if args.overload:
        overload(args, results, kept, lists, folder, started)


def middle(rounds):
    """Of each number the one in the middle; of errors all."""
    of = lambda key: [row[key] for row in rounds if row[key] is not None]
    numbers = {key: statistics.median(of(key)) if of(key) else None for key in ("per_second", "p50_ms", "p99_ms")}
    return {**numbers, "not_200": sum(of("not_200")), "broken": sum(of("broken"))}


def typo(name):
    """The second and third letters change places."""
    word = max(name.split(), key=len)
    return name.replace(word, word[0] + word[2:3] + word[1:2] + word[3:])


def paced(base, paths, rate, seconds):
    """So many requests a second, whether or not the ones before were answered."""
    import asyncio

    async def ask(path, times):
        host, port = base.removeprefix("http://").split(":")
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        times.append((time.perf_counter() - began, answer[9:12] == b"200"))

    async def all_of_them():
        times, tasks = [], []
        began = time.perf_counter()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(ask(paths[number % len(paths)], times)))
        await asyncio.gather(*tasks, return_exceptions=True)
        return times

    times = asyncio.run(all_of_them())
    good = sorted(took for took, is_good in times if is_good)
    percentile = lambda share: good[min(len(good) - 1, int(len(good) * share))] * 1000 if good else float("nan")
    return {"per_second": rate, "p50_ms": percentile(0.5), "p99_ms": percentile(0.99), "not_200": len(times) - len(good), "broken": 0}


def overload(args, results, base, lists, folder, started):
    """What it carries, four times that for some time, and how soon it is itself again."""
    # At capacity: as many connections as everywhere else, measured as the accepted ones are below.
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        full = beside.submit(wrk, base, lists, args.seconds, args.connections, folder)
        calm = paced(base, lists, PROBES_A_SECOND, args.seconds)
    results["what it carries"] = full.result()
    results["before the overload"] = calm
    # wrk counts the refused among its latencies, and they are quick. So another client asks beside it, and only what it is given is counted.
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        rush = beside.submit(wrk, base, lists, args.overload, args.connections * 16, folder, rate=4 * results["what it carries"]["per_second"])
        accepted = paced(base, lists, PROBES_A_SECOND, args.overload)
    rush = rush.result()
    results["four times as much as it can carry, refused ones too"] = rush
    results["accepted of those asked for beside it"] = accepted
    began = time.monotonic()
    while True:
        again = paced(base, lists, PROBES_A_SECOND, 1)
        if again["not_200"] == 0 and again["p99_ms"] <= 3 * calm["p99_ms"]:
            break
        if time.monotonic() - began > 30:
            break
    results["after it"] = {**again, "recovered_s": time.monotonic() - began - 1}


def ratio(results, one, other):
    """The middle one of the rounds' ratios. `other` may be the end of a name."""
    other = next((name for name in results if name.endswith(other)), other)
    rates = lambda name: [row["per_second"] for row in results.get(name, {}).get("rounds", [])]
    ratios = [one / other for one, other in zip(rates(one), rates(other))]
    return statistics.median(ratios) if ratios else float("nan")


def show(results):
    print(f"{'':44} {'a second':>10} {'p50 ms':>9} {'p99 ms':>9} {'not 200':>8} {'broken':>7}")
    for name, row in results.items():
        if "per_second" not in row and "mb" not in row:
            row.update(middle(row["rounds"]))   # The run was cut off in its rounds.
        if "mb" in row:
            print(f"{name:44} {row['mb']:>10.0f} MB")
            continue
        cell = lambda value, digits: "–" if value is None else f"{value:.{digits}f}"
        print(f"{name:44} {row['per_second']:>10.0f} {cell(row['p50_ms'], 2):>9} {cell(row['p99_ms'], 2):>9} {row['not_200']:>8} {row['broken']:>7}")
    musiclive = "MusicLive's way (FastAPI with psycopg)"
    lists = "list of 50, two filters"
    goals = [
        ("list / FastAPI with asyncpg", ratio(results, lists, "FastAPI with asyncpg: list of 50"), 5, ">="),
        ("list / MusicLive's way", ratio(results, lists, f"{musiclive}: list of 50"), 30, ">="),
        ("list / pgbench", ratio(results, lists, "pgbench: list"), 0.4, ">="),
        ("single event / pgbench", ratio(results, "event by id", "pgbench: single"), 0.5, ">="),
        ("cached list / bare route", ratio(results, "cached list", "bare axum route"), 0.7, ">="),
        ("cached list / bare route of as many bytes", ratio(results, "cached list", "as the list"), 0.7, ">="),
        ("the same by gzip", ratio(results, "cached list, gzip", "as the list by gzip"), 0.7, ">="),
        ("304 / bare route", ratio(results, "304", "bare axum route"), 0.8, ">="),
        ("p99 of a search at 200 a second, ms", results.get("search with a typo, 200 a second", {}).get("p99_ms", float("nan")), 30, "<="),
        ("memory of the server, MB", max(results.get(f"memory, {kind}", {}).get("mb", 0) for kind in ("uncached", "cached")), 150, "<="),
    ]
    if "after it" in results:
        before, accepted, after = (results[name] for name in ("before the overload", "accepted of those asked for beside it", "after it"))
        goals += [("p99 of accepted under overload / before", accepted["p99_ms"] / before["p99_ms"], 3, "<="), ("seconds until it is itself again", after["recovered_s"], 2, "<=")]
    print()
    for words, value, goal, way in goals:
        is_met = value >= goal if way == ">=" else value <= goal
        print(f"{words:44} {value:>10.2f}   goal {way} {goal:<6} {'met' if is_met else 'MISSED'}")


if __name__ == "__main__":
    main()
