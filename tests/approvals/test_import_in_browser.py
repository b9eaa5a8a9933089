import pytest

from approvals import services
from approvals.models import Question, QuestionImport
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CSV = (
    "question,option_a,option_b,answer,subject\n"
    "What is the capital of Portugal?,Lisbon,Porto,A,Geography\n"
    "Who?,Ben,Ben,A,\n"
    "What is 1 + 1?,2,3,A,Maths\n"
    "What is the capital of Portugal?,Lisbon,Porto,A,Geography\n"
)
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def upload(page, path):
    page.goto("/import/")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    return QuestionImport.objects.get()


def take_in(kept, actor):
    services.import_checked_rows(import_id=kept.pk, actor=actor.as_actor())


def test_ben_imports_a_file_and_the_page_keeps_up(open_browser, ben, path):
    page = open_browser(ben)
    kept = upload(page, path)
    page.get_by_role("heading", name="Checking the file").wait_for()

    services.check_import(import_id=kept.pk)
    page.get_by_role("button", name="Import 2 questions").click(timeout=5000)
    page.get_by_role("heading", name="Importing 2 questions").wait_for()
    take_in(kept, ben)

    page.get_by_role("heading", name="2 questions imported").wait_for(timeout=5000)
    assert Question.objects.count() == 2


def test_it_works_without_javascript(open_browser, ben, path):
    page = open_browser(ben, javascript=False)
    kept = upload(page, path)
    services.check_import(import_id=kept.pk)

    page.get_by_role("link", name="Refresh").click()
    page.get_by_role("link", name="Errors 1").click()
    assert "Options A and B are the same." in page.content()
    page.get_by_role("button", name="Import 2 questions").click()
    take_in(kept, ben)
    page.get_by_role("link", name="Refresh").click()

    assert page.get_by_role("heading", name="2 questions imported").count() == 1


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing(open_browser, ben, path, size, scheme):
    page = open_browser(ben, viewport=size, scheme=scheme)
    kept = upload(page, path)
    assert accessibility_findings(page) == []

    services.check_import(import_id=kept.pk)
    page.goto(f"/import/{kept.pk}/")
    keep_picture(page, f"import-preview-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []

    page.goto("/import/")
    closed = page.locator(".formats details:not([open]) summary")
    while closed.count():
        closed.first.click()
    keep_picture(page, f"import-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
