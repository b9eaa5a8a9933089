import pytest

from approvals.titles import questions_of


def test_an_execution_is_titled_by_its_question(submit):
    request = submit()

    assert questions_of([request.execution_name]) == {request.execution_name: "What is 2 + 2?"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["approval-1", "request-1", "request-11111111-1111-4111-8111-111111111111"]
)
def test_other_executions_have_no_question(name):
    assert questions_of([name]) == {}


def test_the_name_must_be_written_as_it_is_given_out(submit):
    request = submit()

    assert questions_of([f"request-{request.pk.hex}", str(request.pk)]) == {}


def test_a_page_of_titles_takes_one_query(submit, django_assert_num_queries):
    names = [submit().execution_name for _ in range(5)]

    with django_assert_num_queries(1):
        assert len(questions_of(names)) == 5


@pytest.mark.parametrize("place", ["/activity/", "/executions/"])
def test_pages_name_the_question_and_not_an_id(client, vera, submit, deliver_all, place):
    request = submit()
    deliver_all()
    client.force_login(vera)

    text = client.get(place).content.decode()

    assert f'<a href="/executions/{request.execution_name}/">What is 2 + 2?</a>' in text
