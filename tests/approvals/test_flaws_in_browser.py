import pytest

from approvals import services
from approvals.content import QuestionContent
from approvals.models import QuestionImport
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FLAWED = QuestionContent.checked(
    question_text="Which of these statements about the tide is not true?",
    options=[
        "It always comes at noon",
        "It is pulled by the moon, and to a lesser degree by the much more distant sun",
        "It rises and falls",
        "All of the above",
    ],
    correct_answer="It is pulled by the moon, and to a lesser degree by the much more distant sun",
)
FILE = "question,a,b,c,d,answer\n" + "".join(
    f"How many of {n} are not prime?,{n},{n + 9},{n + 3},None of these,B\n" for n in range(30)
)
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_flaws_of_a_question_are_for_everybody(open_browser, ben, size, scheme):
    question = services.create_question(content=FLAWED, actor=ben)
    page = open_browser(ben, viewport=size, scheme=scheme)

    page.goto(f"/questions/{question.pk}/")

    assert page.get_by_role("heading", name="Item-writing flaws").is_visible()
    assert accessibility_findings(page) == []
    keep_picture(page, f"flaws-{size['width']}-{scheme}")


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_preview_of_a_file_shows_them_by_row(open_browser, ben, size, scheme):
    services.upload_questions(file_name="q.csv", data=FILE.encode(), actor=ben)
    kept = QuestionImport.objects.get()
    services.check_import(import_id=kept.pk)
    page = open_browser(ben, viewport=size, scheme=scheme)

    page.goto(f"/import/{kept.pk}/")
    page.get_by_text("Which rules").click()
    page.get_by_text("writing note").first.click()

    assert page.get_by_text("Option C:").first.is_visible()
    assert accessibility_findings(page) == []
    keep_picture(page, f"import-flaws-{size['width']}-{scheme}")
