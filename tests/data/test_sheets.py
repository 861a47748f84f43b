"""A user's small table is read by column names, and every fault of its shape is listed at once."""

import gzip

import pytest

from entente.problems import InputProblemsError
from entente.sheets import Codes, read

CODES = Codes(unreadable="E1", missing="E2", unknown="E3", ragged="E4")


def sheet(tmp_path, raw):
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    return read(path, CODES)


def test_lines_are_those_of_the_file_whatever_cells_hold(tmp_path):
    lines = (b"name,said", b'a,"two', b'lines"', b"", b" , ", b"b, fed\x0cup", b"")
    found = sheet(tmp_path, b"\xef\xbb\xbf" + b"\r\n".join(lines))
    assert found.header == ("name", "said")
    assert found.rows == (
        (3, {"name": "a", "said": "two\nlines"}),
        (6, {"name": "b", "said": "fed\x0cup"}),
    )


def test_rows_of_another_width_are_named_and_the_others_kept(tmp_path):
    found = sheet(tmp_path, b"a,b\n1\n1,2\n1,2,3\n")
    assert [line for line, _ in found.rows] == [3]
    assert [(p.code, p.where.line) for p in found.ragged] == [("E4", 2), ("E4", 4)]


def test_a_header_is_faulted_for_all_that_is_wrong_with_it(tmp_path):
    found = sheet(tmp_path, b"count,colour,count\n")
    problems = found.header_problems(["month", "count"])
    assert [(p.code, p.where.col, p.clause) for p in problems] == [
        ("E3", 2, "colour"),
        ("E3", 3, "count"),
        ("E2", 0, "month"),
    ]


PACKED = gzip.compress(b"a,b\n1,2\n")


@pytest.mark.parametrize(
    "raw", [b"caf\xe9,b\n", PACKED[:5], PACKED[:-4], gzip.compress(b"caf\xe9,b\n")]
)
def test_what_is_no_text_in_utf_8_is_refused(tmp_path, raw):
    with pytest.raises(InputProblemsError, match=r"a\.csv: E1 cannot read: .*; mend: name a CSV"):
        sheet(tmp_path, raw)


def test_a_packed_file_reads_like_a_plain_one(tmp_path):
    assert sheet(tmp_path, PACKED).rows == sheet(tmp_path, gzip.decompress(PACKED)).rows
