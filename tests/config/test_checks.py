import pytest
from django.core.checks import run_checks

from config import demo
from config.checks import (
    check_allowed_hosts,
    check_database_is_named,
    check_debug,
    check_demo_people,
    check_secret_key,
    check_site_url,
)


@pytest.fixture
def deployed(settings):
    """Settings of a deployment with nothing wrong about them."""
    settings.ON_THIS_MACHINE = False
    settings.DEBUG = False
    settings.SECRET_KEY = "k" * 50
    settings.ALLOWED_HOSTS = ["imprimatur.example.org"]
    settings.SITE_URL = "https://imprimatur.example.org"
    return settings


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.django_db
def test_a_sound_deployment_has_nothing_to_say(deployed):
    ours = [m for m in run_checks(include_deployment_checks=True) if m.id.startswith("config.")]

    assert ours == []


@pytest.mark.parametrize("key", ["", "k" * 31])
def test_a_short_secret_key_is_refused(deployed, key):
    deployed.SECRET_KEY = key

    assert ids(check_secret_key()) == ["config.E001"]


def test_debug_is_refused_in_a_deployment(deployed):
    deployed.DEBUG = True

    assert ids(check_debug()) == ["config.E002"]


def test_debug_is_allowed_locally(settings):
    settings.DEBUG = True

    assert check_debug() == []


@pytest.mark.parametrize(
    ("hosts", "problem"),
    [(["*"], "config.E003"), (["127.0.0.1", "localhost"], "config.E004"), ([], "config.E004")],
)
def test_hosts_that_say_too_much_or_nothing_are_refused(deployed, hosts, problem):
    deployed.ALLOWED_HOSTS = hosts

    assert ids(check_allowed_hosts()) == [problem]


@pytest.mark.parametrize("address", ["http://imprimatur.example.org", "imprimatur.example.org"])
def test_a_site_without_tls_is_refused(deployed, address):
    deployed.SITE_URL = address

    assert ids(check_site_url()) == ["config.E005"]


def test_a_missing_database_is_said_by_name(deployed, monkeypatch):
    monkeypatch.setitem(deployed.DATABASES["default"], "NAME", "")

    assert ids(check_database_is_named()) == ["config.E006"]


@pytest.mark.django_db
def test_demo_people_are_reported_in_a_deployment(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    demo.prepare()
    settings.ON_THIS_MACHINE = False

    (warning,) = check_demo_people()

    assert (warning.id, warning.msg) == (
        "config.W001",
        "5 demo people can sign in outside the local profile.",
    )


def test_every_problem_says_what_to_do(deployed):
    deployed.SECRET_KEY = ""
    deployed.DEBUG = True
    deployed.ALLOWED_HOSTS = ["*"]
    deployed.SITE_URL = ""

    problems = [*check_secret_key(), *check_debug(), *check_allowed_hosts(), *check_site_url()]

    assert len(problems) == 4
    assert all(problem.hint for problem in problems)
