"""Exports: asked for, written in the background, fetched, and gone after a week."""

from audit.services.exporting.asking import ask_for_export as ask_for_export
from audit.services.exporting.asking import people_called as people_called
from audit.services.exporting.keeping import expire_exports as expire_exports
from audit.services.exporting.keeping import forget_exports as forget_exports
from audit.services.exporting.keeping import open_export as open_export
from audit.services.exporting.keeping import visible_exports as visible_exports
from audit.services.exporting.whole import write_export as write_export
from audit.services.exporting.working import make_exports as make_exports
