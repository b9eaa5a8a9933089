"""What the audit trail refuses, and the codes that clients may rely on."""

from core.errors import Conflict, DomainError, Invalid, Malformed, NotAllowed, NotFound


class EntryNotFound(NotFound):
    """No such entry, or none that this person may have a receipt of."""

    code = "entry_not_found"


class SealNotFound(NotFound):
    """No head of that size was signed."""

    code = "seal_not_found"


class NotSealedYet(Conflict):
    """No signed head is over this entry yet; that is a matter of seconds."""

    code = "not_sealed_yet"


class EntryArchived(Conflict):
    """The entry's record lies in an archive segment."""

    code = "entry_archived"


class BadSize(Malformed):
    """A number of an entry, or the size of a tree, is none that there is."""

    code = "invalid_size"


class ExportNotFound(NotFound):
    """There is no such export, or not for this person."""

    code = "export_not_found"


class ExportNotReady(Conflict):
    """The export is still being written."""

    code = "export_not_ready"


class ExportGone(Conflict):
    """The export expired, failed, or was ended by an erasure."""

    code = "export_gone"


class TooManyExports(Conflict):
    """As many exports of one person as may be are being written."""

    code = "too_many_exports"


class TooManyPeople(Invalid):
    """A name fits more people than one export is narrowed to."""

    code = "too_many_people"


class NamesAreForAuditors(NotAllowed):
    """Names may be taken along by auditors only."""

    code = "names_are_for_auditors"


class NothingToExport(DomainError):
    """No head is signed yet that an export could be proved against."""

    code = "nothing_to_export"


class FolderTaken(Conflict):
    """The folder that an export should be written to is there already."""

    code = "folder_taken"


class StreamNotFound(NotFound):
    """There is no such stream."""

    code = "stream_not_found"


class StreamNameTaken(Conflict):
    """Another stream has this name."""

    code = "stream_name_taken"


class TooManyStreams(Conflict):
    """There are as many streams as may be."""

    code = "too_many_streams"


class AddressRefused(Invalid):
    """Messages are not sent to this address."""

    code = "address_refused"


class HoldNotFound(NotFound):
    """There is no such legal hold."""

    code = "hold_not_found"


class AlreadyHeld(Conflict):
    """A legal hold on the same is in force."""

    code = "already_held"


class AlreadyReleased(Conflict):
    """The hold was released before, and stays as it is."""

    code = "already_released"


class UnderHold(Conflict):
    """A legal hold forbids it."""

    code = "under_legal_hold"


class BadHold(Invalid):
    """A hold has to say what it is on, and why."""

    code = "invalid_hold"


class NotTheKeeper(NotAllowed):
    """Legal holds are placed and released by administrators."""

    code = "not_an_administrator"
