"""What both scripts share: the truth, and texts as every format carries them (see host/formats/src/clean.rs)."""

import json
import sys
import unicodedata
from datetime import datetime
from pathlib import Path

FOLDER = Path(sys.argv[1])
BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"


def allowed(c):
    code = ord(c)
    if unicodedata.category(c) == "Cc" or code & 0xFFFF in (0xFFFE, 0xFFFF) or 0xFDD0 <= code <= 0xFDEF:
        return False
    return c not in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def line(text):
    return " ".join("".join(c if allowed(c) else " " for c in text).split())


def paragraphs(text):
    text = text.replace("\r\n", "\n")
    for mark in BREAKS:
        text = text.replace(mark, "\n")
    lines = []
    for one in map(line, text.split("\n")):
        if one or (lines and lines[-1]):
            lines.append(one)
    return "\n".join(lines).rstrip("\n")


def truth(name="truth.ndjson"):
    lines = (FOLDER / name).read_bytes().split(b"\n")
    assert lines.pop() == b"", "the last line is ended"
    events = [json.loads(one) for one in lines]
    assert len({event["id"] for event in events}) == len(events)
    return {event["id"]: event for event in events}


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def same(what, given, wanted):
    assert given == wanted, f"{what}: {given!r} instead of {wanted!r}"


def headline(event, presumed=False):
    words = {"cancelled": "Presumed cancelled: " if presumed else "Cancelled: ", "postponed": "Postponed: "}
    return words.get(event["status"], "") + line(event["title"])
