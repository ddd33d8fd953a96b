"""The live index of copies, shared by the shards of one crawl: a text in, the nearest known one out.

Signatures and bands are those of `dedupe.duplicates.index`; what they depend on stands in the header of the
exchange, so that no two processes sign otherwise. Redis holds bytes and runs one script: no objects, no
pickles. Both what is looked at for a text and what a bucket holds are bounded, so that a text costs Redis a
millisecond or two however many there are.
"""

from __future__ import annotations

import logging
from math import ceil
from time import monotonic

from crawler.exchange import Exchange
from dedupe.duplicates import lsh
from dedupe.duplicates.index import LIKE, STANDS_FOR, live_signature
from dedupe.duplicates.index_state import layout_of
from dedupe.settings import DuplicateSettings

__all__ = ["SharedIndex", "index_header"]

log = logging.getLogger(__name__)

# Texts that a bucket names: the first ones stand for what comes after them.
BUCKET = 64
# Texts that are compared with a new one, those first that share most bands. At the least similarity that
# counts a pair shares six or seven of 52 bands on the mean.
COMPARED = 32
# Seconds for which Redis is not asked again after it did not answer.
REST = 10.0

# Finds the nearest known text, and keeps the new one unless a known one stands for it.
# KEYS: texts (id -> signature; empty: another stands for it), bands (band and its rows -> ids, a line each).
# ARGV: id, signature, slots that must be equal, and from which one stands for both, bucket, compared, bands.
NEAREST = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return false end
local signature, shared, found, buckets = ARGV[2], {}, {}, {}
for at = 7, #ARGV do
    local ids = redis.call('HGET', KEYS[2], ARGV[at]) or ''
    local size = 0
    for id in string.gmatch(ids, '[^\\n]+') do
        size = size + 1
        if not shared[id] then found[#found + 1] = id end
        shared[id] = (shared[id] or 0) + 1
    end
    if size < tonumber(ARGV[5]) then buckets[ARGV[at]] = ids end
end
table.sort(found, function(a, b)
    if shared[a] ~= shared[b] then return shared[a] > shared[b] end
    return a < b
end)
local nearest, most = false, 0
for rank = 1, math.min(#found, tonumber(ARGV[6])) do
    local other, equal = redis.call('HGET', KEYS[1], found[rank]), 0
    if other and #other == #signature then
        for at = 1, #signature, 4 do
            if string.sub(other, at, at + 3) == string.sub(signature, at, at + 3) then equal = equal + 1 end
        end
    end
    if equal > most or (equal == most and nearest and found[rank] < nearest) then
        nearest, most = found[rank], equal
    end
end
if most >= tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[1], ARGV[1], '')
else
    redis.call('HSET', KEYS[1], ARGV[1], signature)
    for band, ids in pairs(buckets) do redis.call('HSET', KEYS[2], band, ids .. ARGV[1] .. '\\n') end
end
return most >= tonumber(ARGV[3]) and nearest or false
"""


def index_header(settings: DuplicateSettings) -> dict[str, str]:
    """What the numbers in a shared index depend on, by name."""
    banding = _banding(settings)
    return {
        "duplicates.slots": str(settings.slots),
        "duplicates.shingle_words": str(settings.shingle_words),
        "duplicates.least_words": str(settings.least_words),
        "bands": str(banding.bands),
        "rows of a band": str(banding.rows),
        "signatures": layout_of(settings).probe[:16],
    }


class SharedIndex:
    """Texts that any shard has seen, by id.

    Without an answer from Redis a text counts as new: copies are then found by the cleaning alone.
    """

    def __init__(self, exchange: Exchange, settings: DuplicateSettings) -> None:
        self._exchange = exchange
        self._settings = settings
        self._banding = _banding(settings)
        self._keys = [exchange.key("texts"), exchange.key("bands")]
        self._nearest = exchange.redis.register_script(NEAREST)
        self._silent_until: float | None = None

    def add(self, article_id: str, text: str) -> str | None:
        """Take in a text, and say which known one is nearest, as `LiveIndex.add`."""
        from redis.exceptions import RedisError

        signature = live_signature(text, self._settings)
        if signature is None or (self._silent_until and monotonic() < self._silent_until):
            return None
        raw = signature.astype("<u4").tobytes()
        width = 4 * self._banding.rows
        bands = [
            band.to_bytes(2, "big") + raw[band * width : (band + 1) * width]
            for band in range(self._banding.bands)
        ]
        least = [ceil(share * self._settings.slots) for share in (LIKE, STANDS_FOR)]
        try:
            found = self._nearest(self._keys, [article_id, raw, *least, BUCKET, COMPARED, *bands])
        except (RedisError, OSError) as error:
            if self._silent_until is None:
                log.warning(
                    "%s: %s. Copies are told when it answers again.",
                    self._exchange.server,
                    str(error).rstrip("."),
                )
            self._silent_until = monotonic() + REST
            return None
        self._silent_until = None
        return found.decode() if found else None


def _banding(settings: DuplicateSettings) -> lsh.Banding:
    return lsh.plan_bands(LIKE, settings.wanted_recall, settings.slots)
