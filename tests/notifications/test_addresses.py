"""The paths in notifications are those of the pages."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from notifications.rules import rule


@pytest.mark.parametrize(("name", "written"), [("review", rule.review), ("request", rule.request)])
def test_a_path_is_the_pages_own(name, written):
    key = str(uuid4())
    try:
        address = reverse(name, args=[key])
    except NoReverseMatch:
        pytest.skip("The page is not there yet.")

    assert written(key) == address
