"""Asha at her browser."""

import pytest


@pytest.fixture
def browser(client, asha):
    client.force_login(asha)
    return client


def text_of(browser, task):
    return browser.get(f"/tasks/{task.pk}/").content.decode()
