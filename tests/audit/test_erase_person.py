"""What the trail forgets of a person: no hash changes, and what is gone is recorded."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import roles
from accounts.erasure import erase_person
from accounts.exceptions import ErasureRefused
from accounts.models import User
from accounts.services import create_api_token, rename, save_person
from approvals import services
from approvals.content import QuestionContent
from audit import doors
from audit.models import Change, Entry, Hold, Key, Person, Posting, Record, SavedSearch
from audit.proof.records import person_key, text_key
from audit.selectors import record_of
from core.actor import SYSTEM, Actor
from core.redaction import ERASED
from tests.audit.conftest import SealBroken, happen
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = QuestionContent.checked(
    question_text="What is 2 + 2?", options=["3", "4"], correct_answer="4", subject="Maths"
)


@pytest.fixture
def mina(db):
    return person("Mina Brandt", roles.ASSESSORS)


@pytest.fixture
def decided(ben, asha, mina, recorded):
    """Ben asks; whoever it is decides with a comment. Returns the entry of the decision."""

    def decide(comment, who=asha):
        request = services.submit_request(
            content=CONTENT, assigned_to=who.email, policy=None, actor=ben
        )
        services.decide_task(
            task_id=request.tasks.get().pk, verdict="REJECTED", comment=comment, actor=who
        )
        recorded()
        return Entry.objects.filter(action="approvals.task_decided").latest("sequence")

    return decide


def erase(who, **options):
    return erase_person(person_id=who.pk, actor=SYSTEM, **options)


def all_of_the_trail():
    rows = [list(model.objects.values()) for model in (Entry, Person, Change, Hold)]
    return str([rows, [record_of(n) for n in Record.objects.values_list("sequence", flat=True)]])


def test_their_boxes_stay_closed_and_no_hash_changes(mina, decided, recorded):
    entry = decided("Signed: Mina Brandt", who=mina)
    leaves = dict(Record.objects.values_list("sequence", "leaf"))

    erase(mina)
    recorded()

    assert record_of(entry.sequence)["actor"] == {
        "id": str(mina.pk),
        **{each: {"sealed": person_key(str(mina.pk))} for each in ("label", "ip", "client")},
    }
    kept = dict(Record.objects.filter(sequence__in=leaves).values_list("sequence", "leaf"))
    assert {n: bytes(leaf) for n, leaf in kept.items()} == {
        n: bytes(leaf) for n, leaf in leaves.items()
    }
    assert "Brandt" not in all_of_the_trail()
    assert "mina@example.com" not in all_of_the_trail()


def test_texts_that_name_them_are_closed_and_found_no_more(mina, decided):
    named = decided("Zanzibar, as mina@example.com said")
    other = decided("Zanzibar, as Asha said")

    erase(mina)

    assert record_of(named.sequence)["reason"] == {"sealed": text_key(named.event_id)}
    assert list(Entry.objects.filter(search="zanzibar")) == [other]
    assert record_of(other.sequence)["reason"] == "Zanzibar, as Asha said"


def test_the_trail_says_which_keys_are_gone(mina, decided, recorded):
    named = decided("Ask Mina Brandt")

    erased = erase(mina)
    recorded()

    gone = [person_key(str(mina.pk)), text_key(named.event_id)]
    told = Entry.objects.get(action="audit.keys_erased")
    assert record_of(told.sequence)["detail"] == {"person_id": str(mina.pk), "names": gone}
    assert erased.forgotten["audit"]["keys of texts that named them"] == 1
    for name in gone:
        assert Key.objects.filter(name=name, key=None, erased_at__isnull=False).exists()
    assert Entry.objects.filter(
        action="accounts.person_erased", subject_kind="user", subject_id=str(mina.pk)
    ).exists()


def test_former_names_and_addresses_are_read_from_the_trail(mina, decided, recorded):
    mina.email = "wirth@example.com"
    save_person(user=mina, actor=SYSTEM)
    rename(user=mina, name="Mina Wirth")
    recorded()
    mina.email = "mina@example.com"
    save_person(user=mina, actor=SYSTEM)
    rename(user=mina, name="Mina Brandt")
    named = decided("Wirth@example.com knows")
    other = decided("Mina Wirth knows")

    erase(mina)
    recorded()

    for entry in (named, other):
        assert record_of(entry.sequence)["reason"] == {"sealed": text_key(entry.event_id)}
    assert "Wirth" not in all_of_the_trail()
    assert "wirth" not in all_of_the_trail()


def test_what_waits_to_be_sealed_is_forgotten_too(mina, asha, ben, recorded):
    request = services.submit_request(
        content=CONTENT, assigned_to=asha.email, policy=None, actor=ben
    )
    task = request.tasks.get()
    services.decide_task(
        task_id=task.pk, verdict="REJECTED", comment="Says Mina Brandt.", actor=asha
    )
    rename(user=mina, name="Mina Wirth")

    erase(mina)

    recorded()
    assert "Brandt" not in all_of_the_trail()
    assert "Wirth" not in all_of_the_trail()
    decision = Entry.objects.get(action="approvals.task_decided")
    assert record_of(decision.sequence)["reason"] == f"Says {ERASED}."


def test_reports_under_their_name_are_closed(mina, recorded):
    happen(SealBroken(), actor=Actor(id="billing:17", label="Mina Brandt"))
    happen(SealBroken(), actor=Actor(id="billing:18", label="Minna Brandt"))
    recorded()

    erase(mina)

    assert list(
        Person.objects.filter(pk__startswith="billing").values_list("label", flat=True)
    ) == ["Minna Brandt"]
    assert Key.objects.get(name="person:billing:17").key is None


def test_a_namesake_stays_who_they_are(mina, decided, recorded):
    namesake = User.objects.create_user("other@example.com", name="Mina Brandt")
    happen(SealBroken(), actor=namesake.as_actor())
    recorded()

    erase(mina)

    assert Person.objects.get(pk=str(namesake.pk)).label == "Mina Brandt"
    assert Key.objects.get(name=person_key(str(namesake.pk))).key is not None


def test_others_boxes_stay_open(mina, decided):
    entry = decided("All is well.")
    before = record_of(entry.sequence)

    erase(mina)

    assert record_of(entry.sequence) == before


def test_a_legal_hold_on_the_person_refuses(mina, recorded):
    hold = Hold.objects.create(
        scope="PERSON", kind="user", object_id=str(mina.pk), reason="A case.", placed_by="vera"
    )

    with pytest.raises(ErasureRefused, match=f"Legal hold {hold.pk} is on it"):
        erase(mina)
    mina.refresh_from_db()
    assert mina.name == "Mina Brandt"


def test_a_legal_hold_on_what_names_them_refuses(mina, asha, decided):
    entry = decided("Ask Mina Brandt")
    Hold.objects.create(
        scope="OBJECT",
        kind=entry.subject_kind,
        object_id=entry.subject_id,
        reason="A case.",
        placed_by="vera",
    )

    with pytest.raises(ErasureRefused, match="keeps texts that name them"):
        erase(mina)
    mina.refresh_from_db()
    assert (mina.name, Key.objects.filter(key=None).exists()) == ("Mina Brandt", False)


def test_a_dry_run_destroys_no_key(mina, decided):
    decided("Ask Mina Brandt")

    would = erase(mina, dry_run=True)

    assert would.forgotten["audit"]["keys of texts that named them"] == 1
    assert not Key.objects.filter(key=None).exists()
    assert Entry.objects.filter(search="brandt").count() == 1


def test_what_quotes_exam_content_is_counted_and_stays(mina, ben, asha, recorded):
    content = QuestionContent.checked(
        question_text="Who is Mina Brandt?", options=["A", "B"], correct_answer="A", subject=""
    )
    services.submit_request(content=content, assigned_to=asha.email, policy=None, actor=ben)
    recorded()

    assert erase(mina).kept["audit"] == {"sentences": 1}
    assert Entry.objects.filter(text__contains="Mina Brandt").count() == 1


def test_the_reason_of_a_hold_loses_the_name(mina, recorded):
    Hold.objects.create(
        scope="OBJECT", kind="question", object_id="7", reason="Mina Brandt sues.", placed_by="vera"
    )

    erase(mina)
    recorded()

    assert Hold.objects.get().reason == f"{ERASED} sues."
    assert "Brandt" not in all_of_the_trail()


def test_after_an_erasure_nothing_of_theirs_is_written_again(mina, recorded):
    erase(mina)
    happen(SealBroken(), actor=Actor(id=str(mina.pk), label="Mina Brandt"))
    recorded()

    assert "Brandt" not in all_of_the_trail()
    assert not Person.objects.filter(pk=str(mina.pk)).exists()


def test_a_big_transaction_is_sealed_without_the_name(mina, asha, recorded):
    for number in range(30):
        happen(SealBroken(number=number, body="Mina Brandt"), actor=asha.as_actor())
        happen(SealBroken(number=number), actor=mina.as_actor())
    recorded()

    erase(mina)
    recorded(all_of_them=True)

    assert "Mina" not in str(list(Entry.objects.exclude(action="tests.seal_broken").values()))


def test_vain_sign_ins_as_them_are_closed_with_their_key(mina, client, recorded):
    wrong = {"username": "mina@example.com", "password": "wrong"}
    client.post("/sign-in/", wrong, HTTP_USER_AGENT="Minabrowser/7", REMOTE_ADDR="198.51.100.77")
    (entry,) = (e for e in recorded() if e.action == "accounts.sign_in_failed")
    assert entry.record["actor"]["client"] == "Minabrowser/7"

    erase(mina)

    assert record_of(entry.sequence)["actor"]["client"] == {"sealed": person_key(str(mina.pk))}


def test_a_strangers_origin_stands_alone(client, recorded, db):
    wrong = {"username": "nobody@example.com", "password": "wrong"}
    client.post("/sign-in/", wrong, REMOTE_ADDR="198.51.100.78")

    (entry,) = (e for e in recorded() if e.action == "accounts.sign_in_failed")

    assert entry.record["actor"]["ip"] == "198.51.100.78"
    assert Key.objects.filter(name=text_key(entry.event_id)).exists()


def test_what_their_tokens_were_called_is_closed(mina, recorded):
    create_api_token(user=mina, name="Minas Rechner", days=1, actor=mina.as_actor())
    (entry,) = (e for e in recorded() if e.action == "accounts.token_created")
    assert (entry.text, entry.detail["token_name"]) == (
        "{actor} created an API token.",
        "Minas Rechner",
    )

    erase(mina)
    recorded(all_of_them=True)

    assert "Rechner" not in all_of_the_trail()


def test_saved_searches_go_or_lose_the_name(mina, asha, recorded):
    SavedSearch.objects.create(owner=mina, name="Mine", query="action=x")
    SavedSearch.objects.create(owner=asha, name="Mina Brandt", query="who=mina+brandt")
    second = SavedSearch.objects.create(owner=asha, name="MINA BRANDT", query="")

    erase(mina)

    assert list(SavedSearch.objects.order_by("pk").values_list("name", "query")) == [
        (ERASED, f"who={ERASED}"),
        (f"{ERASED} {second.pk}", ""),
    ]


def test_the_index_finds_the_words_no_more(mina, decided):
    decided("Zanzibar, says Mina Brandt")
    Posting.objects.create(segment=0, term="w:zanzibar", places=b"")

    erase(mina)

    assert not Posting.objects.exists()


@pytest.mark.parametrize("at_once", [1, 2])
def test_all_texts_are_looked_through_in_portions(mina, decided, monkeypatch, at_once):
    monkeypatch.setattr("audit.services.erasing.AT_ONCE", at_once)
    named = [decided("Ask Mina Brandt"), decided("Or Brandt, Mina")]
    decided("Not them")

    assert erase(mina).forgotten["audit"]["keys of texts that named them"] == len(named)


class TestTheDoors:
    def test_words_go_only_with_their_key(self, mina, decided):
        entry = decided("Zanzibar")

        assert doors.forget_words([text_key(entry.event_id)]) == 0
        assert Entry.objects.filter(search="zanzibar").count() == 1

    def test_nothing_is_redacted_where_no_key_was_destroyed(self, mina):
        with pytest.raises(IntegrityError, match="destroys keys, and no other"):
            doors.redact("Brandt")

    def test_the_search_is_changed_in_no_other_way(self, mina, decided):
        decided("Zanzibar")

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            _execute("UPDATE audit_entry SET search = ''")


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
