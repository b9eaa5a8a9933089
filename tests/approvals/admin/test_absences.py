from datetime import timedelta

from django.utils import timezone

from approvals.models import Absence


def make(person):
    now = timezone.now()
    return Absence.objects.create(
        person=person, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1)
    )


def test_administrators_see_who_is_away(desk, asha):
    make(asha)

    assert "Asha Rao" in desk.list("absence").content.decode()


def test_administrators_end_an_absence(desk, asha):
    absence = make(asha)

    answer = desk.act("end", absence)

    assert desk.told(answer) == ["Ended: 1."]
    assert not Absence.objects.at(timezone.now()).exists()


def test_nobody_edits_one(desk, asha):
    assert desk.save(make(asha), ends_at="2099-01-01").status_code == 403
