"""Reads a server that holds the sample city, by the address in the first argument; ends with an error where something is not as it should be."""

import itertools
import sys

from marquee import Refused, changes, checked, rows
from marquee_client import Client
from marquee_client.api.events import get_event, list_events
from marquee_client.api.sites import list_sites
from marquee_client.models import Event, Past

client = Client(base_url=sys.argv[1])
events = list(rows(list_events.sync, client, limit=2, past=Past.EXCLUDE))
assert len(events) == 6, "six events are to come"
whole = checked(list_events.sync(client=client, past=Past.EXCLUDE))
assert [event.id for event in whole.data] == [event.id for event in events], "pages of two hold what one page holds"
assert all(isinstance(event, Event) for event in events), "they are whole"
assert events[0].start.zone == "America/Toronto"

event = checked(get_event.sync(events[0].id, client=client))
assert event.title == "Moon Quartet w/ The Tides" and event.performers[0].name == "Moon Quartet", event
assert {site.slug for site in checked(list_sites.sync(client=client)).data} == {"toronto", "charleston"}

try:
    checked(list_events.sync(client=client, site="nowhere"))
    raise AssertionError("an unknown site is refused")
except Refused as refused:
    assert refused.problem.status == 400 and refused.problem.errors[0].parameter == "site", refused.problem

seen = list(itertools.islice(changes(client, "start", limit=3), 7))
assert all(change.kind == "created" for change in seen), "seven events were created"
print(f"{len(events)} events, {len(seen)} changes")
