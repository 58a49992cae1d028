"""A calendar program that polls twice, and does as RFC 5545 says: by UID, the higher SEQUENCE replaces."""

from datetime import timezone

import icalendar

from common import FOLDER, instant, same, truth


def poll(name, store):
    cal = icalendar.Calendar.from_ical((FOLDER / name).read_bytes())
    uids = [str(entry["uid"]) for entry in cal.walk("VEVENT")]
    assert len(uids) == len(set(uids)), "an event stands there twice"
    replaced = set()
    for entry in cal.walk("VEVENT"):
        uid = str(entry["uid"])
        known = store.get(uid)
        if known is None or entry["sequence"] > known["sequence"]:
            replaced.add(uid)
            store[uid] = entry
        else:
            same("an event that did not change", entry.to_ical(), known.to_ical())
    return replaced


store = {}
first = poll("first.ics", store)
before = truth("first.ndjson")
same("events of the first poll", set(store), set(before))
second = poll("second.ics", store)
after = truth("second.ndjson")
same("events after the second poll", set(store), set(after))
same("ids", set(after), set(before))
changed = {uid for uid in after if after[uid]["updated_at"] != before[uid]["updated_at"]}
same("what was replaced", second, changed)
same("how much changed", len(changed), 2)
moved = [uid for uid in changed if after[uid]["start"] != before[uid]["start"]]
ended = [uid for uid in changed if after[uid]["status"] == "cancelled"]
same("one of each", (len(moved), len(ended)), (1, 1))
same("the new start", store[moved[0]]["dtstart"].dt.astimezone(timezone.utc), instant(after[moved[0]]["start"]["utc"]))
assert "First announced for" in str(store[moved[0]]["description"])
same("the word", str(store[ended[0]]["status"]), "CANCELLED")
for uid in set(after) - changed:
    same("the others", str(store[uid]["status"]), "CONFIRMED")
print(f"{len(store)} events, {len(second)} replaced, none doubled")
