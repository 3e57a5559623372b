"""Each file of the corpus gives the rows and the findings that stand beside it."""

import codecs

import pytest
from corpus_cases import CORPUS, Case, cases

import guardiansync as gs

CASES = cases()


def _named(some: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.name) for case in some]


@pytest.mark.parametrize("case", _named([case for case in CASES if "rows" in case.wanted]))
def test_the_rows_come_out_right(case: Case) -> None:
    feed = case.read()
    assert [list(row) for row in feed.rows.rows()] == case.wanted["rows"], case.wanted["why"]
    found = feed.findings.frame.select("code", "line", "column", "detail").iter_rows()
    assert sorted([*named, *filter(None, [detail])] for *named, detail in found) == sorted(case.wanted["findings"])
    assert feed.incomplete == case.wanted.get("incomplete")
    if "encoding" in case.wanted:
        assert codecs.lookup(str(feed.encoding)).name == codecs.lookup(case.wanted["encoding"]).name


@pytest.mark.parametrize("case", _named([case for case in CASES if "error" in case.wanted]))
def test_what_cannot_be_read_is_refused_in_words(case: Case) -> None:
    with pytest.raises(getattr(gs, case.wanted["error"])) as caught:
        case.read()
    assert case.wanted["says"] in str(caught.value)
    for personal in ("Ann", "ann@example.org", "415-555"):
        assert personal not in str(caught.value)


@pytest.mark.parametrize("case", _named([case for case in CASES if "rows" in case.wanted]))
def test_nobodys_data_is_shown_unasked(case: Case) -> None:
    feed = case.read()
    shown = "\n".join([str(feed), repr(feed), feed._repr_html_(), *map(str, feed.findings), repr(list(feed.findings))])
    personal = {value for row in feed.rows.iter_rows() for value in row[3:8] if len(value) > 4}
    assert not {value for value in personal if value in shown}


def test_every_file_has_its_expectation_and_only_those() -> None:
    files = {path.relative_to(CORPUS).with_suffix("") for path in CORPUS.rglob("*.csv")}
    assert files == {path.relative_to(CORPUS).with_suffix("") for path in CORPUS.rglob("*.json")}
    assert len(files) >= 60
