"""No request that changes something talks to anything but PostgreSQL."""

import os
import socket
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services
from tests.approvals.api.conftest import Program
from tests.approvals.attachments import bring, colour, pdf, wanted
from tests.approvals.conftest import CONTENT, decide

# PostgreSQL's own socket is opened by its C library, which Python does not see.
OUTWARD = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "os.posix_spawn",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
caught = None


def note_what_leaves(event, arguments):
    if caught is None:
        return
    if event in OUTWARD:
        caught.append((event, arguments))
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        caught.append((event, arguments))


sys.addaudithook(note_what_leaves)


@pytest.fixture
def nothing_leaves():
    """Fails the test if it connects anywhere, starts a program or writes a file."""
    global caught
    caught = []
    try:
        yield caught
        assert caught == []
    finally:
        caught = None


def test_the_guard_sees_a_connection_and_a_file(tmp_path, nothing_leaves):
    with pytest.raises(OSError), socket.socket() as out:  # noqa: PT011
        out.connect(("127.0.0.1", 1))
    (tmp_path / "message").write_text("for the broker")

    assert [event for event, _ in nothing_leaves] == ["socket.connect", "open"]
    nothing_leaves.clear()


@pytest.fixture
def places(task, offered_again, ada, ben):
    question = services.create_question(content=CONTENT, actor=ben)
    return {
        "task": task.pk,
        "request": task.request_id,
        "offered": offered_again.pk,
        "question": question.pk,
    }


@pytest.fixture
def offered_again(offered, asha):
    """A task of the board's in which Asha has a seat."""
    return services.claim_task(task_id=offered.pk, actor=asha)


DOORS = [
    ("asha", "approval-tasks/{task}/decision/", {"verdict": "APPROVED"}),
    ("asha", "approval-tasks/{task}/reassign/", {"assigned_to": "ada@example.com"}),
    ("asha", "approval-tasks/{offered}/release/", {}),
    ("ben", "approval-requests/{request}/cancel/", {}),
    ("ben", "approval-requests/", {"question_id": "{question}", "assigned_to": "asha@example.com"}),
]


@pytest.mark.parametrize(("who", "address", "body"), DOORS)
def test_a_change_touches_postgresql_alone(request, places, nothing_leaves, who, address, body):
    program = Program(request.getfixturevalue(who))
    body = {name: value.format(**places) for name, value in body.items()}

    answer = program.send(address.format(**places), body, Idempotency_Key="key-1")

    assert answer.status_code in (200, 201), answer.content


def test_submitting_touches_postgresql_alone(as_ben, submission, nothing_leaves):
    assert as_ben.send("approval-requests/", submission).status_code == 201


def test_writing_a_question_touches_postgresql_alone(as_ben, question, nothing_leaves):
    assert as_ben.send("questions/", question).status_code == 201


def test_uploading_a_file_touches_postgresql_alone(as_ben, nothing_leaves):
    filler = b"\n%" + b"x" * (5 * 1024 * 1024 - 1000)
    file = SimpleUploadedFile("table.pdf", pdf(b"null" + filler))

    answer = as_ben.post("/api/v1/attachments/", {"file": file}, format="multipart")

    assert answer.status_code == 201, answer.content


def test_attaching_a_file_touches_postgresql_alone(as_ben, ben, question, nothing_leaves):
    named = [{"attachment_id": str(bring(ben).pk), "alt_text": "Four apples"}]

    answer = as_ben.send("questions/", question | {"attachments": named})

    assert answer.status_code == 201


@pytest.mark.parametrize("moved", [False, True])
def test_fetching_a_file_touches_postgresql_and_our_disk_alone(
    as_ben, ben, client, settings, tmp_path, deliver_all, request, moved
):
    settings.MEDIA_ROOT = tmp_path
    upload = bring(ben)
    services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)
    if moved:
        deliver_all()

    request.getfixturevalue("nothing_leaves")
    address = as_ben.read(f"attachments/{upload.pk}/content/")["Location"]

    assert client.get(address).content == colour(1)


def test_claiming_touches_postgresql_alone(as_ada, offered, nothing_leaves):
    assert as_ada.send(f"approval-tasks/{offered.pk}/claim/").status_code == 200


def test_revising_touches_postgresql_alone(as_ben, submit, asha, question, deliver_all, request):
    made = submit()
    deliver_all()
    decide(made.tasks.get(), asha, "CHANGES_REQUESTED")
    deliver_all()

    request.getfixturevalue("nothing_leaves")
    answer = as_ben.send(f"questions/{made.question_id}/versions/", question)

    assert answer.status_code == 201
