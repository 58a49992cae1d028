"""All shared pages read once by three Python libraries, asked what `tests/benches/shared_pages.rs` asks Marquee.

Run by hand (README.md). Prints, for each library, the best of several rounds in seconds of one core, and what it found, so that two
readers can be seen to have done the same work. `expected.json` is no page; pages of JSON go to the standard library for all three.
"""

import json
import os
import pathlib
import re
import sys
import time
from urllib.parse import urljoin

import bs4
import parsel
from selectolax.lexbor import LexborHTMLParser

# The same as in tests/benches/shared_pages.rs.
SELECTORS = ["a[href]", "h1, h2, h3", "time", "[class*=event]", "[class*=date]", "[class*=price]", "article a, li a", "img[src]"]
BASE = "https://venue.example/"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
BLANK = re.compile(r"\s+")


def folded(text):
    return BLANK.sub(" ", text).strip()


def values(value, found):
    """Every value of a JSON page, without calling itself."""
    todo = [value]
    while todo:
        one = todo.pop()
        found["values"] += 1
        if isinstance(one, str):
            found["text"] += len(one)
        elif isinstance(one, dict):
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)


def json_ld(texts, found):
    for text in texts:
        try:
            found["items"] += isinstance(json.loads(text, strict=False), (dict, list))
        except ValueError:
            found["faults"] += 1


class BeautifulSoup:
    """BeautifulSoup with the fastest of its parsers (lxml)."""

    name = f"BeautifulSoup {bs4.__version__} (lxml)"

    @staticmethod
    def read(text, found):
        page = bs4.BeautifulSoup(text, "lxml")
        for selector in SELECTORS:
            for element in page.select(selector):
                found["elements"] += 1
                found["text"] += len(folded(element.get_text()))
        for item in page.select("article, li"):
            link = item.select_one("a[href]")
            found["links"] += bool(link is not None and urljoin(BASE, link["href"]))
        json_ld([script.get_text() for script in page.select("script[type='application/ld+json']")], found)


class Parsel:
    """parsel, the selectors of Scrapy (lxml and cssselect)."""

    name = f"parsel {parsel.__version__}"

    @staticmethod
    def read(text, found):
        page = parsel.Selector(text)
        for selector in SELECTORS:
            for element in page.css(selector):
                found["elements"] += 1
                found["text"] += len(folded("".join(element.css("::text").getall())))
        for item in page.css("article, li"):
            link = item.css("a::attr(href)").get()
            found["links"] += bool(link is not None and urljoin(BASE, link))
        json_ld(page.css("script[type='application/ld+json']::text").getall(), found)


class Selectolax:
    """selectolax with Lexbor, a parser in C that follows the HTML standard, as Marquee's does."""

    name = "selectolax (Lexbor)"

    @staticmethod
    def read(text, found):
        page = LexborHTMLParser(text)
        for selector in SELECTORS:
            for element in page.css(selector):
                found["elements"] += 1
                found["text"] += len(folded(element.text()))
        for item in page.css("article, li"):
            link = item.css_first("a[href]")
            found["links"] += bool(link is not None and urljoin(BASE, link.attributes.get("href") or ""))
        json_ld([script.text() for script in page.css("script[type='application/ld+json']")], found)


def main():
    root = pathlib.Path(os.environ.get("MARQUEE_SHARED", pathlib.Path(__file__).parents[2].parent / "shared")) / "pages"
    paths = sorted(p for p in root.rglob("*") if p.suffix in {".html", ".json", ".xml"} and p.name != "expected.json")
    if not paths:
        sys.exit(f"no pages below {root}: set MARQUEE_SHARED")
    pages = [(path.suffix, path.read_bytes().decode("utf-8", "replace")) for path in paths]
    print(f"{len(pages)} pages, {sum(len(text.encode()) for _, text in pages)} bytes")
    for library in (BeautifulSoup, Parsel, Selectolax):
        best, shown = float("inf"), {}
        for _ in range(ROUNDS):
            found = dict.fromkeys(["elements", "text", "links", "items", "values", "faults"], 0)
            began = time.process_time()
            for suffix, text in pages:
                if suffix == ".json":
                    values(json.loads(text), found)
                else:
                    library.read(text, found)
            took = time.process_time() - began
            if took < best:
                best, shown = took, found
        print(f"{library.name}: {best:.3f} s of one core; {shown}")


main()
