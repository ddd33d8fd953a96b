"""Records in a temporary file: they come back as they went in, and nothing of the file is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.choosing import LeftOut
from dedupe.cleaning import clean
from dedupe.documents import Documents, LookedAt, NumbersById, filed, mended_in
from dedupe.duplicates import find_duplicates
from dedupe.errors import CorpusFolderError
from dedupe.models import Article, Cut, Document, Repair
from dedupe.quality import assess
from dedupe.repair import mended_article
from dedupe.settings import DedupeSettings
from dedupe.spool import Chosen, Spool, StoredArticles, texts_in
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER

STORIES = (FERRY, FERRY_OTHER, BRIDGE, FERRY, FERRY.replace("ferry", "boat"), f"{BRIDGE}\n{FERRY}", "Brief.")
ARTICLES = [
    Article(
        id=f"{number * 7 % 11:016x}", text=text, publisher="Gazette", published="2031-02-03T04:05:06+02:00"
    )
    for number, text in enumerate(STORIES)
]


def test_what_is_appended_is_read_back_in_any_order(tmp_path: Path):
    """One at a time, in slices, and all in order, between appends too."""
    texts = texts_in(tmp_path)
    texts.extend(["one", "", "zwei\nüber zwei Zeilen", "half of a \ud83d letter"])
    assert [texts[3], texts[0], texts[1:3]] == [
        "half of a \ud83d letter",
        "one",
        ["", "zwei\nüber zwei Zeilen"],
    ]

    texts.append("x" * 3_000_000)

    assert [len(text) for text in texts] == [3, 0, 21, 18, 3_000_000]
    assert list(Chosen(texts.__getitem__, [2, 0])) == ["zwei\nüber zwei Zeilen", "one"]
    with pytest.raises(IndexError):
        texts[5]


def test_the_file_has_no_name(tmp_path: Path):
    """A kill leaves nothing that the next run would have to know as ours."""
    with texts_in(tmp_path) as texts:
        texts.append("a story")
        assert texts[0] == "a story"
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error_that_says_what_to_do(tmp_path: Path):
    """The folder, the reason, and the way out."""
    with pytest.raises(CorpusFolderError, match=r"gone: cannot be written: .*choose another folder"):
        Spool[str](tmp_path / "gone", str.encode, bytes.decode)


@pytest.mark.parametrize("mark", ["", "Fe<b>rr</b>y: &amp; the rest\n", "Home | News | Sport\n" * 3])
def test_an_article_that_was_looked_at_comes_back_with_all_that_was_said_of_it(mark: str):
    """Findings, mended lines and cuts."""
    article = ARTICLES[0].model_copy(update={"text": mark + FERRY})
    findings = tuple(assess(article, DedupeSettings()))
    looked_at = LookedAt(article, findings, mended_article(article, findings))

    back = LookedAt.from_bytes(looked_at.to_bytes())

    assert back == looked_at
    assert mended_in(looked_at.to_bytes()) == looked_at.mended.article


def test_documents_come_back_by_number_and_by_id(tmp_path: Path):
    """The text as it came in, cuts and mended lines are there."""
    whole = [
        Document(
            article=article,
            source="x",
            original=article.text,
            cuts=(Cut(line=3, text="Menu", reason="menu"),),
        )
        for article in ARTICLES
    ]
    changed = whole[1].model_copy(
        update={"original": "As it came", "repairs": (Repair(line=0, before="a", after="b", evidence="c"),)}
    )
    with Spool(tmp_path, bytes, bytes) as file:
        documents = Documents(file)
        for document in (changed, *whole[2:]):
            documents.add(filed(document))
        documents.add(filed(whole[0], LeftOut("too_short", "Five words.")))
        for each in (documents, Documents(file)):  # as they were added, and as they stand in the file
            numbers = each.usable()
            by_id = NumbersById(each, numbers)

            assert [each[number] for number in numbers] == [changed, *whole[2:]]
            assert [each[by_id[article.id]].article for article in ARTICLES[1:]] == ARTICLES[1:]
            assert sorted(by_id) == sorted(article.id for article in ARTICLES[1:])
            assert ARTICLES[0].id not in by_id
            assert "no id of ours" not in by_id
            assert each.unwanted == {len(whole) - 1: LeftOut("too_short", "Five words.")}


def test_stored_articles_are_related_as_those_in_memory(tmp_path: Path):
    """Where texts are kept changes nothing that is found out about them."""
    settings = DedupeSettings()
    in_memory = find_duplicates(ARTICLES, settings)
    stored = StoredArticles(
        ARTICLES.__getitem__, range(len(ARTICLES)), [article.id for article in ARTICLES], tmp_path
    )

    in_file = find_duplicates(stored, settings)

    assert in_file == in_memory
    assert (in_file.copies, in_file.syndication) == (in_memory.copies, in_memory.syndication)
    assert in_file.relations


def test_nothing_of_the_spools_stands_in_a_corpus(tmp_path: Path):
    """The next run finds only what belongs there."""
    clean(ARTICLES, tmp_path / "corpus")

    assert not [path.name for path in (tmp_path / "corpus").iterdir() if "spool" in path.name]
