"""Files become part of a question's versions, and of the digest that an approval is bound to."""

import hashlib
import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from approvals import services
from approvals.content import InvalidContent
from approvals.exceptions import (
    AttachedTwice,
    NotARequester,
    NothingChanged,
    NotYours,
    StaleContent,
    TooManyAttachments,
    TooManyUploads,
    UnderReview,
    UnknownAttachment,
)
from approvals.models import Attachment, KeptFile, Question, QuestionVersion
from outbox.models import Event
from tests.approvals.attachments import InvalidFile, bring, colour, content_of, pdf, wanted
from tests.approvals.conftest import CONTENT, REVISED, decide
from tests.conftest import wait_until_someone_waits_for_a_lock

# As they were before questions had attachments.
KNOWN_DIGESTS = {
    CONTENT: "79bc0512954ba87d2b70136b4c46e64fb9698c0240ba8a03e228b4f325781776",
    REVISED: "19178ccc60dd6d9c9651109284392ba523fc388953bfa7aa0769c8854fd1de5a",
}


@pytest.fixture
def question(ben):
    return services.create_question(content=CONTENT, actor=ben)


@pytest.fixture
def upload(ben):
    return bring(ben)


@pytest.fixture
def illustrated(ben, upload):
    return services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)


def revise(question, actor, attachments=None, content=CONTENT):
    return services.revise_question(
        question_id=question.pk, content=content, attachments=attachments, actor=actor
    )


def newest(question):
    return question.versions.latest("number")


def test_an_upload_is_kept_under_its_digest(ben):
    upload = bring(ben, colour(7), "C:\\pictures\\apples.png")

    digest = hashlib.sha256(colour(7)).hexdigest()
    assert (upload.name, upload.file_id, upload.question) == ("apples.png", digest, None)
    assert content_of(digest) == colour(7)
    assert upload.file.storage_name == f"attachments/{digest[:2]}/{digest}.png"


def test_an_upload_is_an_event_without_bytes(ben):
    upload = bring(ben, name="apples.png")

    assert Event.objects.get(name="approvals.attachment_uploaded").payload == {
        "attachment_id": str(upload.pk),
        "file_name": "apples.png",
        "media_type": "image/png",
        "size": len(colour(1)),
        "sha256": upload.file_id,
    }


def test_the_same_bytes_are_kept_once(ben, asha):
    first, second = bring(ben, name="a.png"), bring(ben, name="b.png")

    assert first.file_id == second.file_id
    assert KeptFile.objects.count() == 1


def test_a_bad_file_leaves_nothing(ben):
    with pytest.raises(InvalidFile):
        bring(ben, b"<svg/>", "a.svg")

    assert not KeptFile.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("who", ["asha", "cleo", "vera"])
def test_only_requesters_bring_files(request, who):
    with pytest.raises(NotARequester):
        bring(request.getfixturevalue(who))


def test_nobody_fills_the_database_with_files_that_nobody_uses(ben):
    for number in range(40):
        bring(ben, name=f"{number}.png")

    with pytest.raises(TooManyUploads):
        bring(ben)


def test_a_question_begins_with_its_files(illustrated, upload):
    said = {
        "attachment_id": str(upload.pk),
        "name": "chart.png",
        "alt_text": "Four apples in a row",
        "media_type": "image/png",
        "size": len(colour(1)),
        "sha256": upload.file_id,
        "width": 2,
        "height": 2,
    }
    assert illustrated.attachments == [said]
    assert newest(illustrated).attachments == [said]
    upload.refresh_from_db()
    assert upload.question == illustrated


def test_a_request_begins_with_its_files(ben, asha, upload):
    request = services.submit_request(
        content=CONTENT, attachments=wanted(upload), assigned_to=asha.email, actor=ben
    )

    assert request.version.content.attachments[0].name == "chart.png"
    event = Event.objects.get(name="approvals.request_submitted")
    assert event.payload["digest"] == request.version.digest == request.version.content.digest


@pytest.mark.parametrize("content", list(KNOWN_DIGESTS), ids=["first", "revised"])
def test_without_files_the_digest_is_what_it_always_was(content):
    assert content.digest == KNOWN_DIGESTS[content]


def test_the_digest_covers_texts_and_bytes_in_order(illustrated, upload):
    canonical = {
        "attachments": [{"alt_text": "Four apples in a row", "sha256": upload.file_id}],
        "correct_answer": "4",
        "options": ["3", "4", "5"],
        "question_text": "What is 2 + 2?",
    }
    text = json.dumps(canonical, separators=(",", ":"), sort_keys=True)

    assert newest(illustrated).digest == hashlib.sha256(text.encode()).hexdigest()


def test_other_bytes_another_text_and_another_order_are_other_content(question, ben):
    one, two = bring(ben, colour(1)), bring(ben, colour(2))

    versions = [
        revise(question, ben, wanted(one)),
        revise(question, ben, wanted(two)),
        revise(question, ben, wanted(one, alt_text="Other words")),
        revise(question, ben, wanted(one, two)),
        revise(question, ben, wanted(two, one)),
    ]

    assert len({version.digest for version in versions} | {CONTENT.digest}) == 6


def test_the_name_of_a_file_only_files_it(question, ben):
    first = revise(question, ben, wanted(bring(ben, name="a.png")))
    second = revise(question, ben, wanted(bring(ben, name="b.png")))

    assert first.digest == second.digest
    assert second.content.attachments[0].name == "b.png"


def test_adding_a_file_writes_a_new_version(question, ben, upload):
    version = revise(question, ben, wanted(upload))

    question.refresh_from_db()
    assert (version.number, question.latest_version) == (2, 2)
    assert question.content == version.content
    assert question.versions.get(number=1).attachments == []


def test_a_revision_that_says_nothing_of_files_keeps_them(illustrated, ben):
    version = revise(illustrated, ben, None, REVISED)

    assert version.content.attachments == illustrated.content.attachments


def test_taking_a_file_away_writes_a_new_version(illustrated, ben):
    version = revise(illustrated, ben, [])

    assert version.attachments == []
    assert version.digest == CONTENT.digest


def test_a_file_of_an_old_version_can_come_back(illustrated, ben, upload):
    revise(illustrated, ben, [])

    again = revise(illustrated, ben, wanted(upload))

    assert again.digest == illustrated.versions.get(number=1).digest


def test_the_same_files_again_are_no_change(illustrated, ben, upload):
    with pytest.raises(NothingChanged):
        revise(illustrated, ben, wanted(upload))

    with pytest.raises(NothingChanged):
        revise(illustrated, ben, wanted(bring(ben)))


def test_what_changed_is_an_event(illustrated, ben, upload):
    table = bring(ben, pdf(), "table.pdf")

    revise(illustrated, ben, wanted(table))

    first, second = Event.objects.filter(name="approvals.attachments_changed").order_by("pk")
    assert (first.payload["added"], first.payload["version"]) == (["chart.png"], 1)
    assert second.payload == {
        "question_id": str(illustrated.pk),
        "question_title": "What is 2 + 2?",
        "version": 2,
        "added": ["table.pdf"],
        "removed": ["chart.png"],
        "sha256": [table.file_id],
        "subject": "Maths",
    }


def test_a_version_without_files_tells_nothing_of_them(question):
    assert not Event.objects.filter(name="approvals.attachments_changed").exists()


def test_files_do_not_change_under_review(task, ben, upload):
    with pytest.raises(UnderReview):
        revise(task.question, ben, wanted(upload))

    assert task.question.versions.count() == 1


def test_asked_changes_may_be_a_file(task, asha, ben, upload):
    decide(task, asha, "CHANGES_REQUESTED")
    services.await_revision(
        services.Waiting(request_id=task.request_id, stage=0, round_=0, token="t", generation="1")
    )

    version = revise(task.question, ben, wanted(upload))

    task.request.refresh_from_db()
    assert task.request.version == version


def test_a_verdict_on_the_words_without_the_picture_is_stale(ben, asha, upload):
    request = services.submit_request(
        content=CONTENT, attachments=wanted(upload), assigned_to=asha.email, actor=ben
    )

    with pytest.raises(StaleContent):
        decide(request.tasks.get(), asha, digest=CONTENT.digest)

    assert decide(request.tasks.get(), asha, digest=request.version.digest).status == "APPROVED"


def test_somebody_elses_upload_is_not_there(question, admin_person, ben):
    theirs = bring(admin_person)

    with pytest.raises(UnknownAttachment) as caught:
        revise(question, ben, wanted(theirs))

    assert caught.value.field == "attachments[0].attachment_id"


def test_another_questions_file_is_not_there(illustrated, ben, upload):
    with pytest.raises(UnknownAttachment):
        services.create_question(content=REVISED, attachments=wanted(upload), actor=ben)

    assert Question.objects.count() == 1


def test_a_file_that_never_was_is_not_there(question, ben):
    never = services.Wanted(attachment_id=uuid4(), alt_text="?")

    with pytest.raises(UnknownAttachment):
        revise(question, ben, [never])


def test_nobody_revises_somebody_elses_files(question, cleo):
    with pytest.raises(NotYours):
        revise(question, cleo, [])


def test_ten_files_are_allowed_and_no_more(question, ben):
    uploads = [bring(ben, colour(number)) for number in range(11)]

    with pytest.raises(TooManyAttachments) as caught:
        revise(question, ben, wanted(*uploads))

    assert caught.value.field == "attachments"
    assert len(revise(question, ben, wanted(*uploads[:10])).attachments) == 10


def test_twenty_megabytes_are_allowed_and_no_more(question, ben):
    filler = b"\n%" + b"x" * (5 * 1024 * 1024 - 1000)
    uploads = [bring(ben, pdf(b"(%d)" % number + filler), f"{number}.pdf") for number in range(5)]

    with pytest.raises(TooManyAttachments) as caught:
        revise(question, ben, wanted(*uploads))

    assert "20 MB" in str(caught.value)
    assert len(revise(question, ben, wanted(*uploads[:4])).attachments) == 4


def test_a_file_is_attached_once(question, ben, upload):
    with pytest.raises(AttachedTwice):
        revise(question, ben, wanted(upload, upload))


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "alt_text_empty"), (" \u200b", "alt_text_empty"), ("x" * 501, "too_long")],
)
def test_a_picture_says_what_it_shows(question, ben, upload, text, code):
    with pytest.raises(InvalidContent) as caught:
        revise(question, ben, wanted(upload, alt_text=text))

    assert (caught.value.code, caught.value.field) == (code, "attachments[0].alt_text")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE attachments SET name = 'other.png'",
        "UPDATE attachments SET question_id = NULL",
        "DELETE FROM attachments",
        "UPDATE kept_files SET media_type = 'text/html'",
        "UPDATE kept_files SET data = 'other'",
        "UPDATE kept_files SET data = NULL",
        "UPDATE question_versions SET attachments = '[]'",
    ],
)
def test_the_database_itself_keeps_what_was_attached(illustrated, change):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_itself_holds_bytes_against_their_digest(db):
    with pytest.raises(Error, match="what_they_are_called"), transaction.atomic():
        KeptFile.objects.create(
            sha256="0" * 64, media_type="image/png", size=3, data=b"abc", uploaded_at=timezone.now()
        )


def days_later(days):
    with connection.cursor() as cursor:
        for statement in (
            "UPDATE attachments SET created_at = created_at - make_interval(days => %s)"
            " WHERE question_id IS NULL",
            "UPDATE kept_files SET uploaded_at = uploaded_at - make_interval(days => %s)",
        ):
            cursor.execute(statement, [days])
    services.forget_unused_attachments()


def test_what_nobody_used_is_forgotten_after_a_week(upload):
    days_later(8)

    assert not Attachment.objects.exists()
    assert not KeptFile.objects.exists()


def test_what_was_brought_this_week_stays(upload):
    days_later(6)

    assert Attachment.objects.exists()
    assert KeptFile.objects.exists()


def test_what_a_version_has_stays_for_good(illustrated, ben):
    revise(illustrated, ben, [])

    days_later(400)

    assert Attachment.objects.exists()
    assert KeptFile.objects.exists()


def test_bytes_that_were_brought_again_stay(upload, ben):
    long_ago = timezone.now() - timedelta(days=8)
    Attachment.objects.update(created_at=long_ago)
    KeptFile.objects.update(uploaded_at=long_ago)
    again = bring(ben)

    services.forget_unused_attachments()

    assert list(Attachment.objects.all()) == [again]
    assert content_of(again.file_id) == colour(1)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_being_attached_is_not_forgotten(ben, upload):
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=8))
    forgetter = threading.Thread(target=_forget)

    with transaction.atomic():
        made = services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)
        forgetter.start()
        wait_until_someone_waits_for_a_lock()
    forgetter.join(10)

    assert Attachment.objects.get().question == made
    assert QuestionVersion.objects.get().attachments[0]["attachment_id"] == str(upload.pk)


@pytest.mark.django_db(transaction=True)
def test_bytes_that_are_being_brought_again_are_not_forgotten(ben, upload):
    long_ago = timezone.now() - timedelta(days=8)
    Attachment.objects.all().delete()
    KeptFile.objects.update(uploaded_at=long_ago)
    forgetter = threading.Thread(target=_forget)

    with transaction.atomic():
        again = bring(ben)
        forgetter.start()
        wait_until_someone_waits_for_a_lock()
    forgetter.join(10)

    assert content_of(again.file_id) == colour(1)


def _forget():
    try:
        services.forget_unused_attachments()
    finally:
        connection.close()
