"""Every format says what the interface's own JSON says."""

import csv
import html
import io
import json
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import extruct
import feedparser
import icalendar
from bs4 import BeautifulSoup

from common import FOLDER, headline, instant, line, paragraphs, same, truth

TRUTH = truth()
STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


def read(name):
    return (FOLDER / name).read_bytes()


def calendar():
    raw = read("events.ics")
    assert b"\n" not in raw.replace(b"\r\n", b""), "every line ends with CR LF"
    longest = max(map(len, raw.split(b"\r\n")))
    assert longest <= 75, f"a line of {longest} octets"
    raw.decode()
    cal = icalendar.Calendar.from_ical(raw)
    assert not cal.errors, cal.errors
    same("version", cal["version"], "2.0")
    entries = {str(entry["uid"]): entry for entry in cal.walk("VEVENT")}
    same("events of the calendar", set(entries), set(TRUTH))
    same("components", {part.name for part in cal.walk()}, {"VCALENDAR", "VEVENT"})
    for uid, entry in entries.items():
        event, start = TRUTH[uid], TRUTH[uid]["start"]
        assert not entry.errors, (uid, entry.errors)
        same(uid, str(entry["summary"]), headline(event))
        for name in ("attendee", "organizer", "attach", "rrule"):
            assert name not in entry, f"{uid} has {name}"
        when = entry["dtstart"].dt
        if start["utc"]:
            assert isinstance(when, datetime)
            same(uid, when.astimezone(timezone.utc), instant(start["utc"]))
            # The zone's own data turn the instant into the wall clock of the venue.
            clock = when.astimezone(ZoneInfo(start["zone"]))
            if start["resolution"] != "gap":
                same(uid, clock.strftime("%Y-%m-%d %H:%M:%S"), f"{start['date']} {start['time']}")
        else:
            assert not isinstance(when, datetime), f"{uid}: a day became a time"
            same(uid, when, date.fromisoformat(start["date"]))
        if event["end"] and event["end"]["utc"] and start["utc"] and event["end"]["utc"] > start["utc"]:
            same(uid, entry["dtend"].dt, instant(event["end"]["utc"]))
        same(uid, entry["x-marquee-start"].params["X-MARQUEE-ZONE"], start["zone"])
        same(uid, str(entry["status"]), STATUS.get(event["status"], "CONFIRMED"))
        same(uid, entry["last-modified"].dt, instant(event["updated_at"]).replace(microsecond=0))
        assert entry["sequence"] >= 1
        if event["description"] and paragraphs(event["description"]):
            text = str(entry["description"])
            assert text.endswith("\n\n" + paragraphs(event["description"])), (uid, text)
        genres = [line(genre) for genre in event["genres"] if line(genre)]
        if genres:
            same(uid, [str(c) for c in entry["categories"].cats], genres)
    return len(entries)


def feed(name, kind):
    parsed = feedparser.parse(read(name))
    assert not parsed.bozo, parsed.get("bozo_exception")
    same("kind of feed", parsed.version, kind)
    assert any(link.rel == "self" for link in parsed.feed.links), parsed.feed.links
    for entry in parsed.entries:
        plain = entry.id.removeprefix("urn:uuid:").replace("-", "")
        event = TRUTH[plain if plain.startswith("evt_") else f"evt_{plain}"]
        wanted = headline(event)
        title = html.unescape(entry.title) if kind == "rss20" and "<" in wanted else entry.title
        if kind == "rss20" or entry.title_detail.type == "text/plain":
            same(name, line(title), wanted)
        same(name, entry.link.rsplit("/", 1)[1], event["id"])
        stamp = entry.published_parsed if kind == "rss20" else entry.updated_parsed
        moment = instant(event["created_at" if kind == "rss20" else "updated_at"])
        same(name, tuple(stamp[:6]), tuple(moment.utctimetuple()[:6]))
        content = entry.description if kind == "rss20" else entry.content[0].value
        soup = BeautifulSoup(content, "html.parser")
        assert not soup.find(["script", "img", "iframe", "style"]), content
        text = line(soup.get_text(" "))
        said = line(event["description"] or "")
        assert said in text or line(said) in line(html.unescape(text)), (name, said, text)
    return len(parsed.entries)


def json_feed():
    document = json.loads(read("events.jsonfeed"))
    for item in document["items"]:
        event = TRUTH[item["id"]]
        same("JSON Feed", item["title"], headline(event))
        same("JSON Feed", item["_marquee"]["start"]["utc"], event["start"]["utc"])
        same("JSON Feed", item["_marquee"]["start"]["zone"], event["start"]["zone"])
        same("JSON Feed", item["_marquee"]["status"], event["status"])
        soup = BeautifulSoup(item["content_html"], "html.parser")
        assert not soup.find(["script", "img", "iframe", "style"]), item["content_html"]
        assert line(event["description"] or "") in line(soup.get_text(" "))
    return len(document["items"])


def geojson():
    document = json.loads(read("events.geojson"))
    same("features", {feature["id"] for feature in document["features"]}, set(TRUTH))
    for feature in document["features"]:
        event = TRUTH[feature["id"]]
        same("GeoJSON", feature["properties"]["title"], line(event["title"]))
        same("GeoJSON", feature["properties"]["start"]["utc"], event["start"]["utc"])
        if feature["geometry"]:
            assert not event["elsewhere"]
            east, north = feature["geometry"]["coordinates"]
            same("GeoJSON", (east, north), (-79.39, 43.65))
    return len(document["features"])


def table():
    raw = read("events.csv")
    rows = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
    same("rows", {row["id"] for row in rows}, set(TRUTH))
    for row in rows:
        event = TRUTH[row["id"]]
        for name, cell in row.items():
            text = name not in ("latitude", "longitude")
            assert not (text and cell[:1] in ("=", "+", "-", "@", "\t", "\r")), (name, cell)
        title = row["title"]
        if title.startswith("'") and title.lstrip("'")[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠"):
            title = title[1:]
        same("CSV", title, line(event["title"]))
        same("CSV", row["start_utc"], event["start"]["utc"] or "")
        same("CSV", row["zone"], event["start"]["zone"])
        same("CSV", row["status"], event["status"])
        same("CSV", row["start_time"], event["start"]["time"] or "")
        price = event["price"] or {}
        same("CSV", row["price_min"], price.get("min") or "")
    return len(rows)


def json_ld():
    seen = 0
    for page in sorted(FOLDER.glob("page-*.html")):
        item, = extruct.extract(page.read_text(), syntaxes=["json-ld"])["json-ld"]
        check_node(item)
        seen += 1
    document = json.loads(read("events.jsonld"))
    for item in document["@graph"]:
        check_node(item)
    return seen + len(document["@graph"])


def check_node(item):
    event = TRUTH[item["identifier"]]
    same("JSON-LD", item["@type"], "MusicEvent")
    same("JSON-LD", item["name"], line(event["title"]))
    start = event["start"]
    if start["utc"]:
        same("JSON-LD", datetime.fromisoformat(item["startDate"]), instant(start["utc"]))
        same("JSON-LD", item["startDate"][:10], start["date"]) if start["resolution"] != "gap" else None
    else:
        same("JSON-LD", item["startDate"], start["date"])
    words = {"cancelled": "EventCancelled", "postponed": "EventPostponed", "rescheduled": "EventRescheduled"}
    same("JSON-LD", item["eventStatus"], "https://schema.org/" + words.get(event["status"], "EventScheduled"))
    price = event["price"]
    if price and price["min"] and price["kind"] != "free":
        offers = item["offers"]
        same("JSON-LD", offers.get("price") or offers.get("lowPrice"), price["min"])
        same("JSON-LD", offers.get("priceCurrency"), price["currency"])


print(
    f"{len(TRUTH)} events: calendar {calendar()}, RSS {feed('events.rss', 'rss20')}, Atom {feed('events.atom', 'atom10')}, "
    f"JSON Feed {json_feed()}, GeoJSON {geojson()}, CSV {table()}, JSON-LD {json_ld()} agree"
)
