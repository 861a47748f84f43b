"""A user's own file of border counts: read whole, or refused with every mistake in its place."""

import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.places import GROUPS
from entente.problems import InputProblemsError
from entente.world.observations import PORTS, SERIES, read_observations
from entente.world.sources import border_counts

HEADER = "month,series,group,demographic,count,vintage,source"
SERIES_NAME = "usbp_apprehensions_sw"


def lines_of(months=("2019-04", "2019-05", "2019-06"), series=SERIES_NAME, count=10):
    """Write a right file: each group, and the total of five."""
    body = [
        f"{month},{series},{group},ALL,{count * (5 if group == 'ALL' else 1)},mine,me"
        for month in months
        for group in ("ALL", *GROUPS)
    ]
    return [HEADER, *body]


def wrote(tmp_path, lines):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def problems_of(path, **options):
    with pytest.raises(InputProblemsError) as refused:
        read_observations(path, **options)
    return refused.value.problems


def test_a_right_file_is_read(tmp_path):
    counts = read_observations(wrote(tmp_path, lines_of()))
    assert (counts.first, counts.last) == (np.datetime64("2019-04"), np.datetime64("2019-06"))
    assert counts.counts.tolist() == [[10] * 5] * 3
    assert np.isnan(counts.demographics).all()


def test_rows_may_come_in_any_order_and_the_total_may_be_left_out(tmp_path):
    lines = lines_of()
    shuffled = [HEADER, *(line for line in reversed(lines[1:]) if ",ALL,ALL," not in line)]
    expected = read_observations(wrote(tmp_path, lines)).digest()
    assert read_observations(wrote(tmp_path, shuffled)).digest() == expected


def test_vintage_and_source_may_be_left_out(tmp_path):
    lines = [line.rsplit(",", 2)[0] for line in lines_of()]
    assert len(read_observations(wrote(tmp_path, lines)).counts) == 3


def test_a_gzipped_file_with_a_byte_order_mark_reads_the_same(tmp_path):
    plain = wrote(tmp_path, lines_of())
    zipped = tmp_path / "mine.csv.gz"
    zipped.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes().replace(b"\n", b"\r\n")))
    assert read_observations(zipped).digest() == read_observations(plain).digest()


@pytest.mark.parametrize(
    ("row", "code", "field", "says"),
    [
        ("2019-07,{s},GTM,ALL,-4,,", "E603", "count", "-4 is below zero"),
        ("2019-07,{s},GTM,ALL,4.0,,", "E603", "count", "'4.0' is not a whole number"),
        ("2019-07,{s},GTM,ALL,,,", "E603", "count", "'' is not a whole number"),
        ("2019-07,{s},GTM,ALL,99999999999999999999,,", "E603", "count", "more people than"),
        ("2019-13,{s},GTM,ALL,4,,", "E603", "month", "'2019-13' is not a month"),
        ("07/2019,{s},GTM,ALL,4,,", "E603", "month", "'07/2019' is not a month"),
        ("2019-07,{s},GUA,ALL,4,,", "E604", "group", "unknown group 'GUA'"),
        ("2019-07,usbp_sw,GTM,ALL,4,,", "E604", "series", "unknown series 'usbp_sw'"),
        ("2019-07,{s},GTM,families,4,,", "E604", "demographic", "unknown demographic 'families'"),
        ("2019-06,{s},GTM,ALL,10,,", "E605", "", "as line 15"),
        ("2019-07,{s},GTM,ALL,4,,,9", "E603", "", "8 cells, the header"),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_field(tmp_path, row, code, field, says):
    path = wrote(tmp_path, [*lines_of(), row.format(s=SERIES_NAME)])
    (problem,) = problems_of(path)
    assert (problem.code, problem.clause) == (code, field)
    assert (problem.where.file, problem.where.line) == (str(path), 20)
    assert says in problem.message


def test_every_mistake_is_listed_at_once_in_reading_order(tmp_path):
    lines = lines_of()
    lines[3] = f"2019-04,{SERIES_NAME},HDN,ALL,-1,mine,me"
    lines[9] = f"May 2019,{SERIES_NAME},HND,ALL,ten,mine,me"
    problems = problems_of(wrote(tmp_path, lines))
    assert [(p.where.line, p.clause) for p in problems] == [
        (4, "count"), (4, "group"), (10, "count"), (10, "month"),
    ]  # fmt: skip


def test_a_missing_month_is_named(tmp_path):
    path = wrote(tmp_path, lines_of(months=("2019-03", "2019-05", "2019-06", "2019-08")))
    problems = problems_of(path)
    assert [p.message for p in problems] == [
        f"{SERIES_NAME} has no rows for 2019-04",
        f"{SERIES_NAME} has no rows for 2019-07",
    ]
    assert [p.where.line for p in problems] == [7, 19]


def test_a_long_gap_is_one_problem(tmp_path):
    (problem,) = problems_of(wrote(tmp_path, lines_of(months=("0019-06", "2019-06"))))
    assert problem.message.endswith("has no rows for 0019-07 to 2019-05")


def test_a_missing_group_is_named(tmp_path):
    lines = [line for line in lines_of() if not line.startswith(f"2019-05,{SERIES_NAME},SLV")]
    (problem,) = problems_of(wrote(tmp_path, lines))
    assert "no count for group SLV in 2019-05" in problem.message


def test_groups_that_miss_the_total_are_named(tmp_path):
    lines = lines_of()
    lines[7] = f"2019-05,{SERIES_NAME},ALL,ALL,51,mine,me"
    (problem,) = problems_of(wrote(tmp_path, lines))
    assert (problem.code, problem.where.line) == ("E608", 8)
    assert problem.message == "groups of 2019-05 add to 50, not to 51"


def test_demographics_that_miss_the_total_are_named(tmp_path):
    parts = {"single_adult": 4, "family_unit": 4, "unaccompanied_child": 4}
    rows = [f"2019-05,{SERIES_NAME},GTM,{d},{n},mine,me" for d, n in parts.items()]
    (problem,) = problems_of(wrote(tmp_path, [*lines_of(), *rows]))
    assert problem.message == "demographics of 2019-05 add to 12, not to 10"


@pytest.mark.parametrize("column", ["name", "birth_date", "document_number"])
def test_a_file_about_single_persons_is_refused(tmp_path, column):
    lines = [f"{line},x" for line in lines_of()]
    lines[0] = f"{HEADER},{column}"
    (problem,) = problems_of(wrote(tmp_path, lines))
    assert (problem.where.line, problem.where.col, problem.clause) == (1, 8, column)
    assert "single persons" in problem.mend


def test_missing_columns_are_listed_together(tmp_path):
    problems = problems_of(wrote(tmp_path, ["month,series,group", f"2019-05,{SERIES_NAME},GTM"]))
    assert {p.clause for p in problems} == {"demographic", "count"}


def test_a_series_that_the_file_lacks_is_refused(tmp_path):
    (problem,) = problems_of(wrote(tmp_path, lines_of()), series=PORTS)
    assert SERIES_NAME in problem.mend


@pytest.mark.parametrize("content", [b"", HEADER.encode() + b"\n", b"\xff\xfe\x00", b"\x00\x01"])
def test_a_file_that_is_no_table_is_refused_without_a_crash(tmp_path, content):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    assert problems_of(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    (problem,) = problems_of(tmp_path / "absent.csv")
    assert (problem.code, "No such file" in problem.message) == ("E600", True)


@given(
    st.lists(st.lists(st.integers(0, 10**7), min_size=5, max_size=5), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_reading_back_what_was_written_gives_the_same_counts(tmp_path_factory, counts, random):
    months = np.datetime64("2018-11") + np.arange(len(counts))
    lines = [
        f"{month},{SERIES_NAME},{group},ALL,{n},,"
        for month, row in zip(months, counts, strict=True)
        for group, n in zip(GROUPS, row, strict=True)
    ]
    random.shuffle(lines)
    folder = tmp_path_factory.mktemp("observations")
    assert read_observations(wrote(folder, [HEADER, *lines])).counts.tolist() == counts


@pytest.mark.parametrize("series", SERIES)
def test_the_official_file_gives_what_is_shipped(reference, series):
    official = read_observations(reference / "migration" / "observations.csv", series)
    shipped = border_counts(series)
    assert official.digest() == shipped.digest()
    np.testing.assert_array_equal(official.demographics, shipped.demographics)
    np.testing.assert_array_equal(official.cross, shipped.cross)


def test_a_mistake_in_the_official_file_is_found_among_its_5_190_rows(reference, tmp_path):
    text = (reference / "migration" / "observations.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    rows[2000][4] = "-5"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    (problem,) = problems_of(wrote(tmp_path, out.getvalue().splitlines()))
    assert (problem.where.line, problem.clause) == (2001, "count")
