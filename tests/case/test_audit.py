"""What was changed, taken out or cut off is seen; equal data are equal bytes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable

import pytest

from fpinspect.batch.case.audit import GENESIS, Record, canonical, check, normal_head
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case, CaseError

Fill = Callable[..., Case]


def records(n: int) -> list[Record]:
    made: list[Record] = []
    for seq in range(1, n + 1):
        prev = made[-1].hash if made else GENESIS
        made.append(Record.make(seq=seq, at="t", by="me", action="a", detail={"n": seq}, prev=prev))
    return made


def test_the_hash_is_that_of_the_published_form() -> None:
    (one,) = records(1)
    text = f'{{"action":"a","at":"t","by":"me","detail":{{"n":1}},"prev":"{GENESIS}","seq":1}}'
    assert one.hash == hashlib.sha256(text.encode()).hexdigest()
    assert canonical({"b": "ä", "a": 1.0}) == b'{"a":1.0,"b":"\\u00e4"}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"x": float("nan")})


def test_an_unbroken_chain_holds_and_contains_its_heads() -> None:
    chain = records(5)
    assert check(chain).ok
    found = check(chain, chain[2].hash[:20])
    assert (found.ok, found.found_at, found.head.records) == (True, 3, 5)
    printed = " ".join(chain[4].hash[i : i + 4] for i in range(0, 64, 4)).upper()
    assert check(chain, printed).found_at == 5


def test_every_tampering_is_seen() -> None:
    chain = records(5)
    changed = [*chain]
    changed[1] = Record(2, "t", "you", "a", {"n": 2}, chain[1].prev, chain[1].hash)
    assert check(changed).problems == ("record 2 (a) was changed",)
    forged = Record.make(seq=2, at="t", by="you", action="a", detail={}, prev=chain[0].hash)
    assert check([chain[0], forged, *chain[2:]]).problems == (
        "record 3 does not follow from the one before it",
    )
    assert check([chain[0], *chain[2:]]).problems == ("record 2 of the chain is missing",)
    assert check(chain[1:]).problems[0] == "record 1 of the chain is missing"
    assert check([]).problems == ("the chain is empty",)


def test_a_chain_that_was_cut_is_seen_against_a_printed_head() -> None:
    chain = records(5)
    assert check(chain[:3]).ok  # nothing in it says that it went on
    problems = check(chain[:3], chain[4].hash).problems
    assert len(problems) == 1
    assert "does not contain the head" in problems[0]


@pytest.mark.parametrize("text", ["", "abc", "z" * 64, "0" * 65, "0" * 15])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="is no head of a chain"):
        normal_head(text)


TAMPERING = {
    "UPDATE bookmarks SET status = 'cleared'": "item 1: bookmark differ",
    "UPDATE bookmarks SET at = '1999'": "item 1: bookmark differ",
    "DELETE FROM bookmarks": "item 1: bookmark differ",
    "INSERT INTO tags VALUES (2, 'x')": "item 2: tags differ",
    "UPDATE items SET sha256 = 'ff' WHERE id = 2": "item 2: sha256 differ",
    "UPDATE items SET path = '/x', added_by = 'y'": "item 1: path, added_by differ",
    "INSERT INTO items VALUES (9, '/x', NULL, NULL, 't', 'b', NULL)": "item 9 is not in the chain",
    "UPDATE meta SET value = 'B. Other' WHERE name = 'examiner'": "the case's examiner differs",
    "UPDATE meta SET value = 'x' WHERE name = 'id'": "own number differs",
    """UPDATE inspections SET record = replace(record, '-0.5', '-5.5')""": "result 1 of item 1",
    "UPDATE inspections SET made_with = '{}'": "what result 1 of item 1 was made with",
    "UPDATE arrays SET preview = x'00'": "arrays of result 1",
    "DELETE FROM arrays WHERE inspection = 2": "arrays of result 2",
    "UPDATE audit SET at = 'then' WHERE seq = 3": "record 3",
    "DELETE FROM audit WHERE seq = 1": "record 1 of the chain is missing",
    "UPDATE audit SET detail = 'no json' WHERE seq = 2": "record 2 of the audit chain cannot be",
    "UPDATE audit SET detail = '{}' WHERE seq = 2": "record 2",
}


@pytest.mark.parametrize(("sql", "words"), TAMPERING.items())
def test_whoever_edits_a_table_is_seen(filled: Fill, sql: str, words: str) -> None:
    with filled() as case:
        case.bookmark(1, "relevant", "hands")
        path = case.path
    with sqlite3.connect(path) as db:
        db.execute(sql)
    db.close()
    with Case.open(path, read_only=True) as case:
        problems = case.chain.verify().problems or differences(case)
    assert words in problems[0]
