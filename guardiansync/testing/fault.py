"""What can go wrong with an SFTP server."""

from attrs import frozen


@frozen(kw_only=True)
class Fault:
    """What the server does wrong from now on. Bytes are counted over all reads since it was told.

    Attributes:
        drop_after: The connection breaks once this many bytes were sent.
        stall_after: No read is answered once this many bytes were sent.
        truncate_after: The file itself is cut to this many bytes once that many were sent.
        stall_list: No folder is listed.
        deny_read: No file may be opened.
        deny_list: No folder may be listed.
    """

    drop_after: int | None = None
    stall_after: int | None = None
    truncate_after: int | None = None
    stall_list: bool = False
    deny_read: bool = False
    deny_list: bool = False
