"""Notes in a real browser: they come by themselves, are marked, and look well."""

import pytest

from aiqueries.bridges import answering
from aiqueries.models import NoteMark, PromptVersion, Query
from aiqueries.services.prompts.writing import write_prompt_version
from approvals.content import QuestionContent
from approvals.services import record_first_view
from tests.aiqueries.notes.drafts import NOTE, drafted
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
QUESTION = QuestionContent.checked(
    question_text="A metal is heated. Which metal is usually used for wires? Name the best one.",
    options=["Iron", "Copper", "Iron and copper"],
    correct_answer="Copper",
    subject="Physics",
)
NOTES = [
    {**NOTE, "quote": "usually used", "says": "Where, and since when? “Usually” leaves it open."},
    {**NOTE, "kind": "TWO_RIGHT", "quote": "Iron and copper", "says": "Holds copper, too."},
    {**NOTE, "kind": "WRONG_KEY", "quote": "Copper", "says": "Aluminium? " + "x" * 200},
    {**NOTE, "quote": "not in it at all"},
]


def test_notes_come_by_themselves_and_are_marked(open_browser, asha, submit, deliver_all):
    task = submit(QUESTION).tasks.get()
    page = open_browser(asha)
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("radio", name="B: Copper").check()
    page.get_by_role("button", name="Record first view").click()
    page.get_by_text("A model reads the question.").wait_for()

    deliver_all()
    for query in Query.objects.filter(status="QUEUED"):
        answering.answer(query.pk)
    page.get_by_text("Evidence, not a verdict").wait_for()
    page.get_by_role("button", name="Useful note 1", exact=True).click()
    page.get_by_role("button", name="Undo note 1").wait_for()
    assert NoteMark.objects.get().useful is True
    page.get_by_role("button", name="Undo note 1").click()
    page.get_by_role("button", name="Useful note 1", exact=True).wait_for()

    assert not NoteMark.objects.exists()


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_pages_are_accessible(open_browser, asha, submit, size, scheme):
    task = submit(QUESTION).tasks.get()
    record_first_view(task_id=task.pk, answer="Copper", actor=asha)
    draft = drafted(task, *NOTES)
    NoteMark.objects.create(note=draft.notes.first(), assessor=asha, useful=True)
    page = open_browser(asha, viewport=size, scheme=scheme)

    page.goto(f"/tasks/{task.pk}/")
    page.get_by_text("Evidence, not a verdict").wait_for()
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    keep_picture(page, f"notes-{size['width']}-{scheme}")
    page.goto("/ai/prompts/")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    keep_picture(page, f"acceptance-{size['width']}-{scheme}")


def test_a_wording_is_compared_and_chosen(open_browser, admin_person):
    first = PromptVersion.objects.get(prompt__name="answer")
    second = write_prompt_version(
        prompt=first.prompt,
        instructions=first.instructions.replace("briefly", "in one sentence"),
        content=first.content,
        most_tokens=200,
        note="Shorter.",
        actor=admin_person,
    )
    page = open_browser(admin_person)

    page.goto(f"/admin/aiqueries/promptversion/{second.pk}/change/?with=1")
    page.get_by_text("Instructions, from version 1 to 2").wait_for()
    keep_picture(page, "prompt-version")
    page.get_by_role("button", name="Use this version").click()
    page.get_by_text("is in use from now on").wait_for()

    first.prompt.refresh_from_db()
    assert first.prompt.current == second
