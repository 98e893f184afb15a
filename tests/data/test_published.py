"""Published lists of results are handed out with the digits of the print, and a mistyped name meets the nearest."""

import csv

import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName


def test_values_of_the_2020_pillars_stand_alike_in_values_and_claims():
    claims = data.load_claims().query("table == 'province-2020' and check == 'pillar' and source == 'dti-2020-report'")
    values = data.load_values("province-2020")
    assert len(claims) == values.size == 27
    assert all(values.loc[c.unit, c.part] == float(c.printed) for c in claims.itertuples())


@pytest.mark.parametrize("table", ["province-2020", "province-2022", "province-2024-34"])
def test_published_tables_keep_the_digits_of_the_print(table):
    values, composites, digits = data.load_printed(table)
    pd.testing.assert_frame_equal(values, data.load_values(table))
    pd.testing.assert_series_equal(composites[values.index], data.load_composites(table)[values.index])
    assert len(composites) == len(values) and digits.index.tolist() == [*values.columns, "composite"]
    assert (digits == 4).all()  # also where a column holds 0.9000 and 1.0000 only


def test_a_table_without_values_is_no_printed_table():
    with pytest.raises(InputError, match="province-2023 prints no values.*province-2022, province-2024-34"):
        data.load_printed("province-2023")
    with pytest.raises(UnknownName, match="did you mean 'province-2022'"):
        data.load_printed("provinc-2022")


def test_an_unknown_table_names_the_nearest():
    """Notebooks look their framework up by it, and a reader who mistypes it should not see a bare key."""
    with pytest.raises(UnknownName, match="did you mean 'hcmc-district-2023'"):
        data.framework_of("hcmc-distrct-2023")
    assert data.framework_of("hcmc-district-2023").id == "hcmc-district-2023"


def test_what_can_be_opened_is_counted_and_lists_with_values_come_first():
    """Counted anew, line by line, from the file of values."""
    with open(data.RAW / "values.csv", encoding="utf-8", newline="") as file:
        units = {}
        for row in csv.DictReader(file):
            units.setdefault(row["table"], set()).add(row["unit"])
    opened = data.tables()
    assert opened.index.name == "table" and sorted(opened.index) == sorted(data.load_tables().index)
    assert opened.units_with_values[: len(units)].to_dict() == {table: len(names) for table, names in units.items()}
    assert (opened.units_with_values[len(units) :] == 0).all()
    for table, row in opened.iterrows():
        assert row.units_with_values == len(data.load_values(table))
        assert row.units_with_composites == len(data.load_composites(table))
        assert data.framework_of(table).id == row.framework and row.year in data.load_framework(row.framework).years
    assert opened.units_ranked["province-2024-34"] == 34 and pd.isna(opened.units_ranked["hcmc-district-2023"])
