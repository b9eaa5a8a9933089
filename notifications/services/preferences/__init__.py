"""What people choose, and what administrators set for everybody."""

from notifications.services.preferences.general import check_default as check_default
from notifications.services.preferences.general import remove_default as remove_default
from notifications.services.preferences.general import set_default as set_default
from notifications.services.preferences.previewing import Preview as Preview
from notifications.services.preferences.previewing import preview as preview
from notifications.services.preferences.saving import SETTINGS as SETTINGS
from notifications.services.preferences.saving import save_preferences as save_preferences
