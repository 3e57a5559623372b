"""What can go wrong with an SFTP server."""

from attrs import frozen


@frozen(kw_only=True)
class Fault:
    """What the server does wrong from now on. Bytes are counted over all reads since it was told.

    Attributes:
        drop_after: The connection breaks once this many bytes were sent.
        stall_after: No read is answered once this many bytes were sent.
        end_after: Every read says that the file ends, once this many bytes were sent; its size stays.
        hole_at: The read of this byte says that the file ends there; the others bring what they should.
        truncate_after: The file itself is cut to this many bytes once that many were sent.
        overwrite_after: The file is written anew, in place and just as long, once this many bytes were sent.
        replace_after: Another file, just as long, takes its name once this many bytes were sent.
        delete_after: The file is deleted once this many bytes were sent.
        grow: Each read makes the file longer by 64 MiB.
        short_reads: No read gets more bytes than this, however many it asks for.
        busy_s: The server computes this long, and does nothing else, before each read is answered.
        stall_login: Nobody's login is answered.
        stall_list: No folder is listed.
        stall_open: No file is opened.
        fail_list: Folders cannot be listed: an error that says nothing.
        deny_read: No file may be opened.
        deny_list: No folder may be listed.
        deny_move: No file may be renamed.
        overwriting_move: Renaming a file overwrites another, against the protocol.
        swap_on_move: Another file takes the place of one that is about to be renamed, once.
        once: The first time that a connection breaks is the last.
    """

    drop_after: int | None = None
    stall_after: int | None = None
    end_after: int | None = None
    hole_at: int | None = None
    truncate_after: int | None = None
    overwrite_after: int | None = None
    replace_after: int | None = None
    delete_after: int | None = None
    grow: bool = False
    short_reads: int | None = None
    busy_s: float = 0.0
    stall_login: bool = False
    stall_list: bool = False
    stall_open: bool = False
    fail_list: bool = False
    deny_read: bool = False
    deny_list: bool = False
    deny_move: bool = False
    overwriting_move: bool = False
    swap_on_move: bool = False
    once: bool = False
