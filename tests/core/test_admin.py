import pytest
from django.urls import reverse

from core.models import IdempotentAnswer


@pytest.fixture
def answer(db):
    return IdempotentAnswer.objects.create(
        actor_id="ben", key="key-1", fingerprint="0" * 64, status=201, body="the answer key"
    )


def test_a_key_is_shown_without_its_answer(client, admin_person, answer):
    client.force_login(admin_person)

    page = client.get(reverse("admin:core_idempotentanswer_change", args=[answer.pk]))

    assert "key-1" in page.content.decode()
    assert "the answer key" not in page.content.decode()


def test_keys_are_listed_and_not_edited(client, admin_person, answer):
    client.force_login(admin_person)
    listed = client.get(reverse("admin:core_idempotentanswer_changelist"))
    edited = client.post(reverse("admin:core_idempotentanswer_change", args=[answer.pk]), {})

    assert "key-1" in listed.content.decode()
    assert edited.status_code == 403
