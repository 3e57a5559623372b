"""What is looked at, in the order a sync meets it."""

from datetime import UTC, datetime

from guardiansync.check.checkup import Checkup, Notes, Step
from guardiansync.check.people import look_at_first_sync, look_at_ids, look_at_roster
from guardiansync.check.reading import look_at_rows, sample
from guardiansync.check.server import look_at_location
from guardiansync.check.windows import look_at_windows
from guardiansync.errors import NoLocation, SourceError
from guardiansync.feed import take_upload
from guardiansync.model.feed import Fetched
from guardiansync.settings import SyncSettings
from guardiansync.stores.protocol import Store
from guardiansync.sync import Upload

_ON_THE_WAY = (Step.CONNECTION, Step.HOST_KEY, Step.LOGIN, Step.FOLDER, Step.FILE_NAME, Step.AGE)


def check(settings: SyncSettings, store: Store, upload: Upload | None = None) -> Checkup:
    """Look for what an administrator can get wrong before the first evening, in one pass.

    Changes nothing, neither there nor here, and never raises for what is wrong: each thing has a line that says passed,
    warning or failed and what to do. Where a thing failed, those that need it are listed as not looked at. The server
    is asked once, without the further tries and the waiting of a sync.

    Args:
        settings: What is set up.
        store: The roster.
        upload: A file to take instead of the one at `settings.location`.
    """
    notes = Notes()
    if settings.enabled:
        notes.passed(Step.ENABLED, "the sync may change the roster")
    else:
        notes.warn(Step.ENABLED, "the sync is not enabled: set enabled=True when this check is clean")
    look_at_windows(settings, datetime.now(UTC), notes)
    roster = look_at_roster(settings, store, notes)
    fetched = _fetched(settings, upload, notes)
    feed = None if fetched is None else look_at_rows(fetched, settings, notes)
    if feed is None or fetched is None:
        return Checkup(notes.lines())
    if roster is None:
        return Checkup(notes.lines(), sample(feed))
    look_at_ids(feed, roster, notes)
    if not notes.is_well(Step.LEVEL):
        return Checkup(notes.lines(), sample(feed))
    near = look_at_first_sync(settings, store, fetched, feed, roster, notes)
    return Checkup(notes.lines(), sample(feed), near)


def _fetched(settings: SyncSettings, upload: Upload | None, notes: Notes) -> Fetched | None:
    if upload is not None:
        notes.leave_out(*_ON_THE_WAY)
        try:
            return upload if isinstance(upload, Fetched) else take_upload(upload, max_bytes=settings.max_bytes)
        except SourceError as error:
            notes.failed(Step.FILE, str(error))
            return None
    if settings.location is None:
        notes.failed(Step.CONNECTION, str(NoLocation(str(settings.scope))))
        return None
    return look_at_location(settings.location, settings.max_bytes, notes)
