"""Letters of other alphabets that look like Latin ones (Unicode Technical Standard 39, confusables)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["AS_CYRILLIC", "AS_LATIN", "LOOK_LATIN"]

_CYRILLIC, _THEIR_LATIN = "асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТХУ", "aceopxyijshdqwABCEHIJKMOPSTXY"
_GREEK, _ITS_LATIN = "οανιυκρτχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaviukptxywABEZHIKMNOPTYX"

LOOK_LATIN = _CYRILLIC + _GREEK
# For `str.translate`.
AS_LATIN: Mapping[int, int] = MappingProxyType(str.maketrans(LOOK_LATIN, _THEIR_LATIN + _ITS_LATIN))
AS_CYRILLIC: Mapping[int, int] = MappingProxyType(str.maketrans(_THEIR_LATIN, _CYRILLIC))
