"""Streams: each entry, signed, to addresses of others."""

from audit.services.streaming.managing import change_stream as change_stream
from audit.services.streaming.managing import create_stream as create_stream
from audit.services.streaming.managing import pause_stream as pause_stream
from audit.services.streaming.managing import remove_stream as remove_stream
from audit.services.streaming.managing import resume_stream as resume_stream
from audit.services.streaming.managing import rotate_secret as rotate_secret
from audit.services.streaming.sending import send_streams as send_streams
from audit.services.streaming.sending import send_test as send_test
