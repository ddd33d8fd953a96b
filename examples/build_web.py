"""Build the bundled example: a small web of invented news sites, five seeds, and the truth about both.

    python examples/build_web.py            # writes beside this file
    python examples/build_web.py --out DIR  # writes elsewhere

The stories stand in `web/*.toml`, one file a site; the shapes of the pages in `page_templates.py`. The same
sources give the same bytes: every date is written down, record ids are derived from addresses, and gzip
members carry no time.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

sys.path.insert(0, str(Path(__file__).parent))
import page_templates
from news_web import Page, Web, read_web

HERE = Path(__file__).parent
CRAWLED = datetime(2025, 10, 25, 6, 0, tzinfo=UTC)  # the day the pretended crawl of this web began


def main() -> None:
    """Write the WARC, the seeds, the start addresses and the truth."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--out", type=Path, default=HERE, help="folder to write to (default: beside this file)"
    )
    out: Path = parser.parse_args().out
    web = read_web(HERE / "web")
    seeds = read_seeds(HERE / "web" / "seeds.toml", web)
    pages = list(all_pages(web))

    (out / "seeds").mkdir(parents=True, exist_ok=True)
    with (out / "web.warc.gz").open("wb") as file:
        write_warc(file, pages)
    for name, seed in seeds.items():
        write_text(out / "seeds" / name, "".join(line + "\n" for line in seed["lines"]))
    listed = [f"https://{site.host}/" for site in web.sites if site.listed]
    write_text(out / "sites.txt", "".join(address + "\n" for address in listed))
    truth = json.dumps(truth_of(web, seeds), ensure_ascii=False, indent=1, sort_keys=True)
    write_text(out / "truth.json", truth + "\n")
    print(
        f"{len(pages)} pages of {len(web.sites)} sites, {len(web.stories)} stories, {len(seeds)} seeds: {out}"
    )


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with `\\n` line ends on every system."""
    path.write_bytes(text.encode("utf-8"))


def all_pages(web: Web) -> Iterator[Page]:
    """Every page of every site, in the order of the sites' files."""
    for site in web.sites:
        if site.robots:
            yield Page(f"https://{site.host}/robots.txt", site.robots.strip() + "\n", "text/plain")
        yield from page_templates.pages(site, web)


# ---------------------------------------------------------------------------------------------- WARC


def write_warc(file: io.BufferedIOBase, pages: list[Page]) -> None:
    """Write pages as `response` records of WARC/1.1, one gzip member a record."""
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    for number, page in enumerate(pages):
        moment = CRAWLED + timedelta(seconds=number)
        headers = [
            ("Content-Type", page.content_type),
            ("Content-Length", str(len(page.body))),
            ("Date", format_datetime(moment, usegmt=True)),
            ("Server", "seedbed-example"),
        ]
        record = writer.create_warc_record(
            page.address,
            "response",
            payload=io.BytesIO(page.body),
            length=len(page.body),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, page.address)}>",
                "WARC-Date": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
        writer.write_record(record)


# --------------------------------------------------------------------------------------------- seeds


def read_seeds(path: Path, web: Web) -> dict[str, dict[str, list[str] | str]]:
    """File name -> address and lines of each seed in `seeds.toml`, in its order.

    Of the lines, `story` is the text, `around` its title, standfirst and caption, `furniture` the rest.
    """
    seeds: dict[str, dict[str, list[str] | str]] = {}
    for number, spec in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["seeds"]):
        story = web.story(spec["story"])
        around = {story.title, story.standfirst, story.image}
        inserts = {insert["at"]: insert["lines"].split("\n") for insert in spec.get("inserts", ())}
        lines: list[tuple[str, bool]] = [(line, False) for line in spec["before"].split("\n")]
        for place, block in enumerate(story.blocks):
            lines += [(line, False) for line in inserts.get(place, ())]
            lines.append((block.text, True))
        lines += [(line, False) for line in spec["after"].split("\n")]
        lines = [(line, told) for line, told in lines if line]
        # A seed that came by hand has no address: its id is the digest of its text.
        digest = hashlib.sha256("\n".join(line for line, _ in lines).encode()).hexdigest()
        seeds[f"{number:03}_{digest[:16]}.txt"] = {
            "url": story.url,
            "lines": [line for line, _ in lines],
            "story": [line for line, told in lines if told],
            "around": [line for line, told in lines if not told and line in around],
            "furniture": [line for line, told in lines if not told and line not in around],
        }
    return seeds


# --------------------------------------------------------------------------------------------- truth


def truth_of(web: Web, seeds: dict[str, dict[str, list[str] | str]]) -> dict[str, object]:
    """What a perfect run would find: every article page with its kind and its clean text."""
    articles: dict[str, object] = {}
    for story in web.stories.values():
        articles[story.url] = {
            "story": story.copy_of or story.key,
            "kind": story.kind,
            "event": story.event,
            "site": story.site.host,
            "allowed": story.allowed,
            "title": story.title,
            "authors": list(story.authors),
            "published": story.published.isoformat(),
            "language": story.site.language,
            "standfirst": story.standfirst,
            "caption": story.image,
            "text": "\n".join(block.text for block in story.blocks),
        }
    for site in web.sites:
        for address in site.soft_404s:
            articles[address] = {"story": None, "kind": "soft_404", "event": None, "site": site.host}
    return {
        "format": 1,
        "articles": articles,
        "aliases": page_templates.aliases(web),
        "seeds": {
            name: {part: seed[part] for part in ("url", "story", "around", "furniture")}
            for name, seed in seeds.items()
        },
        "sites": {site.host: {"listed": site.listed, "robots": site.robots.strip()} for site in web.sites},
        "events": {
            "brenna-star": "the ferry Brenna Star on the Grey Sow reef, 14 to 24 October 2025",
            "lady-osmund": "the lake ferry Lady Osmund at the quay of Port Garrow, 17 to 23 October 2025",
        },
    }


if __name__ == "__main__":
    main()
