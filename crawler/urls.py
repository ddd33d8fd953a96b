"""Addresses: which are worth a look, and when two of them mean one page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

__all__ = ["address_key", "cleaned", "is_fetchable", "is_web_address", "joined", "words_of"]

# Parameters that say where a reader came from, not what the page is. The names are those that the large
# analytics, mail and social services document.
TRACKING = frozenset({
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_name", "utm_cid",
    "fbclid", "gclid", "gclsrc", "dclid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga",
    "_gl", "ref", "ref_src", "referrer", "cmpid", "cmp", "ito", "ncid", "smid", "smtyp", "at_medium",
    "at_campaign", "xtor", "wt_mc",
})  # fmt: skip
# Usual names of sessions. Some sites number their stories by such a name; a session is long and random.
SESSION = frozenset({"sid", "session", "sessionid", "session_id", "phpsessid", "jsessionid", "s"})
SESSION_VALUE = re.compile(r"[0-9A-Za-z]{12,}")
SESSION_PATH = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
MOST_CHARACTERS = 2000
NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|mjs|json|woff2?|ttf|mp[34]|m4[av]|webm|mov|avi|wav|ogg"
    r"|pdf|docx?|xlsx?|pptx?|zip|rar|7z|tar|tgz|exe|dmg|apk|epub)$",
    re.IGNORECASE,
)


def is_web_address(url: str) -> bool:
    """Whether an address leads to the web: http(s), a host, of sane length."""
    if len(url) > MOST_CHARACTERS or not url.lower().startswith(("http://", "https://")):
        return False
    try:
        url.encode()  # half a character is an error
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_fetchable(url: str) -> bool:
    """Whether an address can hold a page: on the web, and by its name no picture, style, data or film."""
    return is_web_address(url) and not NO_PAGE.search(urlsplit(url).path)


def cleaned(url: str) -> str:
    """The address as it is fetched: in ASCII, without fragment, session and tracking parameters."""
    parts = urlsplit(safe_url_string(url))
    path = SESSION_PATH.sub("", parts.path) or "/"
    query = "&".join(part for part in parts.query.split("&") if not _says_nothing(part))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, ""))


def _says_nothing(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    return name in TRACKING or (name in SESSION and SESSION_VALUE.fullmatch(value) is not None)


def joined(base: str, url: str) -> str | None:
    """An address as it stands on a page, made absolute; None: it is none."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None


def address_key(url: str) -> str:
    """What two spellings of one address share: scheme, `www.`, order and trailing slash do not count."""
    parts = urlsplit(canonicalize_url(cleaned(url)))
    place = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return f"{place}?{parts.query}" if parts.query else place


def words_of(url: str) -> str:
    """The words of an address's path, for its promise: `/2031/flood-in-x.html` -> `2031 flood in x`."""
    path = urlsplit(url).path.rsplit(".", 1)[0]
    return re.sub(r"[\W_]+", " ", path).strip()
