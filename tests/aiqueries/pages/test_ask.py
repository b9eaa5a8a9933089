"""Asking by the page."""

from decimal import Decimal
from uuid import uuid4

import pytest

from aiqueries import services
from aiqueries.kinds import Period, Scope
from aiqueries.models import Budget, Price, Query, SendingPolicy
from approvals.services import mark_secure
from crm_sync.models import Customer
from tests.aiqueries.pages.conftest import SCRIPT, text_of

pytestmark = pytest.mark.django_db
TWO = ["cloud/big", "offline/parrot-1"]


@pytest.fixture
def two_models(settings):
    """One that leaves this organisation, and one that stays."""
    settings.AI_PROVIDERS = {
        "cloud": {"kind": "openai", "outside": True},
        "offline": {"kind": "offline", "outside": False},
    }
    settings.AI_ROUTES = TWO


def ask(browser, prompt="What is a distractor?", **fields):
    return browser.post("/ai/", {"form_id": str(uuid4()), "prompt": prompt, **fields})


@pytest.mark.parametrize(
    ("who", "status"),
    [("asha", 200), ("ben", 200), ("admin_person", 200), ("vera", 403), ("cleo", 403)],
)
@pytest.mark.parametrize("address", ["/ai/", "/ai/queries/", "/ai/find/", "/ai/about/"])
def test_who_may_come_here(client, request, address, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address).status_code == status


@pytest.mark.parametrize(("who", "listed"), [("ben", True), ("vera", False), ("cleo", False)])
def test_the_sidebar_leads_there(client, request, who, listed):
    client.force_login(request.getfixturevalue(who))

    assert ('href="/ai/queries/"' in client.get("/settings/").content.decode()) is listed


def test_ben_asks_and_is_led_to_the_query(browser, ben):
    response = ask(browser)

    query = Query.objects.get()
    assert response["Location"] == f"/ai/queries/{query.pk}/"
    assert (query.owner, query.prompt) == (ben, "What is a distractor?")


def test_ben_asks_about_a_customer(browser, northwind):
    ask(browser, about=f"customer:{northwind.pk}")

    assert Query.objects.get().customer_id == northwind.pk


def test_ben_asks_about_a_question(browser, question):
    ask(browser, about=f"question:{question.pk}")

    query = Query.objects.get()
    assert (query.question_id, query.question_version) == (question.pk, 1)


def test_a_model_and_a_highest_cost_are_chosen(browser, two_models):
    ask(browser, model="offline/parrot-1", max_cost="0.05")

    query = Query.objects.get()
    assert (query.model, query.max_cost) == ("offline/parrot-1", Decimal("0.05"))


def test_a_form_that_is_sent_twice_asks_once(browser):
    form = {"form_id": str(uuid4()), "prompt": "What is a distractor?"}

    first, second = browser.post("/ai/", form), browser.post("/ai/", form)

    assert first["Location"] == second["Location"]
    assert Query.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prompt": " "}, "Say what you want to know."),
        ({"prompt": "x" * 8_001}, "A prompt has at most 8,000 characters."),
        ({"prompt": "NUL \x00"}, "Null characters are not allowed."),
        ({"about": "customer:nonsense"}, "There is no such customer or question for you."),
        ({"about": f"customer:{uuid4()}"}, "There is no such customer or question for you."),
        ({"model": "nobody/nothing"}, "No such AI model is on offer."),
        ({"max_cost": "much"}, "Enter a number."),
        ({"max_cost": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
    ids=["empty", "long", "nul", "no id", "unknown", "model", "no number", "negative"],
)
def test_what_cannot_be_asked_comes_back_with_what_was_typed(browser, fields, words):
    response = ask(browser, **{"prompt": "Keep this.", **fields})

    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert fields.get("prompt", "Keep this.").strip()[:10] in text
    assert not Query.objects.exists()


def test_somebody_elses_question_is_unknown(client, asha, question):
    client.force_login(asha)

    response = ask(client, about=f"question:{question.pk}")

    assert "There is no such customer or question for you." in response.content.decode()
    assert not Query.objects.exists()


def test_a_question_leads_to_the_form(browser, question):
    assert f'href="/ai/?question={question.pk}"' in text_of(browser, f"/questions/{question.pk}/")

    assert f'value="question:{question.pk}"' in text_of(browser, "/ai/", question=question.pk)


def test_who_may_not_ask_is_not_led_to_the_form(client, vera, question):
    client.force_login(vera)

    assert "/ai/?question=" not in text_of(client, f"/questions/{question.pk}/")


def test_a_customer_in_the_address_is_chosen(browser, northwind):
    text = text_of(browser, "/ai/", customer=northwind.pk)

    assert f'value="customer:{northwind.pk}"' in text


def test_a_query_is_asked_again_from_its_own_words(browser, ben, northwind):
    query = services.ask_query(
        prompt="Who is this?", customer_id=northwind.pk, max_cost=Decimal("0.5"), actor=ben
    )

    text = text_of(browser, "/ai/", again=query.pk)

    assert "Who is this?" in text
    assert f'value="customer:{northwind.pk}"' in text
    assert 'value="0.50000000"' in text


@pytest.mark.parametrize("again", ["nonsense", uuid4()], ids=["no id", "unknown"])
def test_an_unknown_query_asked_again_is_an_empty_form(browser, again):
    assert "Say what" not in text_of(browser, "/ai/", again=again)


def test_somebody_elses_query_is_not_asked_again(client, admin_person, query):
    client.force_login(admin_person)

    assert query.prompt not in text_of(client, "/ai/", again=query.pk)


# What is found


@pytest.mark.parametrize(
    ("words", "found"),
    [("NORTH coll", ["Northwind College"]), ("2 + 2", ["What is 2 + 2?"]), ("elephant", [])],
)
def test_customers_and_questions_are_found_by_words(browser, northwind, question, words, found):
    text = text_of(browser, "/ai/find/", words=words)

    assert [title for title in ("Northwind College", "What is 2 + 2?") if title in text] == found
    assert ("Nothing has all of these words." in text) is (not found)


def test_nobody_finds_somebody_elses_questions(client, asha, question):
    client.force_login(asha)

    assert "What is 2 + 2?" not in text_of(client, "/ai/find/", words="What")


def test_names_are_escaped(browser):
    Customer.objects.create(name=SCRIPT)

    assert SCRIPT not in text_of(browser, "/ai/find/")


def test_without_scripts_a_button_searches_and_keeps_what_was_typed(browser, northwind):
    response = ask(browser, prompt="Keep this.", step="find", words="north")

    text = response.content.decode()
    assert f'type="radio" name="about" value="customer:{northwind.pk}"' in text
    assert "Keep this." in text
    assert not Query.objects.exists()


def test_without_scripts_a_choice_is_taken_back(browser, northwind):
    response = ask(browser, prompt="Keep this.", about=f"customer:{northwind.pk}", step="clear")

    text = response.content.decode()
    assert f"customer:{northwind.pk}" not in text
    assert "Keep this." in text


# What would leave


def test_the_fields_of_a_customer_that_leave_are_shown(browser, northwind):
    text = text_of(browser, "/ai/sending/", about=f"customer:{northwind.pk}")

    assert "Leeds" in text
    assert "Nora" not in text


def test_the_policy_cuts_them(browser, northwind):
    SendingPolicy.objects.create(customer_fields=["industry"])

    text = text_of(browser, "/ai/sending/", about=f"customer:{northwind.pk}")

    assert "Education" in text
    assert "Leeds" not in text


def test_it_is_said_who_gets_it_in_turn(browser, two_models):
    text = text_of(browser, "/ai/sending/")

    assert text.index("cloud/big") < text.index("offline/parrot-1")
    assert "Leaves this organisation" in text


def test_who_asks_for_the_second_model_does_not_get_the_first(browser, two_models):
    assert "cloud/big" not in text_of(browser, "/ai/sending/", model="offline/parrot-1")


def test_a_secure_question_passes_over_who_is_outside(browser, ben, question, two_models):
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    text = text_of(browser, "/ai/sending/", about=f"question:{question.pk}")

    assert "This question is secure: it does not go to cloud/big." in text
    assert "Leaves this organisation" not in text


def test_the_policy_lets_a_secure_question_go_to_whom_it_names(browser, ben, question, two_models):
    mark_secure(question_id=question.pk, secure=True, actor=ben)
    SendingPolicy.objects.create(secure_to=["cloud"])

    text = text_of(browser, "/ai/sending/", about=f"question:{question.pk}")

    assert "the policy lets it go to cloud/big" in text


def test_models_are_offered_with_what_they_cost(browser, two_models):
    Price.objects.create(
        provider="cloud", model="big", input_per_million="0.25", output_per_million="2"
    )

    text = text_of(browser, "/ai/")

    assert "$0.25 in, $2.00 out, a million tokens" in text
    assert "Free" in text


def test_a_model_without_a_price_cannot_be_chosen(browser, two_models):
    text = text_of(browser, "/ai/")

    assert 'value="cloud/big" disabled' in text
    assert "No price is set" in text


def test_what_nobody_can_pay_for_is_refused_with_the_text_kept(browser, settings):
    settings.AI_ROUTES = ["openai/gpt-5.4-mini"]
    Price.objects.create(
        provider="openai", model="gpt-5.4-mini", input_per_million="0.25", output_per_million="2"
    )
    Budget.objects.create(scope=Scope.WHOLE, period=Period.DAY, amount=0)

    response = ask(browser, prompt="Keep this.")

    text = response.content.decode()
    assert response.status_code == 409
    assert 'role="alert"' in text
    assert "Keep this." in text
    assert not Query.objects.exists()
