"""Entries go out signed, in order, at least once; who takes none is waited for, then paused."""

import base64
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from audit.exceptions import AddressRefused, StreamNameTaken
from audit.models import Entry, Stream
from audit.proof.merkle import leaf_hash
from audit.services import streaming
from audit.services.streaming import sending
from core.actor import Actor
from outbox.models import Event
from tests.audit.handover.conftest import sealed_up_to

pytestmark = pytest.mark.django_db
ADMIN = Actor(id="admin", label="Admin")


class Taker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        self.server.got.append((dict(self.headers), body, answer))
        self.send_response(answer)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def taker():
    """A receiver that answers 200, unless `answers` says otherwise."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.got, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def stream_to(taker, *, from_start=True, **only):
    return streaming.create_stream(
        name="SIEM", url=taker.url, only=only, from_start=from_start, actor=ADMIN
    )


def send():
    """Send all that is due, whatever pause there is."""
    Stream.objects.update(due_at=timezone.now(), lease_until=None)
    return streaming.send_streams(seconds=30)


def sequences(taker, status=200):
    return [json.loads(body)["data"]["sequence"] for _, body, said in taker.got if said == status]


def verifies(secret, headers, body):
    """As a receiver checks it, by the Standard Webhooks specification."""
    headers = {name.lower(): value for name, value in headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return wanted in headers["webhook-signature"].split(" ")


def test_each_entry_goes_out_in_order(taker):
    sealed_up_to(5)
    stream_to(taker)

    assert send() == 5
    assert sequences(taker) == [1, 2, 3, 4, 5]
    assert Stream.objects.get().position == 5


def test_a_message_is_signed_and_proves_its_entry(taker):
    sealed_up_to(1)
    _, secret = stream_to(taker)
    send()

    ((headers, body, _),) = taker.got
    said = json.loads(body)
    assert verifies(secret, headers, body)
    assert not verifies(secret, headers, body + b" ")
    assert {name.lower(): value for name, value in headers.items()}["webhook-id"] == str(
        Entry.objects.get().event_id
    )
    assert said["type"] == "approvals.task_decided"
    leaf = base64.b64encode(leaf_hash(said["data"]["body"].encode())).decode()
    assert said["data"]["leaf"] == leaf
    assert b"Asha Rao" not in body


def test_what_is_not_taken_holds_up_the_rest_and_comes_again(taker):
    sealed_up_to(3)
    stream_to(taker)
    taker.answers = [200, 503]

    send()
    stream = Stream.objects.get()
    assert (stream.position, stream.failures, stream.error) == (1, 1, "The answer was 503.")
    assert stream.due_at > timezone.now()

    send()
    assert sequences(taker) == [1, 2, 3]
    assert Stream.objects.get().failures == 0


@pytest.mark.parametrize("answer", [301, 307, 400, 410, 500])
def test_only_2xx_counts_as_taken(taker, answer):
    sealed_up_to(1)
    stream_to(taker)
    taker.answers = [answer]

    send()

    assert Stream.objects.get().position == 0


def test_a_pause_grows_with_each_failure(taker):
    sealed_up_to(1)
    stream_to(taker)
    pauses = []
    taker.answers = [500] * 4
    for _ in range(4):
        send()
        pauses.append((Stream.objects.get().due_at - timezone.now()).total_seconds())

    assert all(1.5 * few < more for few, more in zip(pauses[::2], pauses[2::2], strict=False))
    assert streaming.send_streams(seconds=30) == 0


def test_too_many_failures_pause_it_and_a_person_resumes_it(taker):
    sealed_up_to(2)
    stream, _ = stream_to(taker)
    taker.answers = [500] * sending.FAILURES_ALLOWED
    for _ in range(sending.FAILURES_ALLOWED + 2):
        send()

    stream.refresh_from_db()
    assert stream.status == "FAILING"
    assert len(taker.got) == sending.FAILURES_ALLOWED
    (paused,) = Event.objects.filter(name="audit.stream_paused")
    assert paused.payload["reason"] == "20 messages in a row were not taken. The answer was 500."

    streaming.resume_stream(stream_id=stream.pk, actor=ADMIN)
    send()
    assert sequences(taker) == [1, 2]


def test_a_filter_leaves_the_others_out_and_moves_on(taker):
    sealed_up_to(1)
    sealed_up_to(2, action="accounts.signed_in")
    sealed_up_to(3, action="accounts.signed_in", actor_id="system")
    stream_to(taker, actions=["accounts."], people_only=True)

    send()

    assert sequences(taker) == [2]
    assert Stream.objects.get().position == 3


def test_a_new_stream_begins_with_the_next_entry(taker):
    sealed_up_to(2)
    stream_to(taker, from_start=False)
    sealed_up_to(3)

    send()

    assert sequences(taker) == [3]


def test_a_paused_one_sends_nothing(taker):
    sealed_up_to(1)
    stream, _ = stream_to(taker)
    streaming.pause_stream(stream_id=stream.pk, actor=ADMIN)

    assert send() == 0
    assert taker.got == []


def test_one_changed_meanwhile_is_left_to_the_next_turn(taker, monkeypatch):
    sealed_up_to(3)
    stream, _ = stream_to(taker)
    posted = sending.outgoing.post

    def changing(*args):
        status = posted(*args)
        if len(taker.got) == 1:
            streaming.change_stream(
                stream_id=stream.pk, name="SIEM", url=taker.url + "2", only={}, actor=ADMIN
            )
        return status

    monkeypatch.setattr(sending.outgoing, "post", changing)
    send()

    # The first was taken before the change was seen: it comes twice, none is missing.
    assert sequences(taker) == [1, 1, 2, 3]


def test_a_killed_sender_is_followed_when_its_lease_ends(taker):
    sealed_up_to(2)
    stream_to(taker)
    Stream.objects.update(lease_until=timezone.now() + sending.LEASE)

    assert streaming.send_streams(seconds=5) == 0
    assert send() == 2


def test_a_new_secret_signs_beside_the_former_for_a_day(taker):
    sealed_up_to(1)
    stream, former = stream_to(taker)
    secret = streaming.rotate_secret(stream_id=stream.pk, actor=ADMIN)

    send()
    headers, body, _ = taker.got[-1]
    assert verifies(secret, headers, body)
    assert verifies(former, headers, body)

    Stream.objects.update(former_until=timezone.now())
    sealed_up_to(2)
    send()
    headers, body, _ = taker.got[-1]
    assert verifies(secret, headers, body)
    assert not verifies(former, headers, body)


def test_the_database_keeps_no_secret_in_the_open(taker):
    stream, secret = stream_to(taker)

    assert secret not in stream.secret
    assert secret.removeprefix("whsec_") not in stream.secret


def test_a_test_says_how_it_was_taken(taker):
    stream, secret = stream_to(taker)
    taker.answers = [200, 404]

    assert streaming.send_test(stream_id=stream.pk, actor=ADMIN) == "It was taken."
    assert streaming.send_test(stream_id=stream.pk, actor=ADMIN) == "The answer was 404."
    headers, body, _ = taker.got[0]
    assert verifies(secret, headers, body)
    assert json.loads(body)["type"] == "audit.test"
    assert Stream.objects.get().position == 0


def test_a_change_is_recorded_as_it_was_and_as_it_is(taker):
    stream, _ = stream_to(taker, actions=["accounts."])

    streaming.change_stream(
        stream_id=stream.pk, name="SIEM", url=taker.url, only={"people_only": True}, actor=ADMIN
    )

    event = Event.objects.get(name="audit.stream_changed")
    assert event.actor_id == "admin"
    assert event.payload == {
        "stream_id": str(stream.pk),
        "stream_name": "SIEM",
        "before": {"filter": {"actions": ["accounts."]}},
        "after": {"filter": {"people_only": True}},
    }


def test_nothing_changed_is_no_event(taker):
    stream, _ = stream_to(taker)

    streaming.change_stream(stream_id=stream.pk, name="SIEM", url=taker.url, only={}, actor=ADMIN)

    assert not Event.objects.filter(name="audit.stream_changed").exists()


def test_every_other_step_is_an_event(taker):
    stream, _ = stream_to(taker)
    for step in ("pause_stream", "resume_stream", "rotate_secret", "send_test", "remove_stream"):
        getattr(streaming, step)(stream_id=stream.pk, actor=ADMIN)

    events = Event.objects.filter(name__startswith="audit.stream").order_by("id")
    assert [event.name.removeprefix("audit.stream_") for event in events] == [
        "created",
        "paused",
        "resumed",
        "secret_rotated",
        "tested",
        "removed",
    ]
    assert "whsec_" not in json.dumps([event.payload for event in events])


def test_an_address_of_the_inside_is_refused(settings):
    settings.ON_THIS_MACHINE = False

    with pytest.raises(AddressRefused):
        streaming.create_stream(
            name="Inside", url="https://10.0.0.1/", only={}, from_start=False, actor=ADMIN
        )

    assert not Stream.objects.exists()


def test_a_name_is_given_once(taker):
    stream_to(taker)

    with pytest.raises(StreamNameTaken):
        stream_to(taker)


def test_nobody_there_is_waited_for(taker):
    sealed_up_to(1)
    stream_to(taker)
    Stream.objects.update(url="http://127.0.0.1:1/")

    send()

    assert Stream.objects.get().error == "Nobody takes connections there."
