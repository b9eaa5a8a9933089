from aiqueries.models import SendingPolicy
from aiqueries.selectors.sending import current_policy


def say(desk, **given):
    said = {"secure_to": ["openai"], "customer_fields": ["name"], "keep_text_days": "30"}
    return desk.add("sendingpolicy", **said | given)


def test_administrators_say_what_may_leave(desk, admin_person):
    say(desk, note="Agreed.")

    policy = current_policy()
    assert (policy.secure_to, policy.customer_fields, policy.keep_text_days) == (
        ["openai"],
        ["name"],
        30,
    )
    assert (policy.created_by, policy.note) == (admin_person, "Agreed.")


def test_the_form_begins_with_what_counts_now(desk):
    say(desk, keep_text_days="12")

    form = desk.form("sendingpolicy").context["adminform"].form

    assert form.initial["keep_text_days"] == 12
    assert form.initial["secure_to"] == ["openai"]


def test_only_providers_outside_are_offered(desk):
    form = desk.form("sendingpolicy").context["adminform"].form

    assert [name for name, _ in form.fields["secure_to"].choices] == ["openai"]


def test_what_is_not_there_is_refused(desk):
    answer = say(desk, secure_to=["openia"], keep_text_days="4000")

    assert [*desk.refused(answer)] == ["secure_to", "keep_text_days"]
    assert not SendingPolicy.objects.exists()


def test_the_history_says_what_changed_and_who_said_so(desk):
    say(desk)
    say(desk, secure_to=[], customer_fields=["name", "city"])

    page = desk.list("sendingpolicy").content.decode()

    assert "openai may get secure questions." in page
    assert "openai may no longer get secure questions." in page
    assert "“City” of customers may be said." in page
    assert "Texts are kept for 30 days instead of 90." in page
    assert "Admin Admin" in page


def test_what_was_said_stays(desk):
    say(desk)
    policy = current_policy()

    assert desk.show(policy).status_code == 200
    assert desk.save(policy, keep_text_days="0").status_code == 403


def test_auditors_look_and_say_nothing(auditors_desk):
    assert auditors_desk.list("sendingpolicy").status_code == 200
    assert say(auditors_desk).status_code == 403
