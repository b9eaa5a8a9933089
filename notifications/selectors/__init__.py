"""What pages, API, live streams and rules ask."""

from notifications.selectors.boxes import ORDER as ORDER
from notifications.selectors.boxes import Box as Box
from notifications.selectors.boxes import in_box as in_box
from notifications.selectors.explaining import Explained as Explained
from notifications.selectors.explaining import explain as explain
from notifications.selectors.explaining import explain_row as explain_row
from notifications.selectors.explaining import life_of as life_of
from notifications.selectors.news import AT_ONCE as AT_ONCE
from notifications.selectors.news import News as News
from notifications.selectors.news import Row as Row
from notifications.selectors.news import latest_position as latest_position
from notifications.selectors.news import news_after as news_after
from notifications.selectors.news import unread_count as unread_count
from notifications.selectors.reach import broken_of as broken_of
from notifications.selectors.reach import channels_of as channels_of
from notifications.selectors.snoozing import Choice as Choice
from notifications.selectors.snoozing import snooze_choices as snooze_choices
from notifications.selectors.snoozing import zone_of as zone_of
from notifications.selectors.voices import Voice as Voice
from notifications.selectors.watches import may_watch as may_watch
from notifications.selectors.watches import muted_among as muted_among
from notifications.selectors.watches import watchable as watchable
from notifications.selectors.watches import watched_by as watched_by
from notifications.selectors.watches import watches_on as watches_on
from notifications.selectors.wishes import recent_of as recent_of
from notifications.selectors.wishes import wishes_of as wishes_of
