"""Asking in a real browser: the search, the way away and back, and how it looks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from aiqueries import services
from aiqueries.bridges import answering
from aiqueries.kinds import Outcome, Period, Scope, Status, Trouble
from aiqueries.models import Account, Attempt, Budget, Price, Query
from aiqueries.services.progress import notify_change
from approvals.content import QuestionContent
from approvals.services import create_question
from crm_sync.models import Customer
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture
from tests.notifications.live import EventsServer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
CUSTOMERS = [
    ("Northwind College", "Education", "Leeds"),
    ("North Sea Maritime Academy", "Shipping", "Bergen"),
    ("Aster Nursing Board", "Health", "Dublin"),
]
PLACES = """[...document.querySelectorAll('tr, td')].map((each) => {
    const box = each.getBoundingClientRect();
    return [box.x, box.y, box.width, box.height];
})"""
ANSWER = """Northwind College is an active customer in Leeds, in education.

- Industry: Education
- City: Leeds

See https://example.com/?q=northwind and ![this](https://example.com/x.png) for no more."""


@pytest.fixture
def customers(db):
    return [
        Customer.objects.create(name=name, industry=industry, city=city, status="Active")
        for name, industry, city in CUSTOMERS
    ]


@pytest.fixture
def two_models(settings, db):
    settings.AI_PROVIDERS = {
        "openai": {"kind": "openai", "outside": True},
        "offline": {"kind": "offline", "outside": False},
    }
    settings.AI_ROUTES = ["openai/gpt-5.4-mini", "offline/parrot-1"]
    Price.objects.create(
        provider="openai", model="gpt-5.4-mini", input_per_million="0.25", output_per_million="2"
    )


@pytest.fixture
def question(ben):
    content = QuestionContent.checked(
        question_text="Which quantity is conserved in an elastic collision?",
        options=["Momentum", "Kinetic energy", "Both", "Neither"],
        correct_answer="Both",
        subject="Physics",
    )
    return create_question(content=content, is_secure=True, actor=ben)


def pick_northwind(page):
    page.get_by_label("About").fill("northw")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Northwind College").wait_for()


def test_ben_asks_about_a_customer_goes_away_and_comes_back(open_browser, ben, customers):
    page = open_browser(ben)
    page.goto("/ai/")
    page.get_by_label("Prompt").fill("Who is this?")
    pick_northwind(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("It waits for its turn.").wait_for()
    address = page.url
    page.close()

    query = Query.objects.get()
    answering.answer(query.pk)
    back = open_browser(ben)
    back.goto(address)

    assert query.customer_id == customers[0].pk
    assert "Northwind College" in back.locator("#answer").inner_text()
    assert back.locator("dt:has-text('Cost') + dd").inner_text() == "$0"


def test_the_answer_comes_to_the_open_page(open_browser, ben):
    query = services.ask_query(prompt="What is a distractor?", actor=ben)
    page = open_browser(ben)
    page.goto(f"/ai/queries/{query.pk}/")
    page.get_by_text("Digests").click()

    answering.answer(query.pk)
    page.get_by_role("button", name="Copy").wait_for()

    assert page.locator("#answer").inner_text()
    assert page.locator("#digests").get_attribute("open") is not None
    assert page.locator("#announcer").inner_text() == "Answered"


def test_ben_cancels_what_waits(open_browser, ben):
    query = services.ask_query(prompt="What is a distractor?", actor=ben)
    page = open_browser(ben)
    page.goto(f"/ai/queries/{query.pk}/")

    page.get_by_role("button", name="Cancel").click()

    page.get_by_text("It was cancelled.").wait_for()
    query.refresh_from_db()
    assert query.status == Status.CANCELLED


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_asks_once(open_browser, ben, javascript):
    page = open_browser(ben, javascript=javascript)
    page.goto("/ai/")
    page.get_by_label("Prompt").fill("What is a distractor?")

    page.get_by_role("button", name="Ask", exact=True).dblclick()
    page.get_by_text("It waits for its turn.").wait_for()

    assert Query.objects.count() == 1


def test_ben_asks_about_a_customer_without_scripts(open_browser, ben, customers):
    page = open_browser(ben, javascript=False)
    page.goto("/ai/")
    page.get_by_label("Prompt").fill("Who is this?")
    page.get_by_label("About").fill("north")
    page.get_by_role("button", name="Find").click()
    keep_picture(page, "ai-without-scripts-1360-light")
    page.get_by_label("Northwind College").check()

    page.get_by_role("button", name="Ask", exact=True).click()

    page.get_by_text("It waits for its turn.").wait_for()
    assert Query.objects.get().customer_id == customers[0].pk


def test_escape_closes_the_list_and_the_choice_is_taken_back(open_browser, ben, customers):
    page = open_browser(ben)
    page.goto("/ai/")
    box = page.get_by_role("combobox", name="About")
    box.fill("northw")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"

    box.fill("north")
    pick_northwind(page)
    page.get_by_text("Of the customer these fields").wait_for()
    page.get_by_role("button", name="Remove").click()

    page.get_by_text("Nothing else: it is about no customer").wait_for()
    assert page.evaluate("document.activeElement.id") == "about-words"


def test_a_row_changes_in_place_and_nothing_else_moves(open_browser, ben, full_list):
    waiting = Query.objects.filter(status=Status.QUEUED).first()
    page = open_browser(ben)
    page.goto("/ai/queries/")
    before = page.evaluate(PLACES)
    page.locator(f"#link-{waiting.pk}").focus()

    answering.answer(waiting.pk)

    page.locator(f"#query-{waiting.pk}").get_by_text("Answered").wait_for()
    assert page.evaluate(PLACES) == before
    assert page.evaluate("document.activeElement.id") == f"link-{waiting.pk}"


@pytest.fixture
def full_list(ben, customers, question):
    """A usual week of Ben's."""
    ends = [
        (Status.SUCCEEDED, {"answer": ANSWER, "cost": Decimal("0.00123400")}),
        (Status.FAILED, {"error_code": "budget_spent", "error": "Your budget of today is spent."}),
        (Status.CANCELLED, {}),
        (Status.EXPIRED, {"error": "No answer came in time.", "cost": Decimal("0.4")}),
    ]
    prompts = [
        "What do we know of them, and since when?",
        "Is there a second right answer to this question? Say which option, and why you think so, "
        "in at most three sentences, without repeating the question.",
        "Write three better distractors.",
        "How would a candidate misread this?",
        "Who is this?",
    ]
    made = []
    for number, prompt in enumerate(prompts):
        about = (
            {"customer_id": customers[0].pk} if number % 2 == 0 else {"question_id": question.pk}
        )
        made.append(services.ask_query(prompt=prompt, actor=ben, **about))
    for query, (status, fields) in zip(made, ends, strict=False):
        end(query, status, **fields)
    return made


def end(query, status, **fields):
    now = timezone.now()
    created_at = now - timedelta(seconds=9)
    Query.objects.filter(pk=query.pk).update(
        status=status, created_at=created_at, finished_at=now, **fields
    )


@pytest.fixture
def long_story(ben, customers):
    """A query that took three tries."""
    query = services.ask_query(
        prompt="What do we know of them, and since when?", customer_id=customers[0].pk, actor=ben
    )
    end(
        query,
        Status.SUCCEEDED,
        answer=ANSWER,
        provider="openai",
        answered_by="gpt-5.4-mini-2026-03-17",
        input_tokens=214,
        output_tokens=96,
        cost=Decimal("0.00123400"),
        answer_digest="5f" * 32,
        input_digest="a7" * 32,
    )
    tries = [
        (Outcome.FAILED, Trouble.RATE_LIMITED, None),
        (Outcome.LOST, "", Decimal("0.00099")),
        (Outcome.ANSWERED, "", Decimal("0.000244")),
    ]
    for number, (outcome, trouble, cost) in enumerate(tries, 1):
        began_at = timezone.now() - timedelta(seconds=8 - 2 * number)
        Attempt.objects.create(
            query=query,
            number=number,
            turn=number,
            provider="openai",
            model="gpt-5.4-mini",
            outcome=outcome,
            trouble=trouble,
            says=Trouble(trouble).label if trouble else "",
            input_digest="a7" * 32,
            sent_bytes=1480,
            cost=cost,
            began_at=began_at,
            ended_at=began_at + timedelta(seconds=1.4),
        )
    return query


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_form(
    open_browser, ben, customers, question, two_models, size, scheme
):
    page = open_browser(ben, viewport=size, scheme=scheme)
    page.goto("/ai/")
    page.get_by_label("Prompt").fill("What do we know of them, and since when?")
    page.get_by_label("About").fill("n")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    keep_picture(page, f"ai-search-{size['width']}-{scheme}")
    findings = {"search": accessibility_findings(page)}

    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove").wait_for()
    page.get_by_text("Of the customer these fields").wait_for()
    keep_picture(page, f"ai-ask-{size['width']}-{scheme}")
    findings["chosen"] = accessibility_findings(page)

    page.goto(f"/ai/?question={question.pk}")
    keep_picture(page, f"ai-secure-{size['width']}-{scheme}")
    findings["secure"] = accessibility_findings(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Say what you want to know.").wait_for()
    keep_picture(page, f"ai-refused-{size['width']}-{scheme}")
    findings["refused"] = accessibility_findings(page)

    assert findings == {name: [] for name in findings}
    assert is_no_wider(page, size)


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_list_and_on_queries(
    open_browser, ben, full_list, long_story, size, scheme
):
    page = open_browser(ben, viewport=size, scheme=scheme)
    names = ["answered", "failed", "cancelled", "expired", "waiting"]
    places = {
        name: f"/ai/queries/{query.pk}/" for name, query in zip(names, full_list, strict=True)
    }
    places |= {"list": "/ai/queries/", "story": f"/ai/queries/{long_story.pk}/"}
    places["empty"] = "/ai/queries/?status=RUNNING"
    findings = {}
    for name, place in places.items():
        page.goto(place)
        if name == "story":
            page.get_by_text("Digests").click()
        keep_picture(page, f"ai-{name}-{size['width']}-{scheme}")
        findings[name] = accessibility_findings(page)
        assert is_no_wider(page, size), name

    assert findings == {name: [] for name in places}


def is_no_wider(page, size):
    return page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_costs_and_charts(open_browser, ben, vera, busy_month, size, scheme):
    findings = {}
    for name, person, place in (
        ("costs", vera, "/ai/costs/"),
        ("charts", ben, "/ai/queries/"),
        ("budgets", ben, "/ai/"),
    ):
        page = open_browser(person, viewport=size, scheme=scheme)
        page.goto(place)
        if name == "costs":
            page.get_by_text("The numbers as a table").click()
        keep_picture(page, f"ai-{name}-{size['width']}-{scheme}")
        findings[name] = accessibility_findings(page)
        assert is_no_wider(page, size), name

    assert findings == {name: [] for name in findings}


@pytest.fixture
def busy_month(ben, asha):
    """Queries of thirty days, with calls that failed, and budgets nearly spent."""
    today = timezone.now()
    template = services.ask_query(prompt="Is there a second right answer?", actor=ben)
    queries, attempts = [], []
    for day in range(30):
        for number in range((day * 7) % 5 + 1):
            created_at = today - timedelta(days=day, minutes=20 * number + 10)
            cost = Decimal(1 + (day * 13 + number * 5) % 9) / 1000
            failed = (day + number) % 11 == 0
            waited = 700 + (day * 311 + number * 977) % 4000
            query = Query(
                owner=ben,
                correlation_id="month",
                prompt=f"Is there a second right answer? ({day}, {number})",
                prompt_digest="0" * 64,
                template=template.template,
                status=Status.FAILED if failed else Status.SUCCEEDED,
                error_code="refused" if failed else "",
                error=Trouble.REFUSED.label if failed else "",
                cost=cost,
                answer="" if failed else "No.",
                created_at=created_at,
                finished_at=created_at + timedelta(milliseconds=waited),
                expires_at=created_at + timedelta(minutes=15),
            )
            queries.append(query)
            attempts.append(
                Attempt(
                    query=query,
                    number=1,
                    turn=1,
                    provider="openai",
                    model="gpt-5.4-mini" if number % 2 else "gpt-5.4",
                    outcome=Outcome.FAILED if failed else Outcome.ANSWERED,
                    trouble=Trouble.REFUSED if failed else "",
                    input_digest="0" * 64,
                    sent_bytes=900,
                    input_tokens=200,
                    output_tokens=80,
                    cost=cost,
                    began_at=created_at,
                    ended_at=query.finished_at,
                )
            )
    Query.objects.bulk_create(queries)
    Attempt.objects.bulk_create(attempts)
    for scope, period, amount, spent in (
        (Scope.WHOLE, Period.MONTH, 20, "7.3"),
        (Scope.WHOLE, Period.DAY, 2, "2"),
        (Scope.EACH_PERSON, Period.DAY, 1, "0.87"),
    ):
        budget = Budget.objects.create(scope=scope, period=period, amount=amount)
        Account.objects.create(
            budget=budget,
            holder=budget.holder_for(ben.pk) and ben,
            starts_on=budget.period_start(today),
            spent=Decimal(spent),
        )


@pytest.fixture
def events(settings):
    """A real events process, which pages of this server may listen to."""
    server = EventsServer()
    settings.EVENTS_PORT = server.port
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    origin = f"http://localhost:{server.port}"
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": policy | {"connect-src": [*policy["connect-src"], origin]}
    }
    yield origin
    server.stop()


def test_words_come_as_they_are_written(open_browser, ben, events):
    query = services.ask_query(prompt="What is a distractor?", actor=ben)
    Query.objects.update(status=Status.RUNNING, turn=1, answer="A wrong", position=1)
    page = open_browser(ben)
    page.route("**/progress/**", lambda route: route.fulfill(status=204))
    with page.expect_response(f"{events}/api/v1/ai/query/{query.pk}/events/"):
        page.goto(f"/ai/queries/{query.pk}/")

    Query.objects.update(answer="A wrong option <b>that", position=2)
    notify_change(query.pk, 2)

    expect(page.locator("#answer")).to_have_text("A wrong option <b>that")
