"""Processed tables: what is committed is what is built."""

from dti_research import data


def test_processed_tables_are_those_that_raw_gives(tmp_path):
    built = data.build_processed(tmp_path)
    assert sorted(p.name for p in built) == sorted(p.name for p in data.PROCESSED.glob("*.csv"))
    for path in built:
        assert path.read_bytes() == (data.PROCESSED / path.name).read_bytes(), (
            f"{path.name}: run python3 dev.py refresh"
        )
