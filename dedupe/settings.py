"""Every knob of the cleaning, typed, each with its unit and the reason for its default.

A corpus may carry its own in a TOML file (`dedupe clean IN -o OUT --settings FILE`), one table a part:

    [duplicates]
    near_duplicate = 0.6
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from dedupe.errors import SettingsError

__all__ = [
    "BoilerplateSettings",
    "CorpusSettings",
    "DedupeSettings",
    "DuplicateSettings",
    "EngineSettings",
    "GateSettings",
    "QualitySettings",
]


class Settings(BaseModel):
    """A frozen group of settings; an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DuplicateSettings(Settings):
    """What counts as a copy.

    Shares are of the words of a text that stand in aligned blocks with the other text
    (`docs/method-duplicates.md`).
    """

    copy_share: float = Field(
        0.8,
        gt=0,
        le=1,
        description="share of a copy's words that stand in the other text, where that begins with them",
    )
    alike_share: float = Field(
        0.65,
        gt=0,
        le=1,
        description="the same where each text has much of the other; papers add up to a third",
    )
    both_share: float = Field(
        0.6, gt=0, le=1, description="share of the fuller text's words that such copies have in common"
    )
    cut_share: float = Field(
        0.18,
        gt=0,
        le=1,
        description="least share of the fuller text that a copy cut from its end has left; less is a teaser",
    )
    amid_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description=(
            "share of the fuller text's words in common from which a lead of its own is an edit, not a "
            "story around it"
        ),
    )
    led_share: float = Field(
        0.35,
        gt=0,
        le=1,
        description=(
            "share of a text's words in common where a local lead stands before the other's opening and the"
            " end is cut"
        ),
    )
    least_led_words: int = Field(
        60, ge=1, description="words in common for that; a site's own lines around two items are fewer"
    )
    opening_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description=(
            "share of a text before the words in common below which it begins with them; a dateline is more"
            " than nothing"
        ),
    )
    own_lead_words: int = Field(
        9,
        ge=1,
        description="words before the words in common that make a lead of one's own; a kicker has fewer",
    )
    stray_share: float = Field(
        0.04, ge=0, le=1, description="share of a text not in common that noise explains"
    )
    contained_share: float = Field(
        0.7, gt=0, le=1, description="share of a text's words that another one carries amid matter of its own"
    )
    version_share: float = Field(
        0.12,
        gt=0,
        le=1,
        description="least share of either text in common for a later version; quotes alone are less",
    )
    least_version_words: int = Field(
        40, ge=1, description="words in common that make a version; a paragraph of background is fewer"
    )
    least_news_words: int = Field(
        25,
        ge=1,
        description="words of its own that make an outlet's later text, or a numbered update, a version",
    )
    least_quoted_words: int = Field(
        12, ge=1, description="quoted words in common that tie two reports to one event; fewer are a saying"
    )
    quoted_share: float = Field(
        0.6,
        gt=0,
        le=1,
        description="share of the common words inside quotation marks above which only quotes are shared",
    )
    least_event_names: int = Field(
        8,
        ge=1,
        description="different words of names in common that tie two reports without a common passage",
    )
    event_names_share: float = Field(
        0.13, gt=0, le=1, description="share of all their words of names that two such reports have in common"
    )
    event_texts: int = Field(
        100,
        ge=0,
        description="texts up to which a corpus is searched for such reports: all pairs are looked at",
    )
    agreeing_share: float = Field(
        0.6,
        gt=0,
        le=1,
        description="share of names and numbers that agree in common passages; fewer: both fill one form",
    )
    least_differing: int = Field(
        3, ge=1, description="names and numbers that must differ before two texts are taken for one form"
    )
    least_differing_figures: int = Field(
        4,
        ge=1,
        description="the same of numbers alone, where they are dense and more of them differ than agree",
    )
    least_words: int = Field(
        12,
        ge=1,
        description="words; a shorter text is a copy only of an equal one: titles and stubs repeat by chance",
    )
    least_shared_words: int = Field(
        25, ge=1, description="words in common that tie two texts; fewer are a phrase, a quote or a caption"
    )
    shingle_words: int = Field(
        5,
        ge=1,
        le=32,
        description="words in a shingle of signatures and similarity; five in a row seldom repeat by chance",
    )
    gap_words: int = Field(
        12,
        ge=0,
        le=64,
        description=(
            "words that may differ inside a block; a clause cut, a damaged line, no sentence of one's own"
        ),
    )
    least_block_words: int = Field(6, ge=3, description="words; a shorter common run is a turn of phrase")
    slots: int = Field(
        256, ge=16, le=4096, description="slots of a signature, a power of two; 4 bytes each a document"
    )
    wanted_similarity: float = Field(
        0.25, gt=0, lt=1, description="Jaccard similarity of shingles at which a pair must become a candidate"
    )
    wanted_recall: float = Field(
        0.999,
        gt=0,
        lt=1,
        description="chance that such a pair becomes one; bands and rows follow from the two",
    )
    anchors: int = Field(
        2_000_000,
        ge=0,
        description=(
            "short shingles indexed to find texts inside longer ones and shared quotes; 16 bytes each"
        ),
    )
    shared_anchors: int = Field(
        8, ge=1, description="indexed short shingles in common that make a pair a candidate"
    )
    meetings: int = Field(
        4_000_000,
        ge=1,
        description="meetings of two texts in one indexed short shingle that are counted, rarest first",
    )
    listed_pairs: int = Field(
        64,
        ge=2,
        description=(
            "members up to which all pairs of a group are listed; above it each is tied to the first only"
        ),
    )


class BoilerplateSettings(Settings):
    """What counts as page furniture."""

    least_story: float = Field(
        0.45,
        gt=0,
        lt=1,
        description="least probability of being story of a block that stays; below even odds, for a sentence "
        "lost costs more than a line of furniture left",
    )
    repeated_stories: int = Field(
        3,
        ge=2,
        description="stories of one site (of the whole input where no site is known) that must print a block "
        "before its repetition says furniture; two may be a story and its follow-up",
    )
    repeated_paragraph_share: float = Field(
        0.1,
        gt=0,
        le=1,
        description="share of a repeated paragraph's telling words that the rest of its story uses too, from "
        "which on it is background of a running story, and stays",
    )
    copy_share: float = Field(
        0.6,
        gt=0,
        le=1,
        description="share of a document's sentences that its site printed before, above which it is a copy: "
        "copies do not count as repetition",
    )
    blocks_a_batch: int = Field(
        8192,
        ge=1,
        description="blocks of 100 characters that are judged at once; bounds the memory, changes no result",
    )


class GateSettings(Settings):
    """What makes a corpus clean: the rules that `dedupe check` asks."""

    least_documents: int = Field(1, ge=0, description="documents; fewer are no corpus")
    least_publishers: int = Field(1, ge=0, description="publishers; fewer and one voice speaks for all")
    most_unusable: int = Field(0, ge=0, description="documents kept with a finding of severity 3")
    most_to_review: float = Field(
        0.1,
        ge=0,
        le=1,
        description="share of the documents with a finding of severity 2; more distorts counts",
    )
    most_of_kind: dict[str, int] = Field(
        default_factory=dict, description='most findings of one kind: {"mojibake" = 0}; not named: no limit'
    )
    decision_days: int = Field(
        180,
        ge=1,
        description="days for which a reviewer's decision holds, if its last day is not said; sites, checks "
        "and reasons change",
    )
    rights_conflicts: bool = Field(False, description="whether documents whose rights forbid mining may stay")


class QualitySettings(Settings):
    """What the checks ask of a document, and the gate of a corpus."""

    gate: GateSettings = GateSettings()
    skip: tuple[str, ...] = Field((), description="names of checks that are not run")
    languages: tuple[str, ...] = Field(
        (), description="ISO 639-1 codes that belong to the corpus; empty: those of a fifth of its documents"
    )
    published_from: date | None = Field(None, description="first day of the corpus; None: no first day")
    published_to: date | None = Field(None, description="last day of the corpus; None: no last day")
    least_words: int = Field(
        40, ge=0, description="words of a document; the shortest agency reports have about 50"
    )
    most_characters: int = Field(
        120_000,
        ge=1000,
        description="characters of a document; long reportages have 60,000, eight times this is not read",
    )
    report_text: int = Field(
        32_000,
        ge=0,
        description="characters of texts and findings in report.html; few documents may have more",
    )


class CorpusSettings(Settings):
    """Which documents stay."""

    keep_contained: bool = Field(
        False, description="keep a text that a kept one carries whole; False: its words are there already"
    )
    whole_share: float = Field(
        0.9,
        gt=0,
        le=1,
        description="share of a text's 5-word sequences that a kept text must carry for the first to go; "
        "at 0.9 a trimmed copy inside a longer report goes, a text with a paragraph of its own stays",
    )
    version_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="share of an older version's 5-word sequences that the later must carry for the older "
        "to go; below it the older tells something of its own",
    )
    keep_versions: bool = Field(False, description="keep every version of a story; False: the latest")
    least_relevance: float = Field(
        0.0, ge=0, le=1, description="least relevance (where known) of a document that stays; 0: all"
    )


class EngineSettings(Settings):
    """Where the work is done; it never changes what comes out."""

    name: str = Field("local", description="engine by its name")
    master: str | None = Field(
        None, description="address of the cluster for the engine spark; None: as Spark itself is configured"
    )
    workers: int = Field(0, ge=0, description="processes; 0: one a core")
    documents_for_workers: int = Field(
        5000,
        ge=1,
        description="documents from which further processes pay; starting them takes a second or two",
    )


class DedupeSettings(Settings):
    """The settings of one cleaning."""

    boilerplate: BoilerplateSettings = BoilerplateSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    quality: QualitySettings = QualitySettings()
    corpus: CorpusSettings = CorpusSettings()
    engine: EngineSettings = EngineSettings()

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read settings from a TOML file.

        Raises:
            SettingsError: the file is no TOML, or a name or value in it is wrong.
        """
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as TOML: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"{path}: {place}: {first['msg']}. `dedupe settings` lists all.") from error

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the values that shape the result: names them in reports."""
        return hashlib.sha256(self.model_dump_json(exclude={"engine"}).encode()).hexdigest()[:16]

    @property
    def changed(self) -> dict[str, JsonValue]:
        """Those that shape the result and are not the defaults, named like `quality.gate.least_documents`."""
        shaping, defaults = (
            each.model_dump(mode="json", exclude={"engine"}) for each in (self, DedupeSettings())
        )
        return _changed(shaping, defaults)

    def to_toml(self) -> str:
        """What is `changed`, as TOML, one a line."""
        return "".join(f"{name} = {_as_toml(value)}\n" for name, value in self.changed.items())


def _changed(
    values: Mapping[str, JsonValue], defaults: Mapping[str, JsonValue], at: str = ""
) -> dict[str, JsonValue]:
    changed: dict[str, JsonValue] = {}
    for name, value in values.items():
        default = defaults[name]
        if isinstance(value, dict) and isinstance(default, dict) and default:
            changed |= _changed(value, default, f"{at}{name}.")
        elif value != default:
            changed[f"{at}{name}"] = value
    return changed


def _as_toml(value: JsonValue) -> str:
    """A value as TOML writes it: as JSON does, but for tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_as_toml(name)} = {_as_toml(each)}" for name, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
