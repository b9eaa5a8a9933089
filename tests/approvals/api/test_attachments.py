"""POST /api/v1/attachments/, what questions say of files, and where files are fetched."""

import hashlib
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from approvals import services
from approvals.models import Attachment, Question, QuestionVersion
from tests.approvals.api.conftest import Program, assert_refused
from tests.approvals.attachments import bring, colour, content_of, pdf, wanted
from tests.approvals.conftest import CONTENT
from tests.approvals.files.samples import GOOD

URL = "/api/v1/attachments/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(ben):
    return bring(ben)


@pytest.fixture
def illustrated(ben, upload):
    return services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)


def send_file(program, data=None, name="chart.png", **headers):
    file = SimpleUploadedFile(name, colour(1) if data is None else data, "text/html")
    named = {header.replace("_", "-"): value for header, value in headers.items()}
    return program.post(URL, {"file": file}, format="multipart", headers=named)


def naming(*uploads, alt_text="Four apples"):
    return [{"attachment_id": str(upload.pk), "alt_text": alt_text} for upload in uploads]


def test_ben_uploads_a_picture(as_ben):
    answer = send_file(as_ben, name="apples.png")

    upload = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "attachment_id": str(upload.pk),
        "name": "apples.png",
        "media_type": "image/png",
        "size": len(colour(1)),
        "sha256": upload.file_id,
        "width": 2,
        "height": 2,
        "url": f"/api/v1/attachments/{upload.pk}/content/",
    }
    assert as_ben.get(answer["Location"]).json() == answer.json()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.png", "file_empty"),
        (b"<svg/>", "a.svg", "file_type_unknown"),
        (pdf(b"<< /S /Launch >>"), "a.pdf", "pdf_active"),
        (colour(1)[:-1], "a.png", "file_broken"),
        (colour(1), "a.gif", "file_name_misleading"),
        (b"x" * (5 * 1024 * 1024 + 1), "a.png", "file_too_large"),
    ],
)
def test_a_bad_file_is_refused(as_ben, data, name, code):
    assert_refused(send_file(as_ben, data, name), 422, code, "file")
    assert not Attachment.objects.exists()


def test_a_body_of_seven_megabytes_is_not_read(as_ben):
    assert_refused(send_file(as_ben, b"x" * 7 * 1024 * 1024), 413, "body_too_large")


def test_a_body_without_a_file_is_refused(as_ben):
    answer = as_ben.post(URL, {"name": "chart.png"}, format="multipart")

    assert_refused(answer, 400, "validation_error", "file")


def test_a_text_is_no_file(as_ben):
    answer = as_ben.post(URL, {"file": "chart.png"}, format="multipart")

    assert_refused(answer, 400, "validation_error", "file")


def test_json_is_no_way_to_send_a_file(as_ben):
    assert_refused(as_ben.send("attachments/", {"file": "x"}), 415, "unsupported_media_type")


@pytest.mark.parametrize("who", ["as_asha", "as_cleo", "as_vera"])
def test_only_requesters_upload(request, who):
    assert_refused(send_file(request.getfixturevalue(who)), 403, "not_a_requester")


def test_a_stranger_uploads_nothing(as_stranger):
    assert_refused(send_file(as_stranger), 401, "not_authenticated")


def test_the_same_key_uploads_once(as_ben):
    first = send_file(as_ben, Idempotency_Key="key-1")

    again = send_file(as_ben, Idempotency_Key="key-1")

    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(("data", "name"), [(colour(2), "chart.png"), (colour(1), "other.png")])
def test_the_same_key_with_another_file_is_refused(as_ben, data, name):
    send_file(as_ben, Idempotency_Key="key-1")

    answer = send_file(as_ben, data, name, Idempotency_Key="key-1")

    assert_refused(answer, 422, "idempotency_key_reused")


def test_a_question_is_written_with_its_files(as_ben, question, upload):
    answer = as_ben.send("questions/", question | {"attachments": naming(upload)})

    assert answer.status_code == 201
    assert answer.json()["attachments"] == [
        {
            "attachment_id": str(upload.pk),
            "name": "chart.png",
            "media_type": "image/png",
            "size": len(colour(1)),
            "sha256": upload.file_id,
            "width": 2,
            "height": 2,
            "url": f"/api/v1/attachments/{upload.pk}/content/",
            "alt_text": "Four apples",
        }
    ]


def test_approval_is_asked_for_with_files(as_ben, as_asha, submission, upload):
    submission["question"] |= {"attachments": naming(upload)}

    answer = as_ben.send("approval-requests/", submission)

    task_id = answer.json()["tasks"][0]["task_id"]
    task = as_asha.read(f"approval-tasks/{task_id}/").json()
    assert task["question"]["attachments"][0]["alt_text"] == "Four apples"
    assert task["digest"] == task["question"]["digest"] == answer.json()["digest"]


def test_a_file_at_fault_is_named_where_the_body_has_it(as_ben, submission, upload):
    submission["question"] |= {"attachments": naming(upload, alt_text=" ")}

    answer = as_ben.send("approval-requests/", submission)

    assert_refused(answer, 422, "alt_text_empty", "question.attachments[0].alt_text")
    assert not Question.objects.exists()


def test_an_id_of_nothing_is_refused(as_ben, question):
    nothing = [{"attachment_id": str(uuid4()), "alt_text": "?"}]

    answer = as_ben.send("questions/", question | {"attachments": nothing})

    assert_refused(answer, 422, "unknown_attachment", "attachments[0].attachment_id")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("x", "attachments"),
        ([{}], "attachments[0].attachment_id"),
        ([{"attachment_id": "1", "alt_text": ""}], "attachments[0].attachment_id"),
    ],
)
def test_files_of_a_wrong_shape_are_refused(as_ben, question, sent, field):
    answer = as_ben.send("questions/", question | {"attachments": sent})

    assert_refused(answer, 400, "validation_error")
    assert answer.json()["errors"][0]["field"] == field


def test_a_new_version_that_says_nothing_of_files_keeps_them(as_ben, illustrated, question):
    answer = as_ben.send(f"questions/{illustrated.pk}/versions/", question)

    assert answer.json()["attachments"][0]["name"] == "chart.png"


def test_a_new_version_with_an_empty_list_has_none(as_ben, illustrated, question):
    answer = as_ben.send(f"questions/{illustrated.pk}/versions/", question | {"attachments": []})

    assert answer.json()["attachments"] == []
    assert illustrated.versions.get(number=1).attachments != []


def test_files_can_be_all_that_changes(as_ben, illustrated, ben, upload):
    words = {"question_text": "What is 2 + 2?", "options": ["3", "4", "5"], "correct_answer": "4"}
    words |= {"subject": "Maths", "attachments": naming(bring(ben, colour(2)), upload)}

    answer = as_ben.send(f"questions/{illustrated.pk}/versions/", words)

    assert (answer.status_code, answer.json()["number"]) == (201, 2)
    assert_refused(
        as_ben.send(f"questions/{illustrated.pk}/versions/", words), 409, "nothing_changed"
    )


def test_only_what_was_read_is_replaced(as_ben, illustrated, question):
    tag = as_ben.read(f"questions/{illustrated.pk}/")["ETag"]
    url = f"questions/{illustrated.pk}/versions/"
    assert as_ben.send(url, question | {"attachments": []}, If_Match=tag).status_code == 201

    answer = as_ben.send(url, question, If_Match=tag)

    assert_refused(answer, 412, "precondition_failed")
    assert QuestionVersion.objects.count() == 2


def test_files_do_not_change_what_an_answer_is_tagged_with(as_ben, illustrated):
    address = f"questions/{illustrated.pk}/"

    assert as_ben.read(address)["ETag"] == as_ben.read(address)["ETag"]


@pytest.mark.parametrize("who", ["as_ben", "as_vera", "as_admin"])
def test_who_may_read_the_question_fetches_its_files(client, request, illustrated, upload, who):
    answer = request.getfixturevalue(who).read(f"attachments/{upload.pk}/content/")

    assert answer.status_code == 302
    assert client.get(answer["Location"]).content == colour(1)


@pytest.mark.parametrize("who", ["as_asha", "as_ada", "as_cleo"])
@pytest.mark.parametrize("what", ["", "content/"])
def test_for_others_no_file_is_there(request, illustrated, upload, who, what):
    answer = request.getfixturevalue(who).read(f"attachments/{upload.pk}/{what}")

    assert_refused(answer, 404, "attachment_not_found")


def test_asha_fetches_what_she_is_to_judge(asha, submission, as_ben, upload):
    submission["question"] |= {"attachments": naming(upload)}
    as_ben.send("approval-requests/", submission)

    assert Program(asha).read(f"attachments/{upload.pk}/content/").status_code == 302


def test_the_questions_own_list_asks_nothing_more(as_ben, ben, django_assert_max_num_queries):
    for number in range(3):
        services.create_question(
            content=CONTENT, attachments=wanted(bring(ben, colour(number))), actor=ben
        )

    with django_assert_max_num_queries(4):
        as_ben.read("questions/")


# What the test's own client can send; other names are tried on approvals.files.names.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), max_size=30)
NAMES = NAMES.filter(lambda name: name not in ("", ".", "..")) | st.sampled_from(sorted(GOOD))
DAMAGED = st.builds(
    lambda data, at, more: data[:at] + more + data[at:],
    st.sampled_from(sorted(GOOD.values())),
    st.integers(0, 400),
    st.binary(max_size=4),
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.binary(max_size=100) | DAMAGED, name=NAMES)
@example(data=GOOD["photo.jpg"], name="photo.jpg")
def test_any_bytes_under_any_name_are_kept_or_refused(as_ben, data, name):
    answer = send_file(as_ben, data, name)

    if answer.status_code == 201:
        kept = content_of(answer.json()["sha256"])
        assert hashlib.sha256(kept).hexdigest() == answer.json()["sha256"]
        Attachment.objects.get(pk=answer.json()["attachment_id"]).delete()
    else:
        assert answer.status_code in (400, 422), answer.content
        assert answer.json()["errors"][0]["field"] == "file"
