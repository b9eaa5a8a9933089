"""Notifications as e-mails."""

from notifications.bridges.mail.composing import compose as compose
from notifications.bridges.mail.composing import compose_digest as compose_digest
from notifications.bridges.mail.identity import message_id as message_id
from notifications.bridges.mail.identity import notification_ids as notification_ids
from notifications.bridges.mail.sending import send as send
from notifications.bridges.mail.sending import send_digests as send_digests
