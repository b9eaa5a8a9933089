import pytest

from approvals import services
from approvals.models import ApprovalPolicy
from approvals.policy import InvalidPolicy
from outbox.models import Event


@pytest.fixture
def policy(asha):
    return ApprovalPolicy(name="Asha", stages=[{"assessors": [asha.email]}])


def test_a_new_policy_is_kept(policy, admin_person):
    services.save_policy(policy=policy, actor=admin_person)

    assert ApprovalPolicy.objects.get().name == "Asha"


def test_a_saved_policy_is_an_event(policy, admin_person):
    services.save_policy(policy=policy, actor=admin_person)

    event = Event.objects.get(name="approvals.policy_saved")
    assert event.actor_label == "Admin Admin"
    assert event.payload == {
        "policy_id": str(policy.pk),
        "policy_name": "Asha",
        "is_active": True,
    }


def test_a_retired_policy_says_so(policy, admin_person):
    policy.is_active = False

    services.save_policy(policy=policy, actor=admin_person)

    assert Event.objects.get().payload["is_active"] is False


def test_a_policy_that_cannot_be_kept_is_refused(policy, admin_person):
    policy.stages = []

    with pytest.raises(InvalidPolicy):
        services.save_policy(policy=policy, actor=admin_person)

    assert not ApprovalPolicy.objects.exists()
    assert not Event.objects.exists()
