from uuid import uuid4

import pytest

from approvals.models import Assignment
from tests.approvals.conftest import decide


@pytest.fixture
def browser(client, asha):
    client.force_login(asha)
    return client


def text_of(browser, box="mine", **more):
    return browser.get("/inbox/", {"box": box} | more).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("asha", 200), ("admin_person", 200), ("ben", 403), ("cleo", 403), ("vera", 403)],
)
def test_who_may_look(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/inbox/").status_code == status


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/inbox/")["Location"] == "/sign-in/?next=/inbox/"


def test_a_task_is_listed_with_subject_and_requester(browser, task):
    text = text_of(browser)

    assert "What is 2 + 2?" in text
    assert "Maths · from Ben Novak" in text
    assert f'href="/tasks/{task.pk}/"' in text


def test_what_is_not_known_as_a_box_is_ones_own(browser, task):
    assert "What is 2 + 2?" in text_of(browser, box="<script>")


def test_an_offered_task_is_in_the_groups_box_only(browser, offered):
    assert "What is 2 + 2?" in text_of(browser, "team")
    assert "What is 2 + 2?" not in text_of(browser, "mine")


def test_a_verdict_moves_the_task_to_the_done_box(browser, asha, task):
    decide(task, asha, "REJECTED")

    assert "What is 2 + 2?" not in text_of(browser, "mine")
    done = text_of(browser, "done")
    assert "What is 2 + 2?" in done
    assert "Rejected" in done


def test_the_key_is_not_in_the_list(browser, task):
    assert "correct" not in text_of(browser).lower()


def test_long_lists_come_in_pages(browser, submit):
    for _ in range(27):
        submit()
    first = browser.get("/inbox/").content.decode()
    assert first.count("data-row") == 25

    address = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(f"/inbox/{address}").content.decode()

    assert second.count("data-row") == 2
    assert 'rel="prev"' in second


@pytest.mark.parametrize("cursor", ["x", "e30", "W10"])
def test_a_made_up_cursor_is_not_found(browser, task, cursor):
    assert browser.get(f"/inbox/?cursor={cursor}").status_code == 404


@pytest.mark.parametrize("box", ["mine", "team", "waiting", "done"])
def test_a_page_takes_eight_queries_at_most(
    browser, submit, board, asha, box, django_assert_max_num_queries
):
    for _ in range(5):
        submit()
        submit(assigned_to="", policy={"stages": [{"group": "maths-board"}]})
        decide(submit().tasks.get(), asha)

    with django_assert_max_num_queries(8):
        browser.get(f"/inbox/?box={box}")


def many(browser, action, *tasks, **more):
    form = {"action": action, "task": [getattr(task, "pk", task) for task in tasks]} | more
    return browser.post("/inbox/many/", form, follow=True).content.decode()


def test_ticked_tasks_are_taken_on(browser, asha, offered):
    text = many(browser, "claim", offered, box="team")

    assert "1 task was taken on." in text
    assert Assignment.objects.get(task=offered).assessor == asha


def test_ticked_tasks_are_passed_on(browser, ada, task):
    text = many(browser, "reassign", task, assigned_to=ada.email)

    assert "1 task was passed on." in text
    assert Assignment.objects.active().get(task=task).assessor == ada


def test_what_can_be_no_address_is_refused_for_all(browser, asha, task):
    text = many(browser, "reassign", task, assigned_to="\x00")

    assert "This is no e-mail address. Choose an assessor." in text
    assert Assignment.objects.active().get(task=task).assessor == asha


@pytest.mark.parametrize("field", ["action", "box", "task"])
def test_a_nul_character_elsewhere_changes_nothing(browser, asha, task, field):
    form = {"action": "release", "task": str(task.pk), "box": "mine", field: "\x00"}

    assert browser.post("/inbox/many/", form, follow=True).status_code == 200
    assert Assignment.objects.active().get(task=task).assessor == asha


def test_what_is_refused_is_said_with_the_reason(browser, task):
    text = many(browser, "release", task)

    assert "The task was given to you by name. Reassign it instead." in text
    assert Assignment.objects.active().filter(task=task).count() == 1


def test_ticking_nothing_is_said(browser):
    assert "Tick at least one task first." in many(browser, "claim")


@pytest.mark.parametrize("odd", ["x", "", "1"])
def test_an_odd_id_is_passed_over(browser, odd):
    assert "Tick at least one task first." in many(browser, "claim", odd)


def test_a_task_that_never_was_is_refused(browser):
    assert "There is no such task." in many(browser, "claim", uuid4())


@pytest.mark.parametrize("who", ["ben", "cleo", "vera"])
def test_others_cannot_act_on_many(client, request, who, task):
    client.force_login(request.getfixturevalue(who))

    assert client.post("/inbox/many/", {"task": [task.pk]}).status_code == 403


def test_the_sidebar_counts_what_waits(browser, task):
    text = browser.get("/settings/").content.decode()

    assert 'id="inbox-count">1<' in text


def test_the_first_page_of_an_assessor_is_the_inbox(browser):
    assert browser.get("/")["Location"] == "/inbox/"


def test_the_first_page_of_a_requester_is_the_requests(client, ben):
    client.force_login(ben)

    assert client.get("/")["Location"] == "/requests/"
