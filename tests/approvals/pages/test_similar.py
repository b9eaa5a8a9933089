"""Near-duplicates on the pages."""

import pytest

from accounts import roles
from approvals import services
from approvals.models import ImportRow
from tests.approvals.test_similar_to import OPTIONS, TEXT, content
from tests.cast import person

NEAR = "Which planet of our system is the closest to the sun?"


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def kept(ben):
    return services.create_question(content=content(), actor=ben)


def text_of(browser, address, *more):
    return browser.get(address, *more).content.decode()


def draft(text=NEAR, options=OPTIONS, key="0"):
    rows = {f"option-{number}": option for number, option in enumerate(options)}
    return {"question_text": text, "subject": "", "key": key} | rows


def test_a_question_is_shown_with_what_nearly_repeats_it(browser, kept, ben):
    other = services.create_question(content=content(NEAR), actor=ben)

    assert f"/questions/{kept.pk}/similar/" in text_of(browser, f"/questions/{kept.pk}/")
    text = text_of(browser, f"/questions/{kept.pk}/similar/")
    assert f"/questions/{other.pk}/" in text
    assert "options 100 %" in text
    assert "<ins>solar </ins>" in text


def test_options_that_are_the_same_in_another_order_do_not_differ(browser, kept, ben):
    services.create_question(content=content(TEXT, OPTIONS[::-1]), actor=ben)

    assert "Nothing, but maybe the order" in text_of(browser, f"/questions/{kept.pk}/similar/")


def test_nothing_similar_is_said_so(browser, kept):
    text = text_of(browser, f"/questions/{kept.pk}/similar/")

    assert "No question here says nearly the same." in text


def test_somebody_elses_question_is_counted_and_not_shown(client, kept, submit, asha):
    task = submit(content(NEAR)).tasks.get()
    client.force_login(asha)
    services.record_first_view(task_id=task.pk, answer=None, actor=asha)

    text = text_of(client, f"/tasks/{task.pk}/")

    assert "1 question says nearly the same that you may not read." in text
    assert TEXT not in text
    assert str(kept.pk) not in text


def test_near_duplicates_wait_for_the_first_view(client, kept, submit, asha):
    task = submit(content(NEAR)).tasks.get()
    client.force_login(asha)

    assert "Similar questions" not in text_of(client, f"/tasks/{task.pk}/")


def test_who_may_not_read_a_question_gets_none_of_it(client, kept, asha):
    client.force_login(asha)

    assert client.get(f"/questions/{kept.pk}/similar/").status_code == 404


def test_a_draft_is_compared_while_it_is_typed(browser, kept):
    text = browser.post("/questions/similar/", draft()).content.decode()

    assert f"/questions/{kept.pk}/" in text


@pytest.mark.parametrize("change", [{"text": ""}, {"key": ""}, {"options": ("one",)}])
def test_half_a_draft_is_compared_with_nothing(browser, kept, change):
    assert browser.post("/questions/similar/", draft(**change)).content == b""


def test_only_who_writes_questions_compares_drafts(client, asha, kept):
    client.force_login(asha)

    assert client.post("/questions/similar/", draft()).status_code == 403


@pytest.fixture
def staged(ben):
    """An import whose rows wait for a look."""
    lines = ["question,option_a,option_b,option_c,option_d,answer"]
    lines += [",".join((NEAR, *OPTIONS, "A")), "Who wrote Emma?,Jane Austen,Eliot,,,A"]
    kept = services.upload_questions(
        file_name="a.csv", data="\n".join(lines).encode(), actor=ben, in_background=False
    )
    services.check_import(import_id=kept.pk)
    return kept


def test_rows_of_a_file_that_nearly_repeat_questions_are_told(browser, kept, staged):
    rows = list(ImportRow.objects.order_by("pk"))
    address = f"/import/{staged.pk}/similar/"
    assert f"{address}?row={rows[0].pk}&amp;row={rows[1].pk}" in text_of(
        browser, f"/import/{staged.pk}/"
    )

    text = text_of(browser, address, {"row": [each.pk for each in rows]})

    assert "Line 2: " in text
    assert f"/questions/{kept.pk}/" in text
    assert "Line 3: " not in text


def test_rows_that_repeat_nothing_need_no_word(browser, staged):
    rows = [each.pk for each in ImportRow.objects.all()]

    assert text_of(browser, f"/import/{staged.pk}/similar/", {"row": rows}).strip() == ""


def test_nobody_looks_at_somebody_elses_file(client, staged, kept):
    row = ImportRow.objects.order_by("pk").first()
    client.force_login(person("Rita Moss", roles.REQUESTERS))

    assert client.get(f"/import/{staged.pk}/similar/", {"row": row.pk}).status_code == 404
