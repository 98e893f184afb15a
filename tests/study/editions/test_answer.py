"""Two lists that are asked about: what is opened, what is refused, and what the answer counts, by hand and counted again."""

import pandas as pd
import pytest

from dti_research.errors import InputError, UnknownName
from dti_research.study.editions import ask, open_pair


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in files]


@pytest.fixture(scope="module")
def published():
    return ask(open_pair("province-2022", "province-2024-34"), resamples=99, seed=1)


# ------------------------------------------------------------------------------------------------------------------ the pair


def test_a_pair_says_what_it_is(tmp_path):
    old, new = write(tmp_path, old="unit,composite\na,1\nb,2\n", new="unit,composite\na,2\nb,2\n")
    pair = open_pair(old, new)
    assert repr(pair).splitlines() == [
        f"Pair of {old} and {new} (files)",
        f"2 units before, no mergers; those of before in the later list: {new}",
        "by no frameworks; 0 boundaries before, 0 after",
    ]
    assert not pair.published and not pair.same_rules and not pair.same_year and pair.merged_on == ()


def test_a_pair_knows_what_mergers_leave(tmp_path):
    """Hill stays, lake and moor become one, rice is renamed: only hill is the same before and after."""
    files = write(
        tmp_path,
        old="unit,composite\nhill,4\nlake,3\nmoor,2\nrice,1\n",
        new="unit,composite\nhill,4\nlake,3\nmoor,2\nrice,1\n",
        walk="before,after\nhill,hill\nlake,lake\nmoor,lake\nrice,paddy\n",
    )
    pair = open_pair(*files[:2], crosswalk=files[2])
    assert pair.unmerged == {"hill"} and list(pair.namesakes) == ["hill", "lake", "rice"]
    assert list(pair.walk.after) == ["hill", "lake", "lake", "paddy"]


def test_published_pairs_know_their_year_and_their_rules():
    merged = open_pair("province-2024-63", "province-2024-34")
    assert merged.same_year and merged.merged_on == ("2025-07-01",) and merged.same_rules
    assert not open_pair("province-2022", "province-2024-34").same_year


def test_boundaries_and_points_stand_in_the_editions(tmp_path):
    old, new, points = write(
        tmp_path, old="unit,a,b\nx,1,0\ny,0,1\n", new="unit,a,b\nx,1,0\ny,0,1\n", p="indicator,points\na,3\nb,1\n"
    )
    pair = open_pair(old, new, points=(points, points), boundaries=((0.5,), (0.6,)))
    assert pair.before.boundaries == (0.5,) and pair.after.boundaries == (0.6,)
    assert pair.before.composites.to_dict() == pytest.approx({"x": 0.75, "y": 0.25})


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"crosswalk": "walk.csv"}, UnknownName, "--crosswalk goes with files of your own"),
        ({"points": ("p.csv", "p.csv")}, UnknownName, "--points-before goes with files of your own"),
        ({"points": ("p.csv", None)}, UnknownName, "--points-after is not"),
        ({"boundaries": ((0.5,), ())}, UnknownName, "give --boundaries-after, too"),
        ({"boundaries": ((60,), (60,))}, InputError, "far above the composites of province-2022"),
    ],
)
def test_options_that_published_lists_cannot_take_are_refused(options, kind, message):
    with pytest.raises(kind, match=message):
        open_pair("province-2022", "province-2023", **options)


def test_a_crosswalk_is_checked_when_it_is_opened(tmp_path):
    old, new, walk = write(
        tmp_path,
        old="unit,composite\na,1\nb,2\n",
        new="unit,composite\na,2\nb,2\n",
        walk="before,after\na,ab\n",
    )
    with pytest.raises(InputError, match="crosswalk: no row for 'b'"):
        open_pair(old, new, crosswalk=walk)


# ---------------------------------------------------------------------------------------------------------------- the answer


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"rule": "means"}, UnknownName, "did you mean 'mean'"),
        ({"rule": "weighted"}, UnknownName, "published lists come without weights"),
        ({"resamples": 98}, InputError, "resamples 98"),
        ({"seed": -1}, InputError, "seed -1"),
    ],
)
def test_options_are_checked_before_anything_is_computed(options, kind, message):
    with pytest.raises(kind, match=message):
        ask(open_pair("province-2022", "province-2023"), **{"seed": 1} | options)


def test_improved_by_a_shorter_list_counted_again_row_by_row(published):
    """In the words of the finding: a better rank, of the one old unit that has the new one's name."""
    walk = published.pair.crosswalk
    own = set(walk.before[walk.namesake])
    improved, shorter = [], []
    for unit, row in published.explained.rank.iterrows():
        if unit in own and row.after < row.before:
            improved.append(unit)
            parts = {cause: row[cause] for cause in ("composites", "merged", "listed")}
            if min(parts, key=parts.get) == "listed" and 2 * -parts["listed"] >= row.before - row.after - 1e-9:
                shorter.append(unit)
    assert list(published.improved.index) == improved
    assert list(published.improved_by_shorter_list.index) == shorter


def test_improved_by_a_shorter_list_by_hand(tmp_path):
    """Five units, the first two merge into the first: their mean is still the best, and all others move up one place by the list.

    Nobody's composite changes. e, d and c go from 5, 4, 3 to 4, 3, 2.
    """
    files = write(
        tmp_path,
        old="unit,composite\na,9\nb,8\nc,3\nd,2\ne,1\n",
        new="unit,composite\na,9\nb,8\nc,3\nd,2\ne,1\n",
        walk="before,after\na,a\nb,a\nc,c\nd,d\ne,e\n",
    )
    answer = ask(open_pair(*files[:2], crosswalk=files[2]), resamples=99, seed=1)
    assert list(answer.improved.index) == list(answer.improved_by_shorter_list.index) == ["c", "d", "e"]
    assert answer.mean_ranks == (3.0, 2.5)
    assert list(answer.most_merged("min").index) == list(answer.most_merged("max").index) == ["a", "c", "d", "e"]
    assert answer.printed_as_merged() == 0  # nothing is printed of the merged units


def test_without_mergers_no_list_is_shorter(tmp_path):
    old, new = write(tmp_path, old="unit,composite\na,2\nb,1\n", new="unit,composite\na,1\nb,2\n")
    answer = ask(open_pair(old, new), seed=1)
    assert list(answer.improved.index) == ["b"] and answer.improved_by_shorter_list.empty
    assert answer.mergers is None and answer.most_merged("min").empty and answer.mean_ranks == (1.5, 1.5)
    assert list(answer.widest_moves.index) == ["b", "a"]
    assert not answer.is_long_enough and answer.weights_within is None and answer.raised_by_values is None
    with pytest.raises(InputError, match="expected no more than the 2 units"):
        _ = answer.mobility
    with pytest.raises(InputError, match="expected published lists"):
        _ = answer.all_lists


def test_published_mergers_by_the_mean_are_as_printed_but_one(published):
    """33 of the 34 composites are the parts' mean to the printed digit (`test_causes` shows it in exact fractions)."""
    assert published.printed_as_merged() == 33
    assert published.printed_as_merged(1.0) == 34


def test_what_weights_can_have_done_encloses_every_unit(published):
    low, high = published.weights_within
    assert low == published.bounds.weights_low.min() and high == published.bounds.weights_high.max()
    assert (published.raised_by_values.values_least > 0).all()
    assert len(published.raised_by_values) == sum(least > 0 for least in published.bounds.values_least)


def test_unexplained_are_remainders_that_rounding_cannot_make(tmp_path):
    """a's composite was printed 0.2 too high after; b's is off by one last digit, as rounding may be."""
    old, new, points = write(
        tmp_path,
        old="unit,r,w,composite\na,0.9,0.1,0.5\nb,0.5,0.5,0.5\n",
        new="unit,r,w,composite\na,0.9,0.1,0.7\nb,0.5,0.5,0.5001\n",
        p="indicator,points\nr,1\nw,1\n",
    )
    answer = ask(open_pair(old, new, points=(points, points)), seed=1)
    assert answer.unexplained.to_dict() == pytest.approx({"a": 0.2})
    assert ask(open_pair(old, new), seed=1).unexplained.empty


def test_the_split_by_indicator_is_of_the_units_with_values(published):
    assert set(published.by_indicator.unit) == set(published.split.composite.index)
    pd.testing.assert_frame_equal(published.by_indicator, published.split.by_indicator)
