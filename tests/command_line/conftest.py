from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line.commanding import LEES, SCOPE, run, write_guardians

from guardiansync.testing.sftp_server import SftpServer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a roster of twenty students and tonight's file in `drop`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUARDIANSYNC_PASSWORD", raising=False)
    (tmp_path / "students.csv").write_text("student_sis_id\n" + "".join(f"{n:04}\n" for n in range(1, 21)), "utf-8")
    (tmp_path / "staff.csv").write_text(
        "sis_id,first_name,last_name,email,sms\nT1,Ann,Lee1,ann1@example.org,\n", "utf-8"
    )
    (tmp_path / "others.csv").write_text(
        "sis_id,first_name,last_name,email,sms\nT2,Tom,Roe,tom@example.org,\n", "utf-8"
    )
    (tmp_path / "drop").mkdir()
    write_guardians(tmp_path / "drop" / "guardians.csv", LEES)
    assert run("load-roster", *SCOPE, "--students", "students.csv", "--staff", "staff.csv").exit_code == 0
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[SftpServer]:
    with SftpServer(home / "drop", password="right") as running:
        yield running
