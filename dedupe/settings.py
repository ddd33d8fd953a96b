"""Every knob of the cleaning, typed, each with its unit and the reason for its default.

A corpus may carry its own in a TOML file (`dedupe clean IN -o OUT --settings FILE`), one table a part:

    [duplicates]
    near_duplicate = 0.6
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dedupe.errors import SettingsError

__all__ = ["BoilerplateSettings", "CorpusSettings", "DedupeSettings", "DuplicateSettings", "QualitySettings"]


class Settings(BaseModel):
    """A frozen group of settings; an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DuplicateSettings(Settings):
    """What counts as a copy."""


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
        8192, ge=1, description="blocks that are judged at once; bounds the memory, changes no result"
    )


class QualitySettings(Settings):
    """What the checks ask of a document, and the gate of a corpus."""


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
    keep_versions: bool = Field(False, description="keep every version of a story; False: the latest")
    least_relevance: float = Field(
        0.0, ge=0, le=1, description="least relevance (where known) of a document that stays; 0: all"
    )


class DedupeSettings(Settings):
    """The settings of one cleaning."""

    boilerplate: BoilerplateSettings = BoilerplateSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    quality: QualitySettings = QualitySettings()
    corpus: CorpusSettings = CorpusSettings()

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
        """First 16 hex digits of the SHA-256 of all values: names the settings in reports."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]
