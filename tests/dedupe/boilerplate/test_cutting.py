"""What is cut of a dump, what stays, and what each cut says."""

from __future__ import annotations

import pytest

from dedupe.boilerplate import cut_boilerplate, cutting
from dedupe.models import Article, BlockKind, Cut
from dedupe.settings import BoilerplateSettings, DedupeSettings
from tests.dedupe.boilerplate import texts


def cut(*articles: Article, settings: DedupeSettings | None = None) -> list[tuple[Article, list[Cut]]]:
    return list(cut_boilerplate(iter(articles), settings or DedupeSettings()))


def dump(*lines: str, name: str = "a", **fields: object) -> Article:
    return Article.model_validate({"id": name, "text": "\n".join(lines), **fields})


def left_of(*lines: str) -> list[str]:
    [(article, _)] = cut(dump(*lines))
    return article.lines


def reasons_of(*lines: str) -> dict[str, str]:
    [(_, cuts)] = cut(dump(*lines))
    return {c.text: c.reason for c in cuts}


@pytest.mark.parametrize(
    ("menu", "story", "footer"),
    [
        pytest.param(texts.MENU, texts.STORY, texts.FOOTER, id="English"),
        pytest.param(texts.JAPANESE_MENU, texts.JAPANESE_STORY, texts.JAPANESE_FOOTER, id="Japanese"),
        pytest.param(texts.ARABIC_MENU, texts.ARABIC_STORY, texts.ARABIC_FOOTER, id="Arabic"),
    ],
)
def test_menus_and_footers_go_and_every_sentence_stays(menu, story, footer):
    """The shapes of lines tell furniture from prose in any script."""

    left = left_of(*menu, *story, *footer)

    assert left == list(story)


def test_a_text_without_furniture_stays_whole():
    """Nothing is cut for the sake of cutting."""

    assert left_of(*texts.STORY) == list(texts.STORY)


def test_headline_byline_date_and_caption_are_named_and_the_headline_becomes_the_title():
    """What stands between menu and story is no story, and the headline is not lost."""
    [(article, cuts)] = cut(
        dump(
            *texts.MENU, "", texts.HEADLINE, "", texts.BYLINE, texts.CAPTION, "", *texts.STORY, *texts.FOOTER
        )
    )

    named = {c.text: c.reason for c in cuts}

    assert article.lines == list(texts.STORY)
    assert article.title == texts.HEADLINE
    assert (named[texts.HEADLINE], named[texts.BYLINE], named[texts.CAPTION]) == (
        "headline",
        "byline",
        "caption",
    )


def test_a_title_that_is_known_is_not_replaced():
    """The page's own title is better than a guess."""
    article, _ = cut(dump(*texts.MENU, texts.HEADLINE, *texts.STORY, title="Pilots return"))[0]

    assert article.title == "Pilots return"


def test_a_teaser_of_another_story_between_two_paragraphs_goes_whole():
    """Headline, standfirst and glued byline are cut together, although the standfirst is a sentence."""
    teaser = (
        "Mountain railway reopens after landslide in the Osk valley",
        "Residents had been cut off from schools and shops since the middle of January.",
        "The Vellmark CourierJonas Ekwall",
    )
    lines = [line for block in texts.STORY for line in (block, "")]
    lines[6:6] = [*teaser, ""]

    assert left_of(*texts.MENU, *lines) == list(texts.STORY)


def test_a_teaser_is_known_by_the_site_it_names():
    """A byline that names the site, as its footer does, closes the teaser of another story."""
    teaser = (
        "Mountain railway reopens after landslide in the Osk valley",
        "Residents had been cut off from schools and shops since the middle of January.",
        "The Vellmark Courier news desk",
    )
    lines = [*texts.STORY[:3], *teaser, *texts.STORY[3:]]

    assert left_of(*texts.MENU, *lines, *texts.FOOTER) == list(texts.STORY)


def test_a_paragraph_between_two_subheadings_stays_whatever_the_second_names():
    """Whom the story is about, its sentences name as well."""
    lines = [
        *texts.STORY[:2],
        "Two weeks to clear the queue",
        texts.STORY[2],
        "Ilka Brandvold",
        *texts.STORY[3:],
    ]
    caption = "Ilka Brandvold on the quay"

    left = left_of(*texts.MENU, caption, *lines)

    assert [line for line in left if line in texts.STORY] == list(texts.STORY)


def test_the_small_print_of_a_form_goes_with_the_form():
    """A sentence on subscribing right below a form that is cut is part of it."""
    form = (
        "Sign up for the Courier morning letter",
        "Enter your email address",
        "Subscribe",
        "By subscribing you accept our terms. You can unsubscribe at any time.",
    )
    lines = [*texts.STORY[:3], *form, *texts.STORY[3:]]

    assert left_of(*texts.MENU, *lines, *texts.FOOTER) == list(texts.STORY)


def test_a_short_line_without_a_stop_does_not_end_a_story_whose_sentences_have_one():
    """Tools and calls to action follow the last sentence."""
    lines = [*texts.STORY, "Mark the text and press Ctrl + Enter to report a mistake"]

    assert left_of(*lines) == list(texts.STORY)


def test_a_subheading_in_the_story_stays():
    """A short line between two paragraphs is no teaser for being short."""
    lines = [*texts.STORY[:3], "Two weeks to clear the queue", *texts.STORY[3:]]

    assert left_of(*texts.MENU, *lines) == lines


@pytest.mark.parametrize(
    ("promotion", "reason"),
    [
        (("JOIN US ON TELEGRAM", "Follow our coverage of the port on the @vellmark_courier."), "share"),
        (("READ ALSO: Ferry line cancels winter crossings",), "teaser"),
        (("Lesen Sie auch: Fährlinie streicht Fahrten im Winter",), "teaser"),
        (("Читайте також: Порт скасував зимові рейси",), "teaser"),
        (("![Ferry at the quay](https://courier.example/ferry.jpg?w=420)", "Ferry at the quay"), "markup"),
        (("[Ferry line cancels winter crossings](https://courier.example/ferry)",), "markup"),
    ],
)
def test_promotion_in_mid_story_goes(promotion, reason):
    """Invitations, labelled links and picture markup are cut wherever they stand."""
    lines = [*texts.STORY[:2], *promotion, *texts.STORY[2:]]

    assert left_of(*lines) == list(texts.STORY)
    assert reasons_of(*lines)[promotion[0]] == reason


@pytest.mark.parametrize(
    "sentence",
    [
        "“Follow us and see for yourselves,” she told reporters who had asked about the roster.",
        "The guild announced the end of the strike on Telegram and thanked its members.",
        "Subscribers to the port’s newsletter were told first, an hour before the public.",
        "He read more than forty pages of the agreement aloud to the assembly.",
    ],
)
def test_a_sentence_of_the_story_that_uses_a_word_of_furniture_stays(sentence):
    """A cue is a hint, not a verdict."""
    lines = [*texts.STORY[:3], sentence, *texts.STORY[3:]]

    assert left_of(*lines) == lines


def test_a_cut_names_the_line_of_the_input_blank_lines_counted():
    """Line numbers count the input's lines from 0, and the text is as it came."""
    [(_, cuts)] = cut(dump("Skip to content", "", "  Log in ", "", *texts.STORY))

    assert [(c.line, c.text) for c in cuts] == [(0, "Skip to content"), (2, "  Log in ")]
    assert all(c.evidence.endswith(".") for c in cuts)


def test_every_line_is_kept_or_cut():
    """Nothing goes without a cut that says why."""
    lines = [*texts.MENU, "", texts.HEADLINE, *texts.STORY, "", *texts.FOOTER]
    [(article, cuts)] = cut(dump(*lines))

    together = [c.text for c in cuts] + article.lines

    assert sorted(together) == sorted(filter(None, lines))


@pytest.mark.parametrize(
    "unit", ["![", "a@", "1", "[x](", ".", "Ab", "&amp;", "日", "“", "|", ": ", "\u00ad "]
)
def test_lines_without_end_are_judged_like_others(unit):
    """No expression tries a long line again and again from each of its characters."""
    lines = [*texts.STORY, unit * 50_000]

    left = left_of(*lines)

    assert left[: len(texts.STORY)] == list(texts.STORY)


def test_an_empty_article_comes_back_as_it_is():
    """No text, no cuts."""
    assert cut(dump("")) == [(dump(""), [])]


def test_a_dump_without_any_story_is_not_left_empty():
    """The likeliest line stays; that it is no story is for the checks to say."""
    assert len(left_of(*texts.MENU)) == 1


def test_a_main_text_with_kinds_loses_only_what_is_surely_furniture_and_its_kinds_stay_aligned():
    """The extraction has chosen these blocks already: a short one is no menu here."""
    article = dump(
        "Roster", texts.STORY[0], "READ ALSO: Ferry line cancels winter crossings", "Pilots", "Agents",
        kinds=("heading", "paragraph", "paragraph", "list_item", "list_item"),
    )  # fmt: skip

    [(left, cuts)] = cut(article)

    assert left.lines == ["Roster", texts.STORY[0], "Pilots", "Agents"]
    assert left.kinds == (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM)
    assert [c.line for c in cuts] == [2]


def test_the_size_of_a_batch_changes_nothing():
    """Documents are judged together for speed only."""
    articles = [
        dump(*texts.MENU, *texts.STORY, *texts.FOOTER, name="a"),
        dump(*texts.JAPANESE_MENU, *texts.JAPANESE_STORY, name="b"),
        dump("", name="c"),
        dump(*texts.ARABIC_STORY, *texts.ARABIC_FOOTER, name="d"),
    ]
    one_by_one = DedupeSettings(boilerplate=BoilerplateSettings(blocks_a_batch=1))

    assert cut(*articles, settings=one_by_one) == cut(*articles)


def test_long_blocks_count_for_several_in_a_batch():
    """What a batch takes is by its characters: thousands of documents of one line each would fill the memory."""
    articles = [Article(id=str(number), text="The boat sails." * 100) for number in range(6)]

    knobs = BoilerplateSettings(blocks_a_batch=2 * (1 + 1500 // cutting.LONG_BLOCK))

    batches = list(cutting.in_batches(articles, knobs))

    assert [len(batch) for batch in batches] == [2, 2, 2]


def test_a_line_repeats_in_its_own_document_alone():
    """Documents are named together, many at once; what one prints twice says nothing of the next."""
    row = "Harvest tables and tide books"
    twice = dump(row, *texts.MENU, row, *texts.STORY, *texts.FOOTER, name="twice")
    once = dump(*texts.MENU, row, *texts.STORY, *texts.FOOTER, name="once")

    reasons = [[c.reason for c in cuts if c.text == row] for _, cuts in cut(twice, once)]

    assert reasons == [["repeated_in_document", "repeated_in_document"], ["menu"]]
