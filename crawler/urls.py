"""Addresses: which are worth a look, and when two of them mean one page."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

__all__ = [
    "REMEMBERED",
    "address_key",
    "cleaned",
    "host_of",
    "is_fetchable",
    "is_web_address",
    "joined",
    "path_of",
    "words_of",
]

# Parameters that say where a reader came from, not what the page is: families and names that the large
# analytics, mail, advertising and social services document.
TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|itm|stm|hsa|vero|oly|guce|ns|fb|soc|ga|at|wt|sc|s_cid|ss|trk|mkt|mc)_\w+"
    r"|(?:fb|g|d|y|ys|tw|tt|msclk|gbra|wbra|igsh|rb_click|srslt|ml_sub)(?:cl)?id|gclsrc|igsh|_ga|_gl|_hs(?:enc|mi)"
    r"|li_fat_id|epik|__twitter_impression|__tn__|amp_js_v|amp_gsa|usqp|spm|wprov"
    r"|ref(?:_src|_url|errer|erer)?|[a-z]{0,2}cmp(?:id)?|intcmp|icid|ito|ncid|ocid|smid|smtyp|s_cid|xtor|wt\.?mc|cm_mmc\w*"
    r"|guccounter|mkt_tok",
    re.IGNORECASE,
)
# Names that only sessions have; and those by which some sites number their stories: there a session is told
# by its value, which is long and mixes letters with digits.
SESSION = re.compile(r"(?:php|j|asp(?:\.net_)?)?sess(?:ion)?_?id\w*|zenid|oscsid|cfid|cftoken", re.IGNORECASE)
PERHAPS_SESSION = frozenset({"sid", "session", "sess", "s"})
SESSION_VALUE = re.compile(r"(?=.*\d)(?=.*[a-z])(?:[0-9a-f]{8,}|[0-9a-z]{16,})", re.IGNORECASE)
SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?]*", re.IGNORECASE)
MOST_CHARACTERS = 2000
# Most addresses are as plain as this: scheme, host and port, path. They are read without a library, which
# takes 50 microseconds for each of the hundreds of links of a page.
PLAIN = re.compile(
    r"https?://((?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.)*[a-z0-9]{1,60}"
    r"(?::(?:[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?)"
    r"((?:/[A-Za-z0-9_][A-Za-z0-9._~@:,-]*)+/?|/)"
)
# Menus stand on every page of a site: addresses whose reading is remembered, at about a kB each.
REMEMBERED = 8192
# What stands between the words of a path, in ASCII and in all scripts.
NO_WORD = bytes(code if chr(code).isalnum() else 0x20 for code in range(128)).ljust(256)
ANY_NO_WORD = re.compile(r"[\W_]+")
NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|mjs|json|woff2?|ttf|mp[34]|m4[av]|webm|mov|avi|wav|ogg"
    r"|pdf|docx?|xlsx?|pptx?|zip|rar|7z|tar|tgz|exe|dmg|apk|epub)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def _plain(url: str) -> tuple[str, str] | None:
    """Host and path of an address that is as plain as most; None: it is not."""
    plain = PLAIN.fullmatch(url)
    return (plain[1], plain[2]) if plain else None


def is_web_address(url: str) -> bool:
    """Whether an address leads to the web: http(s), a host, of sane length."""
    if len(url) <= MOST_CHARACTERS and _plain(url):
        return True
    if len(url) > MOST_CHARACTERS or not url.lower().startswith(("http://", "https://")):
        return False
    try:
        url.encode()  # half a character is an error
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@lru_cache(maxsize=REMEMBERED)
def is_fetchable(url: str) -> bool:
    """Whether an address can hold a page: on the web, and by its name no picture, style, data or film."""
    if not is_web_address(url):
        return False
    return not NO_PAGE.search(path_of(url))


@lru_cache(maxsize=REMEMBERED)
def host_of(url: str) -> str:
    """Host and port, in lower case."""
    plain = _plain(url)
    return plain[0] if plain else urlsplit(url).netloc.lower()


def path_of(url: str) -> str:
    """The path as it is spelled; empty: the address is a host alone."""
    plain = _plain(url)
    return plain[1] if plain else urlsplit(url).path


def cleaned(url: str) -> str:
    """The address as it is fetched: in ASCII, without fragment, session and tracking parameters."""
    return url if _plain(url) else _cleaned(url)


@lru_cache(maxsize=REMEMBERED)
def _cleaned(url: str) -> str:
    parts = urlsplit(safe_url_string(url))
    path = SESSION_PATH.sub("", parts.path) or "/"
    query = "&".join(part for part in parts.query.split("&") if not _says_nothing(part))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, ""))


def _says_nothing(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    if TRACKING.fullmatch(name) or SESSION.fullmatch(name):
        return True
    return name.lower() in PERHAPS_SESSION and SESSION_VALUE.fullmatch(value) is not None


def joined(base: str, url: str) -> str | None:
    """An address as it stands on a page, made absolute; None: it is none."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None


def address_key(url: str) -> str:
    """What two spellings of one address share: scheme, `www.`, order and trailing slash do not count."""
    plain = _plain(url)
    return plain[0].removeprefix("www.") + plain[1].rstrip("/") if plain else _address_key(url)


@lru_cache(maxsize=REMEMBERED)
def _address_key(url: str) -> str:
    parts = urlsplit(canonicalize_url(cleaned(url)))
    place = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return f"{place}?{parts.query}" if parts.query else place


@lru_cache(maxsize=REMEMBERED)
def words_of(url: str) -> str:
    """The words of an address's path, for its promise: `/2031/flood-in-x.html` -> `2031 flood in x`."""
    path = path_of(url).rsplit(".", 1)[0]
    words = path.encode().translate(NO_WORD).decode() if path.isascii() else ANY_NO_WORD.sub(" ", path)
    return " ".join(words.split())
