"""/api/v1/approval-tasks/{id}/review-notes/"""

import pytest

from aiqueries.models import NoteMark, ReviewNote
from tests.aiqueries.notes.drafts import NOTE, draft, drafted
from tests.approvals.api.conftest import as_asha, as_ben, as_cleo, as_vera, assert_refused

__all__ = ["as_asha", "as_ben", "as_cleo", "as_vera"]
pytestmark = pytest.mark.django_db


def put(program, task, body, note=None):
    number = (note or ReviewNote.objects.get()).pk
    url = f"/api/v1/approval-tasks/{task.pk}/review-notes/{number}/mark/"
    return program.put(url, body, format="json")


def test_notes_are_told_with_where_they_come_from(as_asha, viewed):
    drafted(viewed, NOTE, {**NOTE, "quote": "two"})

    answer = as_asha.read(f"approval-tasks/{viewed.pk}/review-notes/")

    assert answer.status_code == 200
    assert answer.json() == {
        "state": "drafted",
        "question_id": str(viewed.question_id),
        "version": 1,
        "model": "offline/parrot-1",
        "prompt_version": 1,
        "offered": 2,
        "dropped": 1,
        "notes": [
            {
                "id": ReviewNote.objects.get().pk,
                "kind": "AMBIGUITY",
                "part": "question_text",
                "start": 8,
                "end": 13,
                "quote": "2 + 2",
                "says": "In which base?",
                "useful": None,
            }
        ],
    }


def test_while_they_are_drafted_there_are_none(as_asha, viewed):
    draft(viewed)

    said = as_asha.read(f"approval-tasks/{viewed.pk}/review-notes/").json()

    assert (said["state"], said["model"], said["notes"]) == ("drafting", None, [])


def test_before_a_first_view_they_are_refused(as_asha, task):
    drafted(task)

    answer = as_asha.read(f"approval-tasks/{task.pk}/review-notes/")

    assert_refused(answer, 403, "first_view_needed")


def test_others_do_not_see_the_task(as_cleo, viewed):
    answer = as_cleo.read(f"approval-tasks/{viewed.pk}/review-notes/")

    assert_refused(answer, 404, "notes_not_found")


def test_auditors_look_on(as_vera, task):
    drafted(task)

    assert as_vera.read(f"approval-tasks/{task.pk}/review-notes/").json()["state"] == "drafted"


@pytest.mark.parametrize("useful", [True, False])
def test_a_note_is_marked(as_asha, viewed, useful):
    drafted(viewed)

    answer = put(as_asha, viewed, {"useful": useful})

    assert answer.json()["notes"][0]["useful"] is useful
    assert NoteMark.objects.get().useful is useful


def test_a_mark_is_taken_back(as_asha, viewed):
    drafted(viewed)
    put(as_asha, viewed, {"useful": True})

    assert put(as_asha, viewed, {"useful": None}).json()["notes"][0]["useful"] is None
    assert not NoteMark.objects.exists()


@pytest.mark.parametrize("body", [{}, {"useful": "perhaps"}, {"usefull": True}], ids=str)
def test_what_is_no_mark_is_refused(as_asha, viewed, body):
    drafted(viewed)

    assert put(as_asha, viewed, body).status_code == 400


def test_only_assessors_mark(as_vera, viewed):
    drafted(viewed)

    assert_refused(put(as_vera, viewed, {"useful": True}), 403, "first_view_needed")


def test_a_note_that_is_not_there_cannot_be_marked(as_asha, viewed, submit):
    other = drafted(submit().tasks.get()).notes.get()

    assert_refused(put(as_asha, viewed, {"useful": True}, note=other), 404, "note_not_found")
