"""Proof, drill, verification and receipts as pages: who may see them, and what they say."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Entry
from outbox.models import Event
from tests.audit.chains import chain
from tests.audit.sealed import sealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["audit-proof", "audit-drill"])
@pytest.mark.parametrize("who", ["asha", "ben", "cleo"])
def test_proof_and_drill_are_for_auditors(request, client, name, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(name)).status_code == 403


def test_whoever_is_no_auditor_holds_no_drill(client, asha):
    client.force_login(asha)

    assert client.post(reverse("audit-drill")).status_code == 403
    assert not Event.objects.filter(name="audit.tamper_drill_held").exists()


def test_a_trail_without_seals_has_a_page_too(client, vera):
    client.force_login(vera)

    shown = text(client.get(reverse("audit-proof")))

    assert "Nothing was signed yet." in shown
    assert "No drill was held yet." in shown


def test_the_proof_tells_the_newest_seal_and_its_key(client, vera):
    chain(5, seals=(3,))
    client.force_login(vera)

    response = client.get(reverse("audit-proof"))

    health = response.context["health"]
    assert (health.size, health.seal.size, health.waiting) == (5, 3, 2)
    assert health.seal.key_id in text(response)


@pytest.mark.django_db(transaction=True)
def test_a_drill_shows_fourteen_of_fourteen(client, vera):
    chain(8, seals=(8,))
    client.force_login(vera)

    response = client.post(reverse("audit-drill"))

    assert response.status_code == 200
    assert "14 of 14 found" in text(response)
    assert text(response).count("Not found") == 0


def test_a_drill_on_nothing_says_why_not(client, vera):
    client.force_login(vera)

    response = client.post(reverse("audit-drill"))

    assert response.status_code == 409
    assert "The drill needs a trail of 8 sealed entries." in text(response)


def test_the_page_shows_the_last_drill(client, vera):
    sealed(
        {
            "action": "audit.tamper_drill_held",
            "detail": {"first": 1, "last": 8, "tried": 14, "found": 14},
        }
    )
    client.force_login(vera)

    assert "14 of 14 found" in text(client.get(reverse("audit-drill")))


def test_verification_is_for_everybody(client):
    response = client.get(reverse("audit-verify"))

    assert response.status_code == 200
    assert "What it does not prove" in text(response)


def test_a_receipt_is_a_sheet_to_read(client, vera):
    (row,) = sealed({"text": "{actor} approved “Which gas law?”.", "outcome": "APPROVED"})
    client.force_login(vera)

    shown = text(client.get(reverse("audit-receipt", args=[row.sequence])))

    assert "Asha Rao approved “Which gas law?”." in shown
    assert "imprimatur.localhost/audit" in shown
    assert reverse("audit-receipt-file", args=[row.sequence]) in shown


def test_a_receipt_is_a_file_to_keep(client, vera):
    (row,) = sealed({})
    client.force_login(vera)

    response = client.get(reverse("audit-receipt-file", args=[row.sequence]))

    assert response["Content-Disposition"] == f'attachment; filename="receipt-{row.sequence}.json"'
    assert json.loads(response.content)["format"] == "imprimatur-audit-receipt/1"


@pytest.mark.parametrize("name", ["audit-receipt", "audit-receipt-file"])
def test_an_entry_that_waits_for_its_seal_has_no_receipt_yet(client, vera, name):
    chain(3)
    client.force_login(vera)

    response = client.get(reverse(name, args=[3]))

    assert response.status_code == 409
    assert "not under a signed head yet" in text(response)


@pytest.mark.parametrize("name", ["audit-receipt", "audit-receipt-file"])
def test_a_receipt_that_is_not_for_this_person_is_not_found(client, cleo, name):
    (row,) = sealed({})
    client.force_login(cleo)

    assert client.get(reverse(name, args=[row.sequence])).status_code == 404


def test_a_request_lists_the_receipts_of_its_decisions(client, vera):
    asked = uuid4()
    row, _ = sealed({"workflow_id": str(asked)}, {"workflow_id": str(uuid4())})
    client.force_login(vera)

    shown = text(client.get(reverse("audit-receipts-of-request", args=[asked])))

    assert reverse("audit-receipt", args=[row.sequence]) in shown
    assert shown.count("Receipt of decision") == 1


def test_a_request_without_decisions_lists_nothing(client, ben):
    client.force_login(ben)

    response = client.get(reverse("audit-receipts-of-request", args=[uuid4()]))

    assert (response.status_code, text(response).strip()) == (200, "")
    assert Entry.objects.count() == 0
