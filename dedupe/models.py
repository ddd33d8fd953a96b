"""The records that travel between the parts and stand in the files: frozen, typed, closed.

Each file of a corpus is one of these models a line; `dedupe schema` exports their JSON schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from functools import cache, cached_property
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)

__all__ = [
    "EARLIER_VERSION",
    "Article",
    "BlockKind",
    "Carriage",
    "Cluster",
    "Clusters",
    "Cut",
    "Decision",
    "Document",
    "Evidence",
    "Finding",
    "Gathering",
    "ManifestRecord",
    "Relation",
    "RelationKind",
    "RemovedRecord",
    "Repair",
    "Severity",
    "Verdict",
    "WrittenFile",
    "as_moment",
    "trusted",
    "well_formed",
]


# Among an article's notes: its page says something else by now, which is another article of the same id.
EARLIER_VERSION = "an earlier version of its page"


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


@cache
def _fields_of(model: type[Record]) -> set[str]:
    return set(model.model_fields)


AnyRecord = TypeVar("AnyRecord", bound=Record)


def trusted(model: type[AnyRecord], values: dict[str, Any]) -> AnyRecord:
    """A record of all its values, known to be valid; `model_construct` is slow for results by the million."""
    record = model.__new__(model)
    put = object.__setattr__
    put(record, "__dict__", values)
    put(record, "__pydantic_fields_set__", _fields_of(model))
    put(record, "__pydantic_extra__", None)
    put(record, "__pydantic_private__", None)
    return record


def as_moment(value: Any) -> Any:
    """Read a day as its midnight, and a time without a zone as UTC; an empty text is no time."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        if len(value) == 10:
            value += "T00:00:00"
        value = datetime.fromisoformat(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value


def well_formed(text: str) -> str:
    """The text with "?" for half a character, which JSON can carry and UTF-8 cannot; titles are cut so."""
    try:
        if text.isascii() or text.encode():
            return text  # most are passed on and not copied
    except UnicodeEncodeError:
        pass
    return text.encode("utf-8", "replace").decode()


Moment = Annotated[AwareDatetime, BeforeValidator(as_moment)]


# ------------------------------------------------------------------------------------------ articles


class BlockKind(StrEnum):
    """What a block was on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    TABLE_ROW = "table_row"
    CAPTION = "caption"


class Article(Record):
    """One story as one address published it: the record between `crawler/` and `dedupe/`."""

    id: str = Field(min_length=1, description="names the article in its input; 16 hex digits when we made it")
    text: str = Field(description="the blocks in reading order, one a line")
    kinds: tuple[BlockKind, ...] = Field((), description="kind of each line of text; empty: not known")
    url: str | None = Field(None, description="canonical address; None: a text without one")
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = Field(None, description="None: the page does not say")
    modified: Moment | None = None
    publisher: str | None = Field(None, description="name of the outlet, else its registrable domain")
    language: str | None = Field(None, description="ISO 639-1; None: not known")
    section: str | None = None
    captions: tuple[str, ...] = Field((), description="captions of pictures, kept apart from the text")
    field_sources: dict[str, str] = Field(
        default_factory=dict, description='where a field was read: {"title": "json-ld"}'
    )
    confidence: float | None = Field(
        None, ge=0, le=1, description="agreement of independent readings of the page's text"
    )
    paywalled: bool | None = Field(None, description="None: the page does not say")
    notes: tuple[str, ...] = Field((), description="why the text may be short, cut or doubtful")
    rights: tuple[str, ...] = Field((), description='signals the page sent: "noai", "noarchive", ...')
    fetched: Moment | None = None
    found_by: str | None = Field(None, description='name of the source that listed it: "feeds"; "seed"')
    relevance: float | None = Field(None, ge=0, le=1, description="nearness to the topic of the seeds")

    @field_validator("text", "title", "publisher", "section", "url", "id")
    @classmethod
    def _well_formed(cls, text: str | None) -> str | None:
        return None if text is None else well_formed(text)

    @field_validator("authors", "captions")
    @classmethod
    def _all_well_formed(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(well_formed, texts))

    @property
    def lines(self) -> list[str]:
        """The text's lines, blank ones included; `Cut.line` counts these from 0."""
        return self.text.split("\n")


class Cut(Record):
    """One line of an article that was taken out as page furniture."""

    line: int = Field(ge=0, description="counts the lines of the text as it came in, from 0")
    text: str
    reason: str = Field(description='name of the rule: "menu", "newsletter", "repeated_on_site"')
    evidence: str = Field("", description="one plain sentence: what the rule saw")


# ----------------------------------------------------------------------------------------- relations


class RelationKind(StrEnum):
    """How the texts of two articles relate."""

    EXACT = "exact"
    NEAR_DUPLICATE = "near_duplicate"
    CONTAINS = "contains"
    UPDATED_VERSION = "updated_version"
    SAME_EVENT_ONLY = "same_event_only"
    UNRELATED = "unrelated"

    @property
    def is_copy(self) -> bool:
        """Whether it joins two articles into one cluster."""
        return self in (RelationKind.EXACT, RelationKind.NEAR_DUPLICATE)

    @property
    def is_family(self) -> bool:
        """Whether it joins two clusters into one family."""
        return self in (RelationKind.CONTAINS, RelationKind.UPDATED_VERSION)


class Evidence(Record):
    """One observation that spoke for or against a relation."""

    name: str = Field(description='"containment", "order", "names_differ"')
    value: float = Field(description="the measure; its unit is the name's")
    says: str = Field(description="one plain sentence")


class Relation(Record):
    """How article `a` and article `b` relate, decided on their two texts."""

    a: str
    b: str = Field(description="`other:FOLDER/FILE`: a document of another corpus (`--against`)")
    relation: RelationKind
    similarity: float = Field(ge=0, le=1, description="Jaccard similarity of the two sets of shingles")
    containment_a: float = Field(ge=0, le=1, description="share of a's shingles that b has")
    containment_b: float = Field(ge=0, le=1, description="share of b's shingles that a has")
    evidence: tuple[Evidence, ...] = ()


class Cluster(Record):
    """Articles tied by `exact` or `near_duplicate`: copies of one text."""

    id: str = Field(description="smallest id of its members")
    family: str = Field(description="smallest cluster id among those tied by containment or versions")
    members: tuple[str, ...] = Field(min_length=1, description="ids, sorted")
    representative: str = Field(description="the member that stands for all")
    reason: str = Field(description="why that member")
    origin: str | None = Field(None, description='agency or outlet the texts credit: "AP"')


class Carriage(Record):
    """One edge of the syndication graph: an article that carries another outlet's text."""

    cluster: str = Field(description="the copies that both are of")
    carrier: str = Field(description="article id")
    publisher: str | None = Field(None, description="who published the carrier")
    source: str | None = Field(
        None,
        description="id of the copy it was carried from; None: the outlet's own is not among the articles",
    )
    outlet: str | None = Field(
        None, description="whose text it is: who is credited, else who published first"
    )
    published: Moment | None = Field(None, description="the carrier's time")
    source_published: Moment | None = Field(None, description="the source's time")


class Clusters:
    """What `find_duplicates` found: every article is in exactly one cluster.

    Which articles are copies is decided when this is made. The records that describe it are written when they
    are first asked for: by the hundred thousand, with their reasons and evidence in words, they cost more
    than the decisions did.

    Args:
        clusters: sorted by id; singletons included.
        relations: the pairs that are not unrelated; a < b; sorted.
        origins: article id -> agency or outlet.
        syndication: who carried whom, an edge a copy, sorted by carrier.
        copies: ids of the articles of each cluster of several, sorted; None: as the clusters say.
    """

    def __init__(
        self,
        clusters: tuple[Cluster, ...] | Callable[[], tuple[Cluster, ...]],
        relations: tuple[Relation, ...] | Callable[[], tuple[Relation, ...]],
        origins: Mapping[str, str] | Callable[[], Mapping[str, str]] = MappingProxyType({}),
        syndication: Callable[[], tuple[Carriage, ...]] = tuple,
        copies: tuple[tuple[str, ...], ...] | None = None,
    ) -> None:
        self._clusters = clusters
        self._relations = relations
        self._origins = origins
        self._syndication = syndication
        self._copies = copies

    @cached_property
    def copies(self) -> tuple[tuple[str, ...], ...]:
        """Ids of the articles of each cluster of several, in both orders sorted."""
        if self._copies is not None:
            return self._copies
        return tuple(cluster.members for cluster in self.clusters if len(cluster.members) > 1)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """All clusters, sorted by id; singletons included."""
        return self._clusters() if callable(self._clusters) else self._clusters

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Pairs that are not unrelated; a < b; sorted."""
        return self._relations() if callable(self._relations) else self._relations

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Article id -> agency or outlet that its text credits."""
        return self._origins() if callable(self._origins) else self._origins

    @cached_property
    def syndication(self) -> tuple[Carriage, ...]:
        """Who carried whose text, an edge a copy, sorted by carrier."""
        return self._syndication()

    def of(self, article_id: str) -> Cluster:
        """The cluster that holds an article; KeyError if none does."""
        return self._by_member[article_id]

    @cached_property
    def _by_member(self) -> dict[str, Cluster]:
        return {member: cluster for cluster in self.clusters for member in cluster.members}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clusters) and (self.clusters, self.relations, self.origins) == (
            other.clusters,
            other.relations,
            other.origins,
        )

    __hash__ = None  # type: ignore[assignment]  # holds what may change


# ------------------------------------------------------------------------------------------- quality


class Severity(IntEnum):
    """What a finding asks of the verdict."""

    COSMETIC = 1
    DISTORTING = 2
    UNUSABLE = 3


class Verdict(StrEnum):
    """What becomes of a document."""

    KEEP = "keep"
    REVIEW = "review"
    DROP = "drop"


Span = Annotated[
    tuple[int, int],
    AfterValidator(lambda span: span if 0 <= span[0] <= span[1] else _bad_span(span)),
]


def _bad_span(span: tuple[int, int]) -> tuple[int, int]:
    raise ValueError(f"a span is [start, end) with 0 <= start <= end, not {list(span)}")


class Finding(Record):
    """One quality problem in one place of one document."""

    id: str = Field(
        description="names the finding: article id, kind, and a digest of the words it marks, with a number "
        "where another marks the same; the same in every run while those words are, wherever they stand and "
        "whatever number the document has"
    )
    file: str = Field(description="name of the document's file, else its article id")
    kind: str = Field(description='"too_short"')
    severity: Severity
    span: Span | None = Field(None, description="characters of the text; None: the whole document")
    quote: str = Field("", description="the text in the span, shortened")
    reason: str = Field(description="one plain sentence with the measure and its limit")
    check: str = Field(description="name of the check that found it")
    action: Verdict = Field(description="what the finding asks for")
    accepted: str | None = Field(
        None, description="why a reviewer lets it stand; None: nobody decided, or the decision has run out"
    )


class Decision(Record):
    """A reviewer lets a finding stand, or leaves a document out: one line of `decisions.jsonl`."""

    finding: str = Field(
        min_length=1, description="id of the finding, as in findings.jsonl; `ID:left_out`: the document goes"
    )
    because: str = Field(min_length=1, description="the reviewer's reason")
    by: str | None = Field(None, description="who decided; None: not said")
    decided: date
    until: date = Field(description="last day on which the decision holds")
    file: str = Field(description="the document, as it was called then")
    kind: str
    severity: Severity = Field(description="as it was then: a graver finding is another one")
    reason: str = Field(description="what the check said then")
    quote: str = Field("", description="the words it marked, shortened")


# ---------------------------------------------------------------------------------- files of a corpus


class Repair(Record):
    """One line of an article in which characters were mended."""

    line: int = Field(ge=0, description="counts the lines of the text as it came in, from 0")
    before: str
    after: str
    evidence: str = Field(description="one plain sentence: what was mended")


class Document(Record):
    """An article on its way through the cleaning: what came in, what is left, and what was decided."""

    article: Article = Field(description="with the text that is left")
    source: str = Field(description="where it came from: a seed's file name, else the id")
    original: str = Field(description="the text as it came in")
    cuts: tuple[Cut, ...] = ()
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = Verdict.KEEP


SeedName = Annotated[
    str,
    Field(
        pattern=r"^([0-9]{4,}/)?[0-9]{3,}_[0-9a-f]{16}\.txt$",
        description="in the corpus's own folder; of more than 100,000 documents, in a numbered folder there",
    ),
]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file's bytes")]


class WrittenFile(Record):
    """A seed file of a corpus, and what it holds: one line of the journal of a run that writes it."""

    file: SeedName
    sha256: Digest


class ManifestRecord(Record):
    """A document of the corpus: one line of `manifest.jsonl`, sorted by number."""

    file: SeedName
    id: str
    sha256: Digest
    url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    publisher: str | None = None
    language: str | None = None
    origin: str | None = None
    cluster: str
    family: str
    relation: str = Field(description="why it stays: only_copy, representative, independent, ...")
    relevance: float | None = None
    rights: tuple[str, ...] = ()
    findings: tuple[str, ...] = Field((), description="ids of findings.jsonl")
    verdict: Verdict


class RemovedRecord(Record):
    """A document or block that was left out, or a line that was mended: one line of `removed.jsonl`."""

    what: str = Field(pattern="^(document|block|line)$", description="`line`: it stays, mended")
    id: str = Field(description="article id")
    source: str = Field(description="where it came from: file name or address")
    line: int | None = Field(None, description="of the text as it came in, from 0; None: the whole document")
    reason: str
    evidence: str = Field(description="one plain sentence with the measure")
    finding: str | None = Field(None, description="id of the finding that left it out, for `dedupe accept`")
    representative: str | None = Field(
        None,
        description="article id of the document that stays instead; `other:FOLDER/FILE`: it stands in "
        "another corpus already (`--against`)",
    )
    relation: RelationKind | None = Field(None, description="of the document to its representative")
    similarity: float | None = Field(None, ge=0, le=1, description="to its representative, as in Relation")
    text: str = Field(description="what was removed, whole; of a line: as it was")
    mended: str | None = Field(None, description="of a line: as it is now")
    article: Article | None = Field(None, description="of a document: all that was known of it")


class Gathering(Record):
    """What a crawl did, for the funnel of the report."""

    discovered: int = Field(ge=0, description="distinct addresses")
    fetched: int = Field(ge=0, description="addresses that answered with a page")
    articles: int = Field(ge=0, description="pages that hold an article")
    on_topic: int = Field(ge=0, description="articles near enough to the seeds")
    outcomes: dict[str, int] = Field(description="outcome -> addresses; adds up to discovered")
    topic: tuple[str, ...] = Field((), description="weightiest terms of the topic, heaviest first")
    seeds: tuple[str, ...] = Field((), description="file names of the seeds")
    threshold: float | None = Field(None, description="least relevance of a kept article")
    last_fetched: date | None = Field(None, description="day (UTC) on which the last article was fetched")
    published_from: date | None = Field(None, description="first day of publication that was asked for")
    published_to: date | None = Field(None, description="last day of publication that was asked for")
    expected_recall: float | None = Field(
        None,
        gt=0,
        le=1,
        description="share of the coverage to be found that was found, estimated (Chao 1984, and what waits)",
    )
