"""The list and the single event of MusicLive's kind, on Marquee's tables: what the same rows give by another way.

Two applications: `asyncpg_app` (FastAPI, a pool of asyncpg, hand-written JSON of dictionaries) and `musiclive_app` (FastAPI, psycopg opened for each
request and response models, the way that MusicLive does it). Run by `run.py`; DATABASE_URL names the database.
"""

import os
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
import psycopg
from fastapi import FastAPI, HTTPException
from psycopg.rows import dict_row
from pydantic import BaseModel

COLUMNS = """e.id, e.title, e.bill, e.start_local, e.start_utc, e.zone, e.status, e.price_min, e.price_max, e.price_currency,
    e.ticket_url, e.minimum_age, v.name AS venue_name"""
LIST = f"""SELECT {COLUMNS} FROM events e JOIN venues v ON v.id = e.venue_id
    WHERE e.site_id = (SELECT id FROM sites WHERE slug = $1) AND e.status = $2 AND e.start_local >= $3 AND e.merged_into IS NULL AND NOT e.hidden
    ORDER BY e.start_local, e.id LIMIT 50"""
ONE = f"SELECT {COLUMNS} FROM events e JOIN venues v ON v.id = e.venue_id WHERE e.id = $1"
POOL = {}


def listed(row):
    return {
        "id": str(row["id"]), "title": row["title"], "starts_at_utc": row["start_utc"] and row["start_utc"].isoformat(),
        "starts_at": row["start_local"].isoformat(), "zone": row["zone"], "status": row["status"], "venue_name": row["venue_name"],
        "price_min": row["price_min"] and float(row["price_min"]), "price_max": row["price_max"] and float(row["price_max"]),
        "currency": row["price_currency"], "ticket_url": row["ticket_url"], "age_restriction": row["minimum_age"],
    }


@asynccontextmanager
async def pooled(_):
    POOL["pool"] = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=5, max_size=5)
    yield
    await POOL["pool"].close()


asyncpg_app = FastAPI(lifespan=pooled)


@asyncpg_app.get("/events")
async def events(site: str, status: str, after: datetime):
    return [listed(row) for row in await POOL["pool"].fetch(LIST, site, status, after)]


@asyncpg_app.get("/events/{event_id}")
async def event(event_id: UUID):
    row = await POOL["pool"].fetchrow(ONE, event_id)
    if row is None:
        raise HTTPException(404, "no such event")
    return listed(row)


class Event(BaseModel):
    id: str
    title: str
    starts_at_utc: datetime | None
    starts_at: datetime
    zone: str
    status: str
    venue_name: str
    price_min: float | None
    price_max: float | None
    currency: str | None
    ticket_url: str | None
    age_restriction: int | None


musiclive_app = FastAPI()


@musiclive_app.get("/events", response_model=list[Event])
def musiclive_events(site: str, status: str, after: datetime):
    with psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row) as connection:
        sql = LIST.replace("$1", "%s").replace("$2", "%s").replace("$3", "%s")
        return [Event(**listed(row)) for row in connection.execute(sql, (site, status, after)).fetchall()]


@musiclive_app.get("/events/{event_id}", response_model=Event)
def musiclive_event(event_id: UUID):
    with psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row) as connection:
        row = connection.execute(ONE.replace("$1", "%s"), (event_id,)).fetchone()
    if row is None:
        raise HTTPException(404, "no such event")
    return Event(**listed(row))
