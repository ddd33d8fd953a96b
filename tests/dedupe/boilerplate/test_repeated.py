"""Blocks that a site prints again and again, and sentences that a running story repeats."""

from __future__ import annotations

from dedupe.boilerplate import cut_boilerplate
from dedupe.models import Article, BlockKind
from dedupe.settings import DedupeSettings
from tests.dedupe.boilerplate import texts

PARAGRAPH = BlockKind.PARAGRAPH
PROMISE = (
    "Independent journalism costs something: thousands of members carry this newsroom with a small "
    "monthly sum, "
    "and every member makes us a little stronger."
)
BACKGROUND = (
    "Container ships had waited outside the Vellmark breakwater for nine days while pilots and the "
    "port authority "
    "argued about night shifts."
)


def stories(*shared: str, site: str | None = "courier.example", number: int = 4) -> list[Article]:
    """Different stories on one event, each with the same shared blocks after its second paragraph."""
    own = (
        ("Grain traders in Vellmark expect prices to fall once the first ships reach the quay.",
         "They said millers inland had bought flour abroad while the pilots stayed at home."),
        ("The mayor of Vellmark thanked the harbour pilots and the port authority for their patience.",
         "She announced a public meeting on the future of the breakwater and its lighthouse."),
        ("Four retired pilots will guide container ships into Vellmark until the spring.",
         "One of them, aged seventy-one, said the night shifts had always been too long."),
        ("Dockers at the Vellmark terminal worked through the weekend to clear the queue.",
         "Their foreman said the ships that waited longest would be unloaded first."),
    )  # fmt: skip
    return [
        Article(
            id=f"{index}",
            text="\n".join([*own[index], *shared, "Both sides will meet again in March."]),
            kinds=("paragraph",) * (3 + len(shared)),
            url=f"https://{site}/{index}" if site else None,
        )
        for index in range(number)
    ]


def left(articles: list[Article]) -> list[list[str]]:
    return [article.lines for article, _ in cut_boilerplate(iter(articles), DedupeSettings())]


def test_a_paragraph_that_a_site_prints_on_every_story_is_furniture():
    """It says nothing of the story around it."""
    articles = stories(PROMISE)

    assert all(PROMISE not in lines for lines in left(articles))


def test_the_evidence_says_on_how_many_stories_the_block_stands():
    """A reader can check the count."""
    _, cuts = next(cut_boilerplate(stories(PROMISE), DedupeSettings()))

    assert cuts[0].reason == "repeated_on_site"
    assert cuts[0].evidence.startswith("4 stories of this site print this block")


def test_the_background_paragraph_of_a_running_story_stays():
    """It repeats word for word, but it speaks of what the story around it speaks of."""
    articles = stories(BACKGROUND)

    assert left(articles) == [article.lines for article in articles]


def test_two_stories_are_not_enough():
    """Two may be a story and its follow-up."""
    articles = stories(PROMISE, number=2)

    assert left(articles) == [article.lines for article in articles]


def test_numbers_may_vary_from_page_to_page():
    """A counter is furniture whatever it counts."""
    articles = [
        article.model_copy(update={"text": article.text.replace("##", str(7 * index + 3))})
        for index, article in enumerate(stories("Shared ## times"))
    ]

    assert all("times" not in "\n".join(lines) for lines in left(articles))


def test_dates_may_vary_from_page_to_page():
    """A date line is one and the same furniture in every month."""
    dates = ("February 3, 2025", "January 28, 2025", "March 11, 2025", "May 2, 2025")
    articles = [
        article.model_copy(update={"text": article.text.replace("##", date)})
        for article, date in zip(stories("First published on ##"), dates, strict=True)
    ]

    assert all("published" not in "\n".join(lines) for lines in left(articles))


def test_a_heading_that_many_stories_share_stays_above_its_paragraph():
    """Newsrooms head paragraphs alike; only a heading of furniture goes with it."""
    articles = [
        article.model_copy(update={"kinds": (PARAGRAPH, PARAGRAPH, BlockKind.HEADING, PARAGRAPH)})
        for article in stories("What happens next")
    ]

    assert all("What happens next" in lines for lines in left(articles))


def test_copies_of_one_text_do_not_make_its_sentences_furniture():
    """Whoever prints a wire story prints all of it."""
    copies = [
        Article(
            id=f"{index}",
            text="\n".join(texts.STORY),
            kinds=("paragraph",) * len(texts.STORY),
            publisher="Courier",
        )
        for index in range(5)
    ]

    assert left(copies) == [list(texts.STORY)] * 5


def test_sites_are_counted_apart():
    """Three sites that print one sentence each quote it."""
    articles = [stories(PROMISE, site=f"paper{index}.example")[index] for index in range(4)]

    assert left(articles) == [article.lines for article in articles]


def test_without_a_site_the_whole_input_counts():
    """Seeds have no address: the same promise in all of them is still furniture."""
    articles = stories(PROMISE, site=None)

    assert all(PROMISE not in lines for lines in left(articles))
