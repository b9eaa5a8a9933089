"""What can be done to notifications; each function is a transaction, or several small ones."""

from notifications.services.reading import mark_all_read as mark_all_read
from notifications.services.reading import mark_read as mark_read
from notifications.services.releasing import release_due as release_due
from notifications.services.telling import notify as notify
from notifications.services.watching import end_watch as end_watch
from notifications.services.watching import watch_thing as watch_thing
