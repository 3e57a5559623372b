"""Progress by fsspec's callbacks: the phases of a sync for a callback, and a transfer of one's own as a phase."""

from typing import TYPE_CHECKING

from guardiansync.model.run import OnProgress, Phase

if TYPE_CHECKING:
    from fsspec.callbacks import Callback


def through_callback(callback: "Callback") -> OnProgress:
    """Show a sync's progress by an fsspec callback, such as `fsspec.callbacks.TqdmCallback`.

    The callback counts the phases that are over; `branched`, if it has children, gives one for each phase, which counts
    bytes while the file is fetched.

    Args:
        callback: Any of fsspec's.

    Returns:
        What `sync` and `plan` take as `on_progress`.
    """
    children: dict[Phase, Callback] = {}
    over: set[Phase] = set()
    callback.set_size(len(Phase))

    def tell(phase: Phase, done: int, total: int) -> None:
        if phase not in children:
            children[phase] = callback.branched(str(phase), str(phase))
            children[phase].set_size(total)
        child = children[phase]
        if child.size != total:
            child.set_size(total)
        child.absolute_update(done)
        if phase is not Phase.FETCH and Phase.FETCH in children:
            close(Phase.FETCH)
        if phase is not Phase.FETCH and done >= total:
            close(phase)

    def close(phase: Phase) -> None:
        if phase not in over:
            over.add(phase)
            children[phase].close()
            callback.relative_update(1)

    return tell


def as_callback(on_progress: OnProgress, phase: Phase = Phase.FETCH) -> "Callback":
    """An fsspec callback that tells its progress as a phase: for a file that one fetches oneself before the sync.

    Args:
        on_progress: Called with the phase, what is done and how much there is (0 where that is not known).
        phase: Which phase it is.
    """
    from fsspec.callbacks import Callback  # noqa: PLC0415 - dear to import

    return Callback(hooks={"tell": lambda size, value, **_: on_progress(phase, value, size or 0)})
