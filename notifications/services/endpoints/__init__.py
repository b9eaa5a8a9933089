"""Endpoints: who is told by a message to an address, and what becomes of each."""

from notifications.services.endpoints.managing import ADDRESSES as ADDRESSES
from notifications.services.endpoints.managing import SECRETS as SECRETS
from notifications.services.endpoints.managing import change_endpoint as change_endpoint
from notifications.services.endpoints.managing import create_endpoint as create_endpoint
from notifications.services.endpoints.managing import remove_endpoint as remove_endpoint
from notifications.services.endpoints.managing import rotate_secret as rotate_secret
from notifications.services.endpoints.managing import switch_off as switch_off
from notifications.services.endpoints.managing import switch_on as switch_on
from notifications.services.endpoints.queueing import forget_old_messages as forget_old_messages
from notifications.services.endpoints.queueing import recover as recover
from notifications.services.endpoints.queueing import resend_message as resend_message
from notifications.services.endpoints.queueing import send_test as send_test
from notifications.services.endpoints.recording import SCHEDULE as SCHEDULE
from notifications.services.endpoints.recording import Try as Try
from notifications.services.endpoints.recording import record as record
from notifications.services.endpoints.recording import still_wanted as still_wanted
from notifications.services.endpoints.telling import announce as announce
from notifications.services.endpoints.telling import dispatch as dispatch
from notifications.services.endpoints.telling import dispatch_digest as dispatch_digest
