"""The import page: what its doors let through, and what they say."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services
from approvals.models import ImportRow, Question, QuestionImport

HEADER = "question,a,b,answer\n"
SUM = "What is 1 + 1?,2,3,A\n"
MIXED = HEADER + SUM + "Who?,Ben,Ben,A\n" + SUM + "What is 1 + 2?,2,3,B\n"


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


def file(text=HEADER + SUM, name="questions.csv"):
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def send(browser, content=HEADER + SUM, name="questions.csv", **fields):
    return browser.post("/import/", {"file": file(content, name), **fields})


@pytest.fixture
def checked(ben):
    kept = services.upload_questions(file_name="q.csv", data=MIXED.encode(), actor=ben)
    services.check_import(import_id=kept.pk)
    return QuestionImport.objects.get()


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def test_the_page_offers_the_form_and_an_example_of_each_format(browser):
    text = words(browser.get("/import/"))

    for name in ("OpenTriviaQA", "CSV", "JSON", "Aiken", "GIFT", "Moodle XML", "Upload and check"):
        assert name in text


def test_an_upload_leads_to_its_preview(browser, ben):
    response = send(browser, subject="Maths", format="csv")

    kept = QuestionImport.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/import/{kept.pk}/")
    assert (kept.uploaded_by, kept.subject, kept.format) == (ben, "Maths", "csv")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"a\x00b", "Byte 2 of the file is NUL"),
        (b"PK\x03\x04rest", "This is a spreadsheet or ZIP file."),
        (b"Dear Ben,", "Nothing in the file shows which format it is in."),
    ],
)
def test_a_refused_file_is_explained_beside_its_field(browser, content, sentence):
    response = send(browser, content, "questions.txt")

    assert response.status_code == 422
    assert sentence in words(response)
    assert not QuestionImport.objects.exists()


def test_a_file_beyond_20_mb_is_refused(browser):
    response = send(browser, b"x" * (21 * 1024 * 1024))

    assert response.status_code == 422
    assert "The file is larger than 20 MB." in words(response)


def test_an_upload_without_file_is_refused(browser):
    response = browser.post("/import/", {"subject": "Maths"})

    assert response.status_code == 422
    assert "This field is required." in words(response)


def test_an_unknown_format_is_refused(browser):
    assert send(browser, format="docx").status_code == 422


@pytest.mark.parametrize("who", ["asha", "cleo", "vera"])
def test_who_may_not_submit_has_no_import_page(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/import/").status_code == 403
    assert send(client).status_code == 403
    assert not QuestionImport.objects.exists()


def test_nobody_is_asked_to_sign_in(client):
    assert client.get("/import/")["Location"].startswith("/sign-in/")


def test_while_it_works_the_page_asks_again_and_offers_a_link_for_that(browser):
    text = browser.get(send(browser)["Location"]).content.decode()

    kept = QuestionImport.objects.get()
    assert f'hx-get="/import/{kept.pk}/progress/" hx-trigger="every 1s"' in text
    assert f'href="/import/{kept.pk}/"' in text
    assert "<progress" in text


def test_the_progress_is_a_part_of_the_page(browser):
    send(browser)

    response = browser.get(f"/import/{QuestionImport.objects.get().pk}/progress/")

    assert "<html" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "0 % · 0 questions found so far" in words(response)


def test_when_the_work_is_done_nothing_asks_any_more(browser, checked):
    text = browser.get(f"/import/{checked.pk}/progress/").content.decode()

    assert "every 1s" not in text


def test_the_preview_counts_and_shows_every_row_with_its_reason(browser, checked):
    text = words(browser.get(f"/import/{checked.pk}/"))

    assert "4 questions found" in text
    assert "2 good, 1 duplicate, 1 error." in text
    assert "Import 2 questions" in text
    assert "3 Who? Error Options A and B are the same." in text
    assert "4 What is 1 + 1? 2 (key) · 3 Duplicate Line 2 has the same question." in text


@pytest.mark.parametrize(
    ("show", "lines"),
    [
        ("all", [2, 3, 4, 5]),
        ("good", [2, 5]),
        ("duplicates", [4]),
        ("errors", [3]),
        ("x", [2, 3, 4, 5]),
    ],
)
def test_rows_are_shown_by_kind(browser, checked, show, lines):
    response = browser.get(f"/import/{checked.pk}/", {"show": show})

    assert [row.line for row, _ in response.context["rows"]] == lines


def test_long_previews_have_pages(browser, ben):
    rows = "".join(f"What is {number} + 1?,{number + 1},x,A\n" for number in range(60))
    kept = services.upload_questions(file_name="q.csv", data=(HEADER + rows).encode(), actor=ben)
    services.check_import(import_id=kept.pk)

    seen, address = [], f"/import/{kept.pk}/?show=good"
    while address:
        response = browser.get(address)
        seen.append([row.line for row, _ in response.context["rows"]])
        address = (
            response.context["next_url"] and f"/import/{kept.pk}/{response.context['next_url']}"
        )

    assert [len(page) for page in seen] == [25, 25, 10]
    assert [line for page in seen for line in page] == list(range(2, 62))


def test_a_broken_cursor_is_not_found(browser, checked):
    assert browser.get(f"/import/{checked.pk}/?cursor=x").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_rows(
    browser, checked, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        browser.get(f"/import/{checked.pk}/")


def test_markup_in_a_file_is_shown_and_not_run(browser, ben):
    name = "<b>x.csv"
    kept = services.upload_questions(
        file_name=name, data=(HEADER + "<script>alert(1)</script>,<i>,3,A\n").encode(), actor=ben
    )
    services.check_import(import_id=kept.pk)

    text = browser.get(f"/import/{kept.pk}/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "<b>x.csv" not in text


def test_confirming_takes_the_good_rows_in(browser, checked, deliver_all):
    response = browser.post(f"/import/{checked.pk}/confirm/")
    deliver_all()

    assert response["Location"] == f"/import/{checked.pk}/"
    assert Question.objects.count() == 2
    text = words(browser.get(f"/import/{checked.pk}/"))
    assert "2 questions imported" in text
    assert "1 duplicate and 1 error were left out." in text


def test_the_result_links_to_its_questions(browser, checked, deliver_all):
    browser.post(f"/import/{checked.pk}/confirm/")
    deliver_all()

    text = browser.get(f"/import/{checked.pk}/").content.decode()

    for question in Question.objects.all():
        assert f'href="/questions/{question.pk}/"' in text
        assert browser.get(f"/questions/{question.pk}/").status_code == 200
    assert 'href="/questions/"' in text


def test_a_double_click_takes_them_in_once(browser, checked, deliver_all):
    browser.post(f"/import/{checked.pk}/confirm/")
    browser.post(f"/import/{checked.pk}/confirm/")
    deliver_all()

    assert Question.objects.count() == 2


def test_confirming_too_early_is_explained(browser):
    address = send(browser)["Location"]

    response = browser.post(f"{address}confirm/", follow=True)

    assert "The file cannot be imported now: uploaded." in words(response)
    assert not Question.objects.exists()


def test_discarding_leaves_nothing(browser, checked):
    response = browser.post(f"/import/{checked.pk}/discard/", follow=True)

    assert "q.csv was discarded. Nothing of it was imported." in words(response)
    assert not ImportRow.objects.exists()


def test_a_refused_file_says_why(browser, ben):
    kept = services.upload_questions(file_name="q.xml", data=b"<!DOCTYPE quiz><quiz/>", actor=ben)
    services.check_import(import_id=kept.pk)

    text = words(browser.get(f"/import/{kept.pk}/"))

    assert "The file declares a document type or entities; neither is read." in text


@pytest.mark.parametrize(
    ("method", "place"),
    [("get", ""), ("get", "progress/"), ("post", "confirm/"), ("post", "discard/")],
)
def test_who_may_not_submit_can_do_nothing(client, cleo, checked, method, place):
    client.force_login(cleo)

    assert getattr(client, method)(f"/import/{checked.pk}/{place}").status_code == 403
    checked.refresh_from_db()
    assert checked.status == "READY"


@pytest.mark.parametrize(
    ("method", "place"),
    [("get", ""), ("get", "progress/"), ("post", "confirm/"), ("post", "discard/")],
)
def test_somebody_elses_import_is_not_found(client, admin_person, checked, method, place, db):
    other = services.upload_questions(
        file_name="q.csv", data=(HEADER + SUM).encode(), actor=admin_person
    )
    client.force_login(checked.uploaded_by)

    assert getattr(client, method)(f"/import/{other.pk}/{place}").status_code == 404


def test_an_administrator_sees_everybodys(client, admin_person, checked):
    client.force_login(admin_person)

    assert client.get(f"/import/{checked.pk}/").status_code == 200
    assert "Ben Novak" in words(client.get("/import/"))


def test_an_import_that_never_was_is_not_found(browser):
    assert browser.get(f"/import/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("place", ["confirm/", "discard/"])
def test_fetching_a_link_changes_nothing(browser, checked, place):
    assert browser.get(f"/import/{checked.pk}/{place}").status_code == 405

    checked.refresh_from_db()
    assert checked.status == "READY"


FLAWED = "question,a,b,c,answer\nWhich is not <b>good</b>?,Salt,Sand,All of these,A\n"


@pytest.fixture
def flawed(ben):
    kept = services.upload_questions(file_name="q.csv", data=FLAWED.encode(), actor=ben)
    services.check_import(import_id=kept.pk)
    return QuestionImport.objects.get()


def test_the_preview_says_how_many_questions_are_flawed_and_by_which_rules(browser, flawed):
    text = words(browser.get(f"/import/{flawed.pk}/"))

    assert "1 of 1 questions go against a rule of item writing." in text
    assert "all-of-the-above “All of the above” is right as soon as two options are" in text
    assert "Keys by position: A 1" in text


def test_each_row_has_its_flaws_with_the_words_they_are_about(browser, flawed):
    page = browser.get(f"/import/{flawed.pk}/").content.decode()

    assert "2 writing notes" in page
    assert "Option C: <mark>All of these</mark>" in page


def test_a_file_of_an_earlier_release_says_nothing_of_its_writing(browser, flawed):
    QuestionImport.objects.update(findings={})

    assert "How the questions are written" not in words(browser.get(f"/import/{flawed.pk}/"))


def test_a_rule_that_is_no_more_is_left_out(browser, flawed):
    found = flawed.findings | {"by_rule": {"gone": 1}}
    QuestionImport.objects.update(findings=found)

    assert "gone" not in words(browser.get(f"/import/{flawed.pk}/"))
