"""Who may ask a model."""

import pytest

from aiqueries import services
from aiqueries.exceptions import NotAnAsker
from aiqueries.models import Query
from aiqueries.rules import may_ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "may"),
    [("asha", True), ("ben", True), ("admin_person", True), ("vera", False), ("cleo", False)],
)
def test_whoever_has_work_to_do_here(request, who, may):
    assert may_ask(request.getfixturevalue(who)) is may


def test_others_are_refused(cleo):
    with pytest.raises(NotAnAsker):
        services.ask_query(prompt="What is a distractor?", actor=cleo)

    assert not Query.objects.exists()
