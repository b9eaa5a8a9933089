import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import HttpResponse

from accounts import roles
from accounts.models import User


@roles.role_required(roles.ASSESSORS)
def desk(request):
    return HttpResponse("desk")


def test_the_four_roles_exist(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.KEPT_GROUPS)


@pytest.mark.django_db(transaction=True)
def test_the_roles_survive_a_flush():
    call_command("flush", interactive=False, verbosity=0)

    assert Group.objects.filter(name__in=roles.KEPT_GROUPS).count() == 6


def test_an_assessor_has_that_role_and_no_other(asha):
    assert roles.has_role(asha, roles.ASSESSORS)
    assert not roles.has_role(asha, roles.REQUESTERS, roles.ADMINISTRATORS, roles.AUDITORS)


def test_one_of_several_roles_is_enough(asha):
    assert roles.has_role(asha, roles.REQUESTERS, roles.ASSESSORS)


def test_cleo_has_no_role(cleo):
    assert not roles.has_role(cleo, *roles.ALL_ROLES)


def test_a_superuser_has_every_role(db):
    root = User.objects.create_superuser("root@example.com", name="Root")

    assert all(roles.has_role(root, role) for role in roles.ALL_ROLES)


def test_someone_deactivated_has_no_role(asha):
    asha.is_active = False

    assert not roles.has_role(asha, roles.ASSESSORS)


def test_nobody_has_no_role():
    assert not roles.has_role(AnonymousUser(), *roles.ALL_ROLES)


def test_roles_are_asked_for_once(asha, django_assert_num_queries):
    with django_assert_num_queries(1):
        roles.has_role(asha, roles.ASSESSORS)
        roles.has_role(asha, roles.AUDITORS)


def test_roles_come_along_when_asked_for_with_the_person(asha, django_assert_num_queries):
    person = User.objects.with_roles().get(pk=asha.pk)

    with django_assert_num_queries(0):
        assert roles.has_role(person, roles.ASSESSORS)


def test_a_guarded_view_opens_for_the_role(rf, asha):
    request = rf.get("/desk/")
    request.user = asha

    assert desk(request).content == b"desk"


def test_a_guarded_view_refuses_everybody_else(rf, cleo):
    request = rf.get("/desk/")
    request.user = cleo

    with pytest.raises(PermissionDenied):
        desk(request)


@pytest.mark.urls("tests.accounts.urls")
def test_a_guarded_view_asks_a_stranger_to_sign_in(rf):
    request = rf.get("/desk/?page=2")
    request.user = AnonymousUser()

    response = desk(request)

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/desk/%3Fpage%3D2"
