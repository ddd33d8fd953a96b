"""The features and the model, as numbers."""

from __future__ import annotations

import itertools

import numpy as np

from dedupe.boilerplate.features import FEATURES, line_features
from dedupe.boilerplate.measures import Lines, measure
from dedupe.boilerplate.model import ALLOWED, BEGIN, FINISH, STATES, forward_backward, load
from tests.dedupe.boilerplate import texts


def test_probabilities_are_those_of_all_paths_counted_one_by_one():
    """The scaled sums give what a sum over every path of states gives."""
    dice = np.random.default_rng(0)
    emissions = dice.normal(0, 2, (5, len(STATES)))
    transitions = dice.normal(0, 1, ALLOWED.shape) + ALLOWED
    totals = np.zeros((4, len(STATES)))
    for path in itertools.product(range(len(STATES)), repeat=4):
        weight = BEGIN[path[0]] * FINISH[path[-1]]
        weight *= np.exp(sum(emissions[at, state] for at, state in enumerate(path)))
        weight *= np.exp(sum(transitions[a, b] for a, b in itertools.pairwise(path)))
        totals[range(4), path] += weight

    marginals, expected, norms = forward_backward(emissions, transitions, np.array([0, 4, 5]))

    np.testing.assert_allclose(marginals[:4], totals / totals.sum(axis=1, keepdims=True), atol=1e-12)
    np.testing.assert_allclose(norms[0], np.log(totals[0].sum()))
    np.testing.assert_allclose(expected.sum(), 3)


def test_a_document_is_measured_alike_whatever_stands_beside_it():
    """Batches save time and change nothing."""
    documents = [texts.STORY, texts.JAPANESE_STORY, texts.FOOTER, texts.ARABIC_STORY]
    first = np.cumsum([0, *map(len, documents)])

    together = line_features(Lines.of([line for document in documents for line in document], first))

    alone = [line_features(Lines.of(list(lines), np.array([0, len(lines)]))) for lines in documents]
    np.testing.assert_array_equal(together, np.concatenate(alone))


def test_the_weights_that_ship_fit_the_features():
    """A feature without a weight, or a state too many, would shift every decision."""
    model = load()

    assert model.states.shape == (len(FEATURES), len(STATES))
    assert np.isfinite(model.states).all()


def test_wide_letters_count_twice_and_make_half_a_word():
    """Fifteen Chinese characters say what thirty Latin letters say."""
    measures = measure(["港町で水先人が仕事を再開した。", "The pilots returned to work."])

    assert measures.width.tolist() == [29.0, 28.0]
    assert measures.words.tolist() == [7.0, 5.0]


def test_digits_and_signs_do_not_change_the_shape_of_a_line():
    """Counters and decorations vary from one printing of a block to the next."""
    shapes = measure(["12 comments", "* 97 Comments!", "Comment"]).shape

    assert shapes[0] == shapes[1] != shapes[2]
