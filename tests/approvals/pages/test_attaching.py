"""The files on the question form, on the review page and between versions."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services
from approvals.models import Attachment, Question
from tests.approvals.attachments import bring, colour, pdf, wanted
from tests.approvals.conftest import CONTENT, decide
from tests.approvals.pages.test_questions import fields


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def upload(ben):
    return bring(ben)


@pytest.fixture
def illustrated(ben, upload):
    return services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)


def chosen(*named):
    return [SimpleUploadedFile(name, data) for name, data in named or [("a.png", colour(1))]]


def naming(*uploads, alt_text="Four apples", removed=()):
    said = {"attachment": [str(upload.pk) for upload in uploads]}
    said |= {f"alt-{upload.pk}": alt_text for upload in uploads}
    return said | {"remove": [str(upload.pk) for upload in removed]}


def same_words():
    return fields("What is 2 + 2?", ("3", "4", "5"), "1")


def test_chosen_files_become_rows_of_the_form(browser):
    response = browser.post(
        "/attachments/", {"files": chosen(("a.png", colour(1)), ("b.pdf", pdf()))}
    )

    text = response.content.decode()
    assert response.status_code == 200
    for upload in Attachment.objects.all():
        assert f'name="alt-{upload.pk}"' in text
    assert "PDF, " in text


def test_a_bad_file_is_named_beside_the_field(browser):
    response = browser.post("/attachments/", {"files": chosen(("a.svg", b"<svg/>"))})

    assert response.status_code == 422
    assert "a.svg: Only PNG, JPEG, GIF and WebP" in response.content.decode()


def test_of_several_files_the_good_ones_are_kept(browser):
    response = browser.post(
        "/attachments/", {"files": chosen(("a.png", colour(1)), ("empty.png", b""))}
    )

    assert response.status_code == 200
    assert "empty.png: The file is empty." in response.content.decode()
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("who", ["asha", "cleo", "vera"])
def test_only_requesters_upload(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post("/attachments/", {"files": chosen()}).status_code == 403
    assert not Attachment.objects.exists()


def test_a_question_is_written_with_files(browser, upload):
    browser.post("/questions/new/", fields() | naming(upload))

    made = Question.objects.get()
    assert [each.alt_text for each in made.content.attachments] == ["Four apples"]


def test_a_file_that_comes_with_the_form_is_asked_what_it_shows(browser):
    response = browser.post("/questions/new/", fields() | {"files": chosen()})

    upload = Attachment.objects.get()
    text = response.content.decode()
    assert response.status_code == 422
    assert f'id="alt-{upload.pk}-error"' in text
    assert "What is 3 + 3?</textarea>" in text

    browser.post("/questions/new/", fields() | naming(upload))
    assert Question.objects.get().content.attachments[0].name == "a.png"


def test_files_need_not_be_chosen_again_when_the_words_are_refused(browser, upload):
    text = browser.post("/questions/new/", fields("") | naming(upload)).content.decode()

    assert f'value="{upload.pk}"' in text
    assert 'value="Four apples"' in text


def test_a_refused_file_refuses_the_form(browser):
    response = browser.post("/questions/new/", fields() | {"files": chosen(("a.png", b"x"))})

    assert response.status_code == 422
    assert not Question.objects.exists()


def test_a_file_that_was_forgotten_is_said_to_be_gone(browser, upload):
    said = fields() | naming(upload)
    upload.delete()

    response = browser.post("/questions/new/", said)

    assert response.status_code == 422
    assert "Choose it again." in response.content.decode()


def test_somebody_elses_file_is_not_taken(browser, admin_person):
    theirs = bring(admin_person)

    assert browser.post("/questions/new/", fields() | naming(theirs)).status_code == 422
    assert not Question.objects.exists()


def test_ids_that_are_none_are_ignored(browser):
    browser.post("/questions/new/", fields() | {"attachment": ["x", ""], "remove": ["y"]})

    assert Question.objects.get().attachments == []


def test_a_new_version_adds_a_file(browser, illustrated, upload, ben):
    other = bring(ben, colour(2), "b.png")

    browser.post(f"/questions/{illustrated.pk}/revise/", same_words() | naming(upload, other))

    illustrated.refresh_from_db()
    assert [each.name for each in illustrated.content.attachments] == ["chart.png", "b.png"]


def test_a_new_version_leaves_a_file_out(browser, illustrated, upload):
    said = same_words() | naming(upload, removed=[upload])

    browser.post(f"/questions/{illustrated.pk}/revise/", said)

    illustrated.refresh_from_db()
    assert (illustrated.latest_version, illustrated.attachments) == (2, [])


def test_what_is_to_be_removed_stays_so_when_the_form_comes_back(browser, illustrated, upload):
    said = fields("") | naming(upload, removed=[upload])

    text = browser.post(f"/questions/{illustrated.pk}/revise/", said).content.decode()

    assert f'name="remove" value="{upload.pk}" checked' in text


def test_too_many_files_are_refused_beside_them(browser, ben):
    uploads = [bring(ben, colour(number)) for number in range(11)]

    response = browser.post("/questions/new/", fields() | naming(*uploads))

    assert response.status_code == 422
    assert "A question has at most 10 attachments." in response.content.decode()


def test_the_form_shows_what_the_question_has(browser, illustrated, upload):
    text = browser.get(f"/questions/{illustrated.pk}/").content.decode()

    assert f'name="alt-{upload.pk}" value="Four apples in a row"' in text


def test_the_assessor_sees_pictures_and_documents(client, ben, asha, upload):
    table = bring(ben, pdf(), "table.pdf")
    request = services.submit_request(
        content=CONTENT,
        attachments=wanted(upload) + wanted(table, alt_text="Table of values"),
        assigned_to=asha.email,
        actor=ben,
    )
    client.force_login(asha)

    text = client.get(f"/tasks/{request.tasks.get().pk}/").content.decode()

    assert f'<img src="/attachments/{upload.pk}/" alt="Four apples in a row"' in text
    assert "<span>Table of values</span>" in text
    assert "PDF, " in text


def test_alt_text_is_text(client, ben, upload):
    services.create_question(
        content=CONTENT, attachments=wanted(upload, alt_text='"><script>x</script>'), actor=ben
    )
    client.force_login(ben)

    text = client.get(f"/questions/{Question.objects.get().pk}/").content.decode()

    assert "<script>x" not in text


def test_versions_show_which_files_came_and_went(browser, illustrated, ben, upload):
    table = bring(ben, pdf(), "table.pdf")
    services.revise_question(
        question_id=illustrated.pk,
        content=CONTENT,
        attachments=wanted(table, alt_text="Table of values"),
        actor=ben,
    )

    text = browser.get(f"/questions/{illustrated.pk}/").content.decode()

    assert "<del>Four apples in a row (chart.png)</del>" in text
    assert "<ins>Table of values (table.pdf)</ins>" in text
    assert f'href="/attachments/{upload.pk}/"' in text


def test_the_assessor_sees_what_changed_since_the_approval(
    client, illustrated, ben, asha, deliver_all, upload, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    request = services.request_approval(
        question_id=illustrated.pk, assigned_to=asha.email, actor=ben
    )
    deliver_all()
    decide(request.tasks.get(), asha)
    deliver_all()
    services.revise_question(question_id=illustrated.pk, content=CONTENT, attachments=[], actor=ben)
    again = services.request_approval(question_id=illustrated.pk, assigned_to=asha.email, actor=ben)
    client.force_login(asha)

    text = client.get(f"/tasks/{again.tasks.get().pk}/").content.decode()

    assert "<del>Four apples in a row (chart.png)</del>" in text


def test_the_admin_lists_a_questions_files(client, admin_person, illustrated, upload):
    client.force_login(admin_person)

    text = client.get(f"/admin/approvals/question/{illustrated.pk}/change/").content.decode()

    assert f'<a href="/attachments/{upload.pk}/">chart.png</a>' in text


def test_pictures_may_come_from_the_bucket_and_from_nowhere_else(browser):
    policy = browser.get("/questions/new/")["Content-Security-Policy"].split("; ")

    assert "img-src 'self' data:" in policy
