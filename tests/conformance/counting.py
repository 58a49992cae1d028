"""Counts what schemathesis asks, and how it was answered, into the file that MARQUEE_COUNTS names."""

import atexit
import collections
import json
import os

import schemathesis

COUNTS = collections.Counter()


@schemathesis.hook
def after_call(context, case, response):
    COUNTS[f"{response.status_code}"] += 1


@atexit.register
def write():
    with open(os.environ["MARQUEE_COUNTS"], "w", encoding="utf-8") as file:
        json.dump(COUNTS, file)
