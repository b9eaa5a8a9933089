"""Every mail can be looked at in the admin before anybody gets one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test.signals import template_rendered

from core.letters import SAMPLES
from notifications.kinds import KINDS, Kind

pytestmark = pytest.mark.django_db
PAGES = "/admin/notifications/notification/mails"


@pytest.fixture
def ann(client, admin_person):
    client.force_login(admin_person)
    return client


def test_the_list_names_every_kind_and_leads_to_each(ann):
    page = ann.get(f"{PAGES}/").content.decode()

    assert all(f'href="{PAGES}/{name}/"' in page for name in SAMPLES)
    assert all(kind.label in page for kind in Kind)


def test_no_template_of_a_mail_is_without_a_sample():
    used = set()

    def note(template, **_):
        used.add(template.name)

    template_rendered.connect(note)
    for sample in SAMPLES.values():
        sample.write()
    template_rendered.disconnect(note)

    folder = Path(settings.BASE_DIR) / "templates"
    every = {path.relative_to(folder).as_posix() for path in folder.glob("*/mail/*.*")}
    every |= {path.relative_to(folder).as_posix() for path in folder.glob("**/*mail.txt")}
    assert len(every) > 8
    assert every <= used


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_has_a_page(ann, name):
    page = ann.get(f"{PAGES}/{name}/")

    assert page.status_code == 200
    assert SAMPLES[name].write().subject in page.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"audit-head"}))
@pytest.mark.parametrize(("scheme", "media"), [("light", "@media not all"), ("dark", "@media all")])
def test_every_html_is_shown_in_both_schemes(ann, name, scheme, media):
    html = ann.get(f"{PAGES}/{name}/{scheme}/").content.decode()

    assert html.count(media) == 1
    assert "prefers-color-scheme" not in html


def test_the_html_is_shut_in(ann):
    page = ann.get(f"{PAGES}/task-assigned/")
    frame = ann.get(f"{PAGES}/task-assigned/light/")

    policy = frame.headers["Content-Security-Policy"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.content.decode()
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src 'none'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_other_pages_of_the_admin_have_no_frames(ann):
    ann.get(f"{PAGES}/task-assigned/")

    assert "frame-src" not in ann.get("/admin/").headers["Content-Security-Policy"]


def test_a_mail_without_html_shows_its_text_alone(ann):
    page = ann.get(f"{PAGES}/audit-head/").content.decode()

    assert "<iframe" not in page
    assert "keep this mail" in page
    assert ann.get(f"{PAGES}/audit-head/light/").status_code == 404


@pytest.mark.parametrize("path", ["/nothing/", "/nothing/light/", "/task-assigned/blue/"])
def test_what_is_not_there_is_not_found(ann, path):
    assert ann.get(PAGES + path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/task-assigned/", "/task-assigned/light/"])
def test_nobody_else_sees_them(client, vera, path):
    client.force_login(vera)

    assert client.get(PAGES + path).status_code in (302, 403)


def test_looking_at_them_writes_nothing(ann, django_assert_num_queries):
    ann.get(f"{PAGES}/digest-daily/light/")

    with django_assert_num_queries(2):  # the session, the person
        ann.get(f"{PAGES}/digest-daily/light/")


@pytest.mark.parametrize("kind", Kind)
def test_every_subject_is_words_without_a_stop(kind):
    assert KINDS[kind].subject.rstrip(".") == KINDS[kind].subject
