"""
A person lives a whole life here, by the real pages and the API, and is erased.

Then no trace is in a dump of the database, in the opened trail, in the logs or in a file, and the
trail is still proved.
"""

import io
import logging
import re
import subprocess
import sys
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts import roles
from approvals.models import ApprovalPolicy, ApprovalTask
from audit.models import Change, Hold, Record, SavedSearch
from audit.reading.selection import Selection
from audit.selectors import record_of
from audit.services import seal_events
from audit.services.checking import check_trail
from audit.services.exporting import ask_for_export, expire_exports, make_exports
from audit.services.signing import sign_head
from config.logs import to_console
from config.postgres import _program
from tests.cast import person
from tests.processes import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAME, FORMER = "Wilhelmina Quistgaard", "Wilhelmina Vandersloot"
ADDRESS = "wilhelmina.quistgaard@example.com"
IP, BROWSER = "198.51.100.77", "Quistbrowser/7.1"
PLACE = {"REMOTE_ADDR": IP, "HTTP_USER_AGENT": BROWSER}
TRACES = re.compile(
    r"quistgaard|wilhelmina|vandersloot|198\.51\.100\.77|quistbrowser", re.IGNORECASE
)
QUESTION = {"options": ["5", "6"], "correct_answer": "6", "subject": "Maths"}


@pytest.fixture
def logged():
    """All that is logged from INFO on, as it is written in operation."""
    written = io.StringIO()
    config = to_console("INFO")
    formatter = config["formatters"]["line"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter["()"]("%(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def files(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "files", tmp_path
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    return tmp_path


@pytest.fixture
def catch_up(deliver_all):
    """Deliver and seal everything."""

    def run():
        deliver_all()
        for _ in range(500):
            seal_events()
            if not Change.objects.exists():
                return
            time.sleep(0.02)

    return run


@pytest.fixture
def mina(db):
    who = person(FORMER, roles.ASSESSORS, roles.REQUESTERS)
    who.email = ADDRESS
    who.set_password("first-Pass-9")
    who.save()
    return who


def signed_in(who, **place):
    browser = Client(**place)
    browser.force_login(who)
    return browser


def asks(browser, text, assigned_to, **headers):
    body = {"question": {"question_text": text, **QUESTION}, "assigned_to": assigned_to}
    answer = browser.post(
        "/api/v1/approval-requests/", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 201, answer.content
    return ApprovalTask.objects.get(pk=answer.json()["tasks"][0]["task_id"])


def decides(browser, task, verdict, comment):
    form = {"verdict": verdict, "comment": comment, "digest": task.version.digest}
    assert browser.post(f"/tasks/{task.pk}/decide/", form).status_code == 302


def live(mina, others, deliver_all):
    """All that a person does here, and that others do about them."""
    asha, ben, vera, administrator = others
    own = Client(**PLACE)
    for password in ("wrong", "first-Pass-9"):
        own.post("/sign-in/", {"username": ADDRESS.upper(), "password": password})
    assert own.post("/settings/profile/", {"name": NAME}).status_code == 302
    own.post("/settings/shortcuts/", {})
    assert (
        own.post("/settings/tokens/", {"name": "Wilhelminas Rechner", "days": 9}).status_code == 201
    )
    mina.refresh_from_db()

    policy_of(signed_in(administrator))
    deliver_all()
    task = asks(own, "What is 3 + 3?", asha.email, **{"Idempotency-Key": "life-1"})
    deliver_all()
    decides(signed_in(asha), task, "REJECTED", f"No, {NAME}; I wrote to {ADDRESS}.")
    deliver_all()

    by_ben = signed_in(ben)
    task = asks(by_ben, "What is 4 + 4?", ADDRESS, **{"Idempotency-Key": "life-2"})
    deliver_all()
    decides(own, task, "REJECTED", f"Wrong key. Signed: {NAME}")
    deliver_all()

    task = asks(by_ben, "What is 5 + 5?", ADDRESS)
    deliver_all()
    own.post(f"/tasks/{task.pk}/reassign/", {"assigned_to": asha.email})
    deliver_all()
    decides(signed_in(asha), task, "APPROVED", f"{FORMER.upper()} passed it on.")
    deliver_all()

    file = io.BytesIO(b"question_text,options,correct_answer\nWhat is 6 + 6?,11|12,12\n")
    file.name = "wilhelmina_quistgaard.csv"
    imported = own.post("/import/", {"file": file, "subject": "Maths"})
    deliver_all()
    own.post(f"{imported['Location']}discard/")
    own.get("/inbox/?q=Wilhelmina+Quistgaard")
    own.get("/activity/")  # not theirs to see
    own.get("/nothing/here/")
    SavedSearch.objects.create(owner=vera, name=f"Of {NAME}", query=f"who={ADDRESS}")
    Hold.objects.create(
        scope="OBJECT", kind="question", object_id="7", reason=f"{NAME} asks.", placed_by="vera"
    )
    edit_in_admin(signed_in(administrator), mina)
    ask_models(own, by_ben, signed_in(administrator), mina)
    deliver_all()
    own.post("/sign-out/")


def ask_models(own, by_ben, by_administrator, mina):
    """The person asks a model, others ask about them, and notes and a budget name them."""
    for browser, prompt in (
        (own, f"Write to {ADDRESS}: who am I?"),
        (by_ben, f"Who is {NAME}?"),
    ):
        answer = browser.post(
            "/api/v1/ai/query/", {"prompt": prompt}, content_type="application/json"
        )
        assert answer.status_code == 202, answer.content
    price = {"provider": "offline", "model": "parrot-1", "note": f"{NAME} says so."}
    rates = {"input_per_million": "0", "output_per_million": "0"}
    policy = {"customer_fields": "name", "keep_text_days": "90", "note": f"Asked by {ADDRESS}"}
    budget = {"scope": "PERSON", "person": str(mina.pk), "period": "DAY", "amount": "1"}
    for model, form in (("price", price | rates), ("sendingpolicy", policy), ("budget", budget)):
        answer = by_administrator.post(f"/admin/aiqueries/{model}/add/", form)
        assert answer.status_code == 302, answer.content


def policy_of(browser):
    """An administrator writes a policy that names the person, by its page in the admin."""
    stages = f'[{{"name": "{NAME}", "assessors": ["{ADDRESS}", "asha@example.com"]}}]'
    form = {"name": "Two eyes", "description": f"Ask {NAME}", "stages": stages, "is_active": "on"}
    assert browser.post("/admin/approvals/approvalpolicy/add/", form).status_code == 302


def edit_in_admin(browser, mina):
    groups = list(mina.groups.values_list("pk", flat=True))
    form = {"email": ADDRESS, "name": NAME, "groups": groups, "is_active": "on"}
    answer = browser.post(f"/admin/accounts/user/{mina.pk}/change/", form)
    assert answer.status_code == 302, answer.content


def erase(administrator, mina):
    chosen = {"action": "erase", "_selected_action": [str(mina.pk)], "also": "Wilhelminas"}
    answer = signed_in(administrator).post(
        "/admin/accounts/user/", {**chosen, "address": ADDRESS}, follow=True
    )
    assert "The person was erased." in answer.content.decode()


def dumped():
    """The database as pg_dump writes it: every row of every table."""
    found = connection.get_connection_params()
    address = {key: str(found[key]) for key in ("host", "port", "user", "dbname") if key in found}
    where = " ".join(f"{key}={value}" for key, value in address.items())
    dump = subprocess.run(
        [_program("pg_dump"), "--data-only", f"--dbname={where}"], capture_output=True, check=True
    )
    return dump.stdout.decode()


def traces(text):
    return [line[:300] for line in text.splitlines() if TRACES.search(line)]


def opened_trail():
    numbers = Record.objects.order_by("sequence").values_list("sequence", flat=True)
    return "\n".join(str(record_of(number)) for number in numbers)


def exported(folder):
    """The trail as auditors take it away, with all the names that there are."""
    sign_head()
    call_command("export_audit", to=folder, with_names=True)
    return "\n".join(path.read_text() for path in sorted(folder.iterdir()))


def in_files(folder):
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and traces(path.read_bytes().decode(errors="replace"))
    ]


def others_are_untouched():
    return ApprovalPolicy.objects.get().stages[0]["assessors"] == ["asha@example.com"]


def test_nothing_is_left_of_an_erased_person_but_what_they_did(
    mina, asha, ben, vera, admin_person, catch_up, deliver_all, files, logged, tmp_path_factory
):
    live(mina, (asha, ben, vera, admin_person), deliver_all)
    catch_up()
    assert len(traces(dumped())) > 20
    assert len(traces(opened_trail())) > 10
    assert len(traces(exported(tmp_path_factory.mktemp("before") / "export"))) > 10
    assert len(in_files(files)) >= 2
    export = ask_for_export(person=vera, selection=Selection(), with_names=True)
    make_exports(seconds=60)
    assert any("entries.csv" in path for path in in_files(files))
    leaves = dict(Record.objects.values_list("sequence", "leaf"))

    erase(admin_person, mina)
    catch_up()
    expire_exports()

    assert traces(dumped()) == []
    after = tmp_path_factory.mktemp("after") / "export"
    assert traces(exported(after)) == []
    verified = subprocess.run(
        [sys.executable, "audit/verify_audit.py", after], capture_output=True, cwd=ROOT, check=False
    )
    assert verified.returncode == 0, verified.stdout.decode()
    export.refresh_from_db()
    assert export.status == "EXPIRED"
    assert traces(opened_trail()) == []
    assert traces(logged.getvalue()) == []
    assert in_files(files) == []
    assert others_are_untouched()
    kept = dict(Record.objects.values_list("sequence", "leaf"))
    assert {n: bytes(kept[n]) for n in leaves} == {n: bytes(leaves[n]) for n in leaves}
    assert check_trail().findings == []
