"""What an open page of a query is told, and in how many pieces."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

from accounts.live.access import Visitor
from aiqueries.live.feed import QueryStream
from aiqueries.selectors.progress import Progress

BEN = Visitor("ben", token_id="token")


def at(position, text="", status="RUNNING"):
    is_final = status not in {"QUEUED", "RUNNING"}
    return Progress(position, text, is_final, {"status": status, "final": is_final})


def stream():
    return QueryStream(BEN, "query", -1)


def read(page):
    """The messages that wait, as (kind, id, data); None at the end."""
    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop here
        chunk = elsewhere.submit(asyncio.run, asyncio.wait_for(page.next(), 1)).result().decode()
    return [parsed(message) for message in chunk.split("\n\n") if message] or None


def parsed(message):
    fields = dict(line.split(": ", 1) for line in message.split("\n"))
    return fields["event"], fields.get("id"), json.loads(fields["data"])


def status(word, position):
    is_final = word not in {"QUEUED", "RUNNING"}
    return "status", str(position), {"status": word, "final": is_final}


def test_a_page_that_opens_hears_how_it_stands():
    page = stream()

    page.take(at(0, status="QUEUED"))

    assert read(page) == [status("QUEUED", 0)]


def test_the_answer_comes_piece_by_piece():
    page = stream()
    page.take(at(1))
    read(page)

    page.take(at(2, "A wrong"))
    first = read(page)
    page.take(at(3, "A wrong option."))

    assert first == [("text", "2", {"text": "A wrong", "restart": False})]
    assert read(page) == [("text", "3", {"text": " option.", "restart": False})]


def test_another_attempt_starts_the_answer_again():
    page = stream()
    page.take(at(1, "A wrong"))
    read(page)

    page.take(at(2, "It is"))

    assert read(page) == [("text", "2", {"text": "It is", "restart": True})]


def test_with_the_final_status_it_ends():
    page = stream()
    page.take(at(1))
    read(page)

    page.take(at(2, "Done.", "SUCCEEDED"))

    assert read(page) == [
        ("text", None, {"text": "Done.", "restart": False}),
        status("SUCCEEDED", 2),
    ]
    assert read(page) is None


def test_what_is_known_is_not_told_again():
    page = stream()
    page.take(at(1, "A"))
    read(page)

    page.take(at(1, "A"))

    assert page.waiting == 0


def test_a_page_that_was_away_and_missed_nothing_goes_on():
    page = stream()
    page.go_on(at(3, "A wrong"))

    page.take(at(4, "A wrong option."))

    assert read(page) == [("text", "4", {"text": " option.", "restart": False})]


def test_a_page_that_was_away_and_missed_something_gets_all_of_it():
    page = stream()
    page.start_over()

    page.take(at(4, "A wrong"))

    assert read(page) == [
        ("text", None, {"text": "A wrong", "restart": True}),
        status("RUNNING", 4),
    ]


def test_who_reads_slowly_gets_several_changes_in_one():
    page = stream()
    page.take(at(1, "A"))

    page.take(at(2, "A wrong"))
    page.take(at(3, "A wrong option."))
    was_behind = page.behind
    read(page)
    page.take(at(3, "A wrong option."))

    assert was_behind
    assert not page.behind
    assert read(page) == [("text", "3", {"text": " wrong option.", "restart": False})]


def test_the_end_is_not_lost_on_who_reads_slowly():
    page = stream()
    page.take(at(1, "A"))

    page.take(at(2, "A.", "SUCCEEDED"))
    first = read(page)
    page.take(at(2, "A.", "SUCCEEDED"))

    assert [kind for kind, *_ in first] == ["text", "status"]
    assert read(page)[-1] == status("SUCCEEDED", 2)
    assert read(page) is None
