"""What the generated client leaves to its caller: all rows of a list, all changes, and problems as exceptions."""

from collections.abc import Callable, Iterator

from marquee_client import Client
from marquee_client.api.changes import list_changes
from marquee_client.models import Change, Problem


class Refused(Exception):
    """What the server refused, in its own words (RFC 9457)."""

    def __init__(self, problem: Problem):
        super().__init__(problem.detail)
        self.problem = problem


def checked(answer):
    """The answer, where it is none of the server's problems."""
    if isinstance(answer, Problem):
        raise Refused(answer)
    if answer is None:
        raise ValueError("the server answered with a status that its document does not have")
    return answer


def rows(ask: Callable, client: Client, *path, **query) -> Iterator:
    """Every row of a list, page after page: `rows(list_events.sync, client, site="toronto")`."""
    while True:
        page = checked(ask(*path, client=client, **query))
        yield from page.data
        if not page.next_cursor:
            return
        query["cursor"] = page.next_cursor


def changes(client: Client, since: str, wait: int = 25, **query) -> Iterator[Change]:
    """Every change after a place (`start`, `now` or a cursor), as it happens, without end."""
    while True:
        page = checked(list_changes.sync(client=client, since=since, wait=wait, **query))
        yield from page.data
        since = page.cursor
