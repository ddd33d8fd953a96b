"""From articles to clusters: what must come together, and what must stay apart."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from dedupe.duplicates import find_duplicates, relate
from dedupe.errors import InputFormatError
from dedupe.models import Article, Clusters, RelationKind
from dedupe.settings import DedupeSettings
from tests.dedupe.duplicates.texts import INDEPENDENT, OWN_MATTER, WIRE, article, lines

STORY = lines(WIRE)
PARAGRAPHS = STORY.split("\n")
SETTINGS = DedupeSettings()
CAPTIONS = """\
FILE - In this March 3 photo, lorries queue for the ferry on the north bank of the river below the old customs \
house, where the first of them had arrived before dawn to be sure of a place, Orlavik. (Oda Brenn/Harbour Photo)
A diver of the city's own brigade gets ready to look at the second pier of the bridge. (Photo by Oda Brenn)
A diver of the city's own brigade gets ready to look at the second pier of the bridge. (Photo by Oda Brenn)
Anselm Vordt, mayor of Orlavik, speaks to residents who waited for hours in front of the town hall. Foto: Ilse Rahn
"""


def find(*articles: Article) -> Clusters:
    return find_duplicates(articles, SETTINGS)


def members(found: Clusters) -> list[tuple[str, ...]]:
    return [cluster.members for cluster in found.clusters]


def edited(name: str) -> str:
    """The wire story as a newsroom would print it."""
    quoted = STORY.replace('"', "“").replace("“ ", "” ")
    edits = {
        "new_headline_and_byline": "Cracks close the bridge\nBy Jonna Feld\n" + STORY,
        "local_lead": "Readers in Kessling will see more timber lorries on the coast road from next week.\n"
        + STORY,
        "tail_cut": "\n".join(PARAGRAPHS[:3]),
        "reordered": "\n".join([PARAGRAPHS[0], *PARAGRAPHS[4:], *PARAGRAPHS[1:4]]),
        "house_style": quoted.replace("kilometres", "km").replace("14,000", "14000"),
        "upper_case": STORY.upper(),
        "hard_wraps": WIRE,
        "wrong_charset": quoted.encode().decode("cp1252", "replace"),
        "furniture_around": "Menu\nSign in\nSubscribe now\n" + STORY + "\nShare\nMore news\nTerms of use",
        "captions_on_top": CAPTIONS + STORY,
        "look_alike_letters": STORY.translate(str.maketrans("aeopc", "аеорс")),
        "invisible_characters": STORY.replace("e", "e\u00ad").replace("a", "a\u2060\u200b"),
        "one_letter_in_forty": "".join(
            "c" if c == "e" and random.Random(i).random() < 0.2 else c for i, c in enumerate(STORY)
        ),
    }
    return edits[name]


@pytest.mark.parametrize(
    "name",
    [
        "new_headline_and_byline",
        "local_lead",
        "tail_cut",
        "reordered",
        "house_style",
        "upper_case",
        "hard_wraps",
        "wrong_charset",
        "furniture_around",
        "captions_on_top",
        "look_alike_letters",
        "invisible_characters",
        "one_letter_in_forty",
    ],
)
def test_an_edited_copy_joins_its_wire_story(name: str) -> None:
    """What newsrooms do to agency copy leaves a copy."""
    found = find(article("a", STORY), article("b", edited(name)))

    assert members(found) == [("a", "b")]
    assert found.relations[0].relation.is_copy


def test_an_independent_report_that_shares_a_quote_stays_apart() -> None:
    """A quote from the same press conference is no copy: both reports stay."""
    relation = relate(article("a", STORY), article("b", lines(INDEPENDENT)), SETTINGS)
    found = find(article("a", STORY), article("b", lines(INDEPENDENT)))

    assert not relation.relation.is_copy
    assert members(found) == [("a",), ("b",)]


def test_agency_copy_inside_a_longer_article_is_contained() -> None:
    """An article that carries the wire story amid matter of its own is a story of its own, of one family."""
    own = lines(OWN_MATTER).split("\n")
    around = "\n".join([*own[:2], *PARAGRAPHS[:4], *own[2:]])
    short = "\n".join(PARAGRAPHS[:4])

    found = find(article("a", around), article("b", short))

    assert [relation.relation for relation in found.relations] == [RelationKind.CONTAINS]
    assert members(found) == [("a",), ("b",)]
    assert {cluster.family for cluster in found.clusters} == {"a"}
    assert found.relations[0].containment_b > 0.95 > found.relations[0].containment_a


def test_a_later_version_is_no_copy() -> None:
    """A new lead and new developments around half of the old paragraphs make a later version."""
    own = lines(OWN_MATTER).split("\n")
    later = "\n".join([own[0], own[1], PARAGRAPHS[1], PARAGRAPHS[2], PARAGRAPHS[5], own[2], own[3]])

    found = find(article("a", STORY), article("b", later))

    assert [relation.relation for relation in found.relations] == [RelationKind.UPDATED_VERSION]
    assert members(found) == [("a",), ("b",)]


NEWS = """\
Divers found a fifth crack on Wednesday, in the pier nearest to the south bank, and the harbour office closed the \
footway as well. Steel collars for 9 piers have been ordered, not for 4, Quillen said."""


@pytest.mark.parametrize(
    ("first", "later", "kind"),
    [
        (
            {"publisher": "Orlavik Courier", "published": "2025-02-04T08:00Z"},
            {"publisher": "Orlavik Courier", "published": "2025-02-05T08:00Z"},
            RelationKind.UPDATED_VERSION,
        ),
        (
            {"publisher": "Orlavik Courier", "published": "2025-02-04T08:00Z"},
            {"publisher": "Kessling Post", "published": "2025-02-05T08:00Z"},
            RelationKind.NEAR_DUPLICATE,
        ),
        ({"title": "UPDATE 1-Cracks"}, {"title": "UPDATE 2-More cracks"}, RelationKind.UPDATED_VERSION),
        ({"title": "Cracks"}, {"title": "Cracks (Update)"}, RelationKind.UPDATED_VERSION),
    ],
    ids=["one_outlet_later", "another_outlet", "numbered", "marked"],
)
def test_an_outlet_that_goes_on_with_its_story_makes_a_version(
    first: dict[str, object], later: dict[str, object], kind: RelationKind
) -> None:
    """The same words with a paragraph more are a copy elsewhere, and a later state from the same desk."""
    one, other = article("a", STORY, **first), article("b", NEWS + "\n" + STORY, **later)

    relation = relate(one, other, SETTINGS)

    assert relation.relation == kind
    assert [each.relation for each in find(one, other).relations] == [kind]
    assert ("later_version" in {each.name for each in relation.evidence}) == (
        kind is RelationKind.UPDATED_VERSION
    )


def test_a_round_up_bridges_no_two_stories() -> None:
    """A text that carries two stories ties neither their clusters nor their families."""
    other = lines(OWN_MATTER)
    round_up = STORY + "\n" + other

    found = find(article("a", STORY), article("b", other), article("c", round_up))

    assert found.of("a") != found.of("b")
    assert found.of("a").family != found.of("b").family


def window(start: int, length: int = 5) -> str:
    """Some paragraphs of a long report: neighbours share most, and windows far apart nothing."""
    report = [*PARAGRAPHS, *lines(OWN_MATTER).split("\n"), *lines(INDEPENDENT).split("\n")]
    return "\n".join(report[start : start + length])


def test_a_chain_of_neighbours_makes_no_cluster_whose_ends_are_strangers() -> None:
    """Each text shares most of its words with the next; what is in one cluster relates all the same."""
    found = find(*(article(f"w{start:02}", window(start)) for start in range(12)))

    assert len(found.clusters) > 2
    for cluster in found.clusters:
        for one, other in combinations(cluster.members, 2):
            assert relate(
                article("a", window(int(one[1:]))), article("b", window(int(other[1:]))), SETTINGS
            ).relation in (RelationKind.NEAR_DUPLICATE, RelationKind.UPDATED_VERSION, RelationKind.CONTAINS)


def test_two_stories_that_one_text_carries_in_parts_have_no_relation() -> None:
    """News in brief gives two paragraphs of each of two stories: it says nothing of the two."""
    brief = "\n".join([*PARAGRAPHS[:2], *lines(OWN_MATTER).split("\n")[:2]])

    found = find(article("a", STORY), article("b", lines(OWN_MATTER)), article("c", brief))

    assert ("a", "b") not in {(relation.a, relation.b) for relation in found.relations}
    assert found.of("a") != found.of("b")


def test_copies_cut_in_different_places_meet_in_their_source() -> None:
    """Two short copies of one story may have little in common; the story itself speaks for them."""
    first, second = "\n".join(PARAGRAPHS[:3]), "\n".join([PARAGRAPHS[0], *PARAGRAPHS[3:]])

    found = find(article("a", STORY), article("b", first), article("c", second))

    assert members(found) == [("a", "b", "c")]


def test_equal_texts_broken_at_other_widths_are_exact() -> None:
    """A word parted at a line's end makes other words of an equal text, and no other text."""
    wrapped = STORY.replace("hired over the weekend", "hired over the week-\nend")

    found = find(article("a", STORY.replace("weekend", "week- end")), article("b", wrapped))

    assert [relation.relation for relation in found.relations] == [RelationKind.EXACT]


REPORT = """\
{home} beat {away} {goals} in {town} on Saturday to move up to {place} place in the northern league. \
{scorer} opened the scoring in the {minute}th minute from close range before {other} made it two after \
the break. The visitors pressed for the rest of the match but found no way past {keeper} in the home side's \
goal, and the referee {referee} ended the game after four minutes of added time. {home} play {next} on \
Wednesday, while {away} have a week to recover before they meet {later} at home."""
NAMES = [
    "Varga",
    "Osmund",
    "Tallis",
    "Reker",
    "Brenn",
    "Holm",
    "Castor",
    "Ivel",
    "Drumm",
    "Sorrel",
    "Yarrow",
    "Pike",
    "Quist",
    "Lund",
    "Marek",
    "Tove",
]


def match_report(seed: int) -> str:
    pick = random.Random(seed)
    fields = ["home", "away", "town", "scorer", "other", "keeper", "referee", "next", "later"]
    names = dict(zip(fields, pick.sample(NAMES, len(fields)), strict=True))
    goals, place, minute = (
        f"{pick.randint(1, 9)}-{pick.randint(0, 9)}",
        pick.choice(["third", "ninth"]),
        pick.randint(3, 44),
    )
    return REPORT.format(goals=goals, place=place, minute=minute, **names)


def test_reports_filled_into_one_form_are_not_copies() -> None:
    """Two matches told in one form share most words and none of their facts."""
    found = find(*(article(f"m{seed}", match_report(seed)) for seed in range(12)))

    assert len(found.clusters) == 12


RATES = """\
Die Krone hat am {day} an der Börse von Orlavik leicht {way} und kostete am Nachmittag {a},{b} Taler. Die Notenbank \
setzte den Referenzkurs auf {c},{d} Taler fest, nach {e},{f} am Vortag. Ein Taler kostete damit 0,{g} Kronen. \
Die Unze Silber wurde im Handel der Nordbank mit {h} Kronen notiert, das waren {i} Kronen mehr als am Vortag."""


def rates(seed: int) -> str:
    pick = random.Random(seed)
    numbers = {letter: pick.randint(11, 999) for letter in "abcdefghi"}
    return RATES.format(
        day=pick.choice(["Montag", "Freitag"]), way=pick.choice(["zugelegt", "verloren"]), **numbers
    )


def test_a_form_that_names_the_same_bodies_each_day_makes_no_copies() -> None:
    """Yesterday's rates are not today's, though bank, market and, in German, each noun are the same."""
    found = find(*(article(f"r{seed}", rates(seed)) for seed in range(12)))

    assert len(found.clusters) == 12


def test_a_corrected_figure_leaves_a_copy() -> None:
    """A few other numbers in a long report are a correction, not a form filled in anew."""
    corrected = STORY.replace("14,000", "15,500").replace("120", "90").replace("38 million", "41 million")

    assert members(find(article("a", STORY), article("b", corrected.replace("60 kilo", "70 kilo")))) == [
        ("a", "b")
    ]


def test_a_gallery_is_compared_by_its_captions() -> None:
    """Where captions are nearly all of a text they are its story."""
    assert members(find(article("a", CAPTIONS), article("b", "Pictures of the week\n" + CAPTIONS))) == [
        ("a", "b")
    ]


def test_pages_that_share_only_furniture_are_unrelated() -> None:
    """The menu of a site makes no copies of its short items."""
    menu = [
        "Home",
        "News and views",
        "Sign in to comment",
        "Weather in your town",
        "All rights reserved.",
    ] * 4
    items = [lines(OWN_MATTER).split("\n")[0], PARAGRAPHS[3], lines(INDEPENDENT).split("\n")[1]]

    found = find(*(article(f"p{n}", "\n".join([*menu, item, *menu])) for n, item in enumerate(items)))

    assert len(found.clusters) == 3
    assert found.relations == ()


@pytest.mark.parametrize("text", ["", " \n ", "...", "Advertisement", "Page not found"], ids=repr)
def test_a_text_without_matter_equals_only_its_equal(text: str) -> None:
    """Empty texts are never copies of each other; stubs only where they are equal to the letter."""
    found = find(article("a", text), article("b", text), article("c", text + "x"), article("d", STORY))

    assert (("a", "b") in members(found)) == bool(text.strip())
    assert found.of("c").members == ("c",)


def test_equal_texts_are_exact_whatever_their_white_space() -> None:
    """`exact` is said of texts that differ in white space only."""
    found = find(article("a", STORY), article("b", STORY.replace("\n", "\n\n  ")))

    assert [relation.relation for relation in found.relations] == [RelationKind.EXACT]
    assert found.relations[0].similarity == 1


def test_a_script_without_spaces_is_compared_by_characters() -> None:
    """Copies are found in Chinese and Thai as well, and other texts stay apart."""
    first = (
        "奥拉维克港口大桥因桥墩出现裂缝将关闭到秋末。市工程师星期二表示潜水员发现两座桥墩有很深的裂缝。"
        "每天约有一万四千辆汽车通过这座大桥。"
    )
    second = (
        "图书馆里有十一个抽屉收藏着从未建成的桥梁图纸。管理员说这个星期每天都有人来看这些图纸并且叹息不已。"
        "学校通过广播给岛上的孩子上课。"
    )
    cut = "市长请大家在家办公。" + first

    found = find(article("a", first), article("b", cut), article("c", second))

    assert members(found) == [("a", "b"), ("c",)]


def test_the_order_of_the_articles_changes_nothing() -> None:
    """The same articles give the same clusters, relations and origins."""
    given = [article(f"m{seed}", match_report(seed)) for seed in range(5)]
    given += [article(name, edited(name)) for name in ("tail_cut", "reordered", "local_lead", "house_style")]

    assert find(*given) == find(*reversed(given))


def test_one_id_twice_is_refused() -> None:
    """Two articles under one id cannot be told apart in any file."""
    with pytest.raises(InputFormatError, match="'a'"):
        find(article("a", STORY), article("a", OWN_MATTER))


def test_the_citable_whole_first_copy_stands_for_the_others() -> None:
    """A cluster is represented by a text with an address and a date that lost nothing."""
    found = find(
        article("a", STORY, url=None, published=None),
        article("b", "\n".join(PARAGRAPHS[:3]), published="2025-02-03T08:00:00Z"),
        article("c", edited("house_style"), published="2025-02-04T09:00:00Z"),
        article("d", edited("local_lead"), published="2025-02-04T10:00:00Z"),
    )

    assert [(cluster.representative, cluster.origin) for cluster in found.clusters] == [("c", "AP")]
    assert "published first" in found.clusters[0].reason


def test_every_relation_carries_its_evidence() -> None:
    """`dedupe explain` shows what was seen."""
    relation = relate(article("a", STORY), article("b", edited("tail_cut")), SETTINGS)

    assert {item.name for item in relation.evidence} >= {"covered_a", "covered_b", "blocks"}
    assert relation.containment_b == 1


def test_the_credited_outlets_own_copy_stands_for_the_others_though_shorter_and_later() -> None:
    """The original is the source's, by its credit, whatever copy is longest."""
    wire = STORY.replace("(AP)", "(Meridian Press)")
    found = find(
        article(
            "a", "Readers of the Courier have waited for this news since the spring of last year.\n" + wire
        ),
        article("b", wire, url="https://www.meridianpress.example/1", published="2025-02-04T09:00:00Z"),
        article("c", "\n".join(wire.split("\n")[:5])),
    )

    assert [(cluster.members, cluster.representative) for cluster in found.clusters] == [
        (("a", "b", "c"), "b")
    ]
    assert "comes from Meridian Press" in found.clusters[0].reason


def test_of_equal_copies_the_one_with_whole_letters_stands_for_them() -> None:
    """A text in capitals, or read in another coding, is a worse copy of the same story."""
    found = find(article("a", STORY.upper()), article("b", STORY))

    assert (found.clusters[0].representative, found.clusters[0].reason) == ("b", "has no damaged letters")


def test_the_syndication_graph_says_who_carried_whom() -> None:
    """Each copy leads to the source's own, or to the outlet that it credits where that is not there."""
    own = {"publisher": "Meridian Press", "published": "2025-02-04T06:00:00Z"}
    wire = STORY.replace("(AP)", "(Meridian Press)")

    with_source = find(article("a", wire, publisher="Orlavik Courier"), article("b", wire, **own))
    without = find(article("a", STORY), article("b", edited("house_style")))
    uncredited = [
        article("a", STORY.partition("— ")[2], publisher="Orlavik Courier"),
        article("b", STORY.partition("— ")[2], publisher="Kessling Post", published="2025-02-03T08:00:00Z"),
    ]

    assert [(e.carrier, e.source, e.outlet) for e in with_source.syndication] == [
        ("a", "b", "Meridian Press")
    ]
    assert [(e.carrier, e.source, e.outlet) for e in without.syndication] == [
        ("a", None, "AP"),
        ("b", None, "AP"),
    ]
    assert [(e.carrier, e.source, e.outlet) for e in find(*uncredited).syndication] == [
        ("a", "b", "Kessling Post")
    ]
    assert with_source.syndication[0].source_published < with_source.syndication[0].published


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u00a0", "\u200b", "\ufeff\u00ad", "\u2060\u180e"])
def test_documents_without_anything_to_see_are_no_copies_of_each_other(nothing: str) -> None:
    """Empty pages share nothing, whatever they are made of."""
    found = find(article("a", nothing), article("b", nothing), article("c", STORY))

    assert [cluster.members for cluster in found.clusters] == [("a",), ("b",), ("c",)]


@pytest.mark.parametrize("length", [40, 150])
def test_a_chain_of_texts_is_no_cluster_of_ends_that_share_nothing(length: int) -> None:
    """Each text begins 20 words behind the one before and has 300: those 15 apart have no word in common."""
    words = [f"word{number}" for number in range(20 * length + 300)]
    chain = [
        Article(id=f"{number:03}", text=f"{' '.join(words[20 * number : 20 * number + 300])}.")
        for number in range(length)
    ]
    found = find_duplicates(chain, DedupeSettings())
    assert found.copies
    assert max(int(copies[-1]) - int(copies[0]) for copies in found.copies) < 15


def test_many_copies_of_one_text_are_one_cluster() -> None:
    """More than are compared pair by pair; each has a word of its own."""
    words = [f"word{number}" for number in range(300)]
    texts = [" ".join([*words[: 2 * number], f"own{number}", *words[2 * number :]]) for number in range(120)]
    copies = [Article(id=f"{number:03}", text=f"{text}.") for number, text in enumerate(texts)]
    assert [len(own) for own in find_duplicates(copies, DedupeSettings()).copies] == [120]
