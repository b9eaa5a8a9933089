"""The key that never leaves KMS: on MiniStack, and against a server that notes what it is asked."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from audit.models import Batch, SealingKey
from audit.proof import notes, signers
from audit.proof.notes import BadNote, VerifierKey
from audit.services import signing
from config.bootstrap import signing as bootstrapped
from config.bootstrap.things import State, here
from core import aws
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
ORIGIN = "imprimatur.localhost/audit"


class Kms:
    """A KMS with one key behind one alias; it remembers what it was asked."""

    def __init__(self):
        self.key = Ed25519PrivateKey.generate()
        self.asked = []

    def answer(self, action, said):
        self.asked.append((action, said))
        if action == "GetPublicKey":
            der = self.key.public_key().public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
            return {"KeyId": said["KeyId"], "PublicKey": base64.b64encode(der).decode()}
        signature = self.key.sign(base64.b64decode(said["Message"]))
        return {"KeyId": said["KeyId"], "Signature": base64.b64encode(signature).decode()}


@pytest.fixture
def kms(settings, monkeypatch):
    stub = Kms()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            action = self.headers["X-Amz-Target"].partition(".")[2]
            body = json.dumps(stub.answer(action, said)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    settings.AUDIT_KMS_KEY = "alias/audit"
    aws.forget()
    signers.forget()
    yield stub
    server.shutdown()
    server.server_close()
    aws.forget()
    signers.forget()


def test_kms_signs_the_text_itself(kms, transactional_db):
    note = signing.sign_manifest(b"")

    (_, said) = kms.asked[-1]
    assert base64.b64decode(said["Message"]).decode() == note.partition("\n\n")[0] + "\n"
    assert (said["MessageType"], said["SigningAlgorithm"]) == ("RAW", "ED25519_SHA_512")
    assert notes.text_of(note, VerifierKey(ORIGIN, kms.key.public_key().public_bytes_raw()))


def test_the_public_key_is_asked_for_once(kms, transactional_db):
    signing.sign_manifest(b"")
    signing.sign_manifest(b"")

    assert [action for action, _ in kms.asked] == ["GetPublicKey", "Sign", "Sign"]


def test_nothing_is_signed_within_a_transaction(kms, transactional_db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="across the network"):
        signing.sign_manifest(b"")

    assert kms.asked == []


def test_an_alias_that_leads_elsewhere_now_is_noticed(kms, transactional_db):
    signing.sign_manifest(b"")
    kms.key = Ed25519PrivateKey.generate()

    with pytest.raises(BadNote):
        signing.sign_manifest(b"")
    signing.sign_manifest(b"")

    assert SealingKey.objects.count() == 2


def test_a_key_of_another_kind_is_refused(kms, transactional_db):
    kms.key = generate_private_key(65537, 2048)

    with pytest.raises(signers.NoSigningKey, match="not one of Ed25519"):
        signing.sign_manifest(b"")


def test_a_key_file_hands_over_to_kms(kms, settings, tmp_path, transactional_db):
    settings.AUDIT_KMS_KEY = ""
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    signing.sign_manifest(b"")

    new = signing.introduce(signers.KmsSigner("alias/audit"))

    assert new.public == kms.key.public_key().public_bytes_raw()
    assert signing.key_list()[1]["introduction"]


@pytest.fixture
def on_ministack(ministack, settings, monkeypatch):
    for name, value in ministack.environment.items():
        monkeypatch.setenv(name, value)
    settings.AUDIT_KMS_KEY = ""
    aws.forget()
    signers.forget()
    yield
    aws.forget()
    signers.forget()


@pytest.mark.slow
def test_a_head_is_signed_by_the_key_that_bootstrap_made(on_ministack, settings, transactional_db):
    (thing,) = bootstrapped.things(here())
    assert thing.look() is State.ABSENT
    thing.create()
    assert thing.look() is State.AS_WANTED
    settings.AUDIT_KMS_KEY = bootstrapped.name(here())
    entry(1)
    Batch.objects.create(size=1, transaction_id=1, log_id=1)

    seal = signing.sign_head()

    key = VerifierKey(ORIGIN, signers.signer().public)
    assert notes.text_of(seal.note, key).startswith(f"{ORIGIN}\n1\n")
