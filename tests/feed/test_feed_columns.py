import pytest

from guardiansync.errors import HeaderNotFound
from guardiansync.feed.columns import Columns, match_columns
from guardiansync.settings import FILE_COLUMNS, ContactColumn

OURS = ("student_sis_id", "guardian_sis_id", "first_name", "last_name", "email", "sms", "phone", "language")


def _match(*header: str, columns: dict[str, str] | None = None, phone_column: ContactColumn | None = None) -> Columns:
    return match_columns("guardians.csv", header, columns or {}, phone_column=phone_column)


def _said(found: Columns) -> list[str]:
    return [f"{finding.code}: {finding.message}" for finding in found.findings]


def test_our_own_names() -> None:
    found = _match(*FILE_COLUMNS)
    assert found.positions == {name: position for position, name in enumerate(OURS)}
    assert not found.findings


@pytest.mark.parametrize(
    "header",
    [
        ("STUDENTSISID", "guardiansisid", "FirstName", "LASTNAME", "EMAIL", "SMS", "PHONE", "Language"),
        ("student_sis_id", "guardian-sis-id", "First Name", " last name ", "e-mail", "s m s", "Phone:", "language*"),
        ("\ufeffstudentSisId", "guardian\u200bSisId", "first\u00a0Name", "last\u00adName", "email\u200e", *FILE_COLUMNS[5:]),
        ("studentSourcedId", "guardianSourcedId", "givenName", "familyName", "emailAddress", "mobile", "homePhone", "preferredLanguage"),
        ("Student Number", "Parent ID", "Parent First Name", "Parent Last Name", "Parent E-Mail", "Cell Phone", "Home Phone", "Home Language"),
        ("student_id", "Contact ID", "Forename", "Surname", "mail", "Mobile Phone", "Telephone", "lang"),
        ("\uff53tudentId", "guardian_id", "First", "Last", "Primary Email", "cell", "tel", "Language Code"),
    ],
)  # fmt: skip
def test_spellings_of_real_exports(header: tuple[str, ...]) -> None:
    found = _match(*header)
    assert found.positions == {name: position for position, name in enumerate(OURS)}
    assert not found.findings


def test_columns_in_any_order() -> None:
    found = _match("email", "lastName", "firstName", "guardianSisId", "studentSisId")
    assert found.positions["student_sis_id"] == 4
    assert found.positions["email"] == 0


def test_the_settings_win() -> None:
    found = _match(
        "Kid", "Who", "firstName", "lastName", "mobile", "Night Phone",
        columns={"kid": "studentSisId", "WHO": "guardianSisId", "night_phone": "sms"},
    )  # fmt: skip
    assert found.positions["student_sis_id"] == 0
    assert found.positions["guardian_sis_id"] == 1
    assert found.positions["sms"] == 5
    assert [(one.code, one.line) for one in found.findings] == [("column-unknown", 1)]
    assert "mobile" in found.findings[0].message


def test_a_column_twice_is_found_and_the_first_used() -> None:
    found = _match("studentSisId", "guardianSisId", "firstName", "lastName", "mobile", "cell", "sms", "email")
    assert found.positions["sms"] == 4
    assert [(one.code, one.column) for one in found.findings] == [("column-repeated", "sms")]


def test_unknown_columns_are_found() -> None:
    found = _match(*FILE_COLUMNS, "Relationship\x1b[31m", "", "Relationship\x1b[31m")
    assert _said(found) == [
        "column-unknown: The file has a column that is not used (Relationship[31m).",
        "column-unknown: The file has a column that is not used (number 10, without a name).",
    ]


# --- the exports of student information systems -------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        # PowerSchool: the data export manager, and templates by label
        ("STUDENTS.STUDENT_NUMBER", "GUARDIAN.GUARDIANID", "PERSON.FIRSTNAME", "PERSON.LASTNAME", "EMAILADDRESS.EMAILADDRESS", "Mobile Phone", "PHONENUMBER.PHONENUMBER", "Language"),
        ("Student_Number", "Contact ID", "Contact First Name", "Contact Last Name", "Contact Email Address", "Contact Mobile Phone", "Contact Phone Number", "Preferred Language"),
        # Infinite Campus: ad hoc reporting
        ("student.studentNumber", "contacts.personID", "contacts.firstName", "contacts.lastName", "contacts.email", "contacts.cellPhone", "contacts.homePhone", "contacts.preferredLanguage"),
        # Skyward SMS 2.0 and Qmlativ
        ("Stu Other ID", "Guardian NameID", "Guardian First Name", "Guardian Last Name", "Guardian Primary Email", "Guardian Cell Phone", "Guardian Primary Phone", "Guardian Language"),
        # Synergy
        ("SIS Number", "Parent GU", "Parent First Name", "Parent Last Name", "Parent E-Mail", "Cell Phone", "Home Phone", "Home Language"),
        ("Perm ID", "Adult ID", "Adult First Name", "Adult Last Name", "Email", "Cell", "Home", "Primary Language"),
        # Aeries: fields by table
        ("CON.PID", "Contact ID", "CON.FN", "CON.LN", "CON.EM", "CON.CP", "CON.TL", "Correspondence Language"),
        # OneRoster: one row for each student and guardian, named as in users.csv
        ("studentSourcedId", "sourcedId", "givenName", "familyName", "email", "sms", "phone", "preferredLanguage"),
        # Clever
        ("Student_id", "Contact_sis_id", "Contact_first_name", "Contact_last_name", "Contact_email", "Contact_mobile", "Contact_phone", "Home_language"),
    ],
)  # fmt: skip
def test_the_exports_of_student_information_systems(header: tuple[str, ...]) -> None:
    found = _match(*header)
    # Synergy's "Home" alone says nothing, and the home phone is the only column without it.
    assert found.positions == {name: at for at, name in enumerate(OURS) if header[at] != "Home"}


def test_a_contact_number_may_be_an_id_or_a_telephone_number() -> None:
    found = _match(*FILE_COLUMNS, "Contact Number")
    assert [one.code for one in found.findings] == ["column-unknown"]


# --- names that are nearly ours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("misspelt", "ours"),
    [
        ("guradianSisId", "guardianSisId"),
        ("gaurdainSisId", "guardianSisId"),
        ("studentSisIdd", "studentSisId"),
        ("stundentSisId", "studentSisId"),
        ("Studnet ID", "studentSisId"),
        ("fristName", "firstName"),
        ("Last Nmae", "lastName"),
        ("e-mial", "email"),
        ("\u0435mail", "email"),  # a Cyrillic letter
        ("Moblie", "sms"),
        ("langauge", "language"),
    ],
)
def test_a_misspelt_column_is_used_and_named(misspelt: str, ours: str) -> None:
    header = [misspelt if name == ours else name for name in FILE_COLUMNS]
    found = _match(*header)
    assert found.positions == {name: at for at, name in enumerate(OURS)}
    assert [(one.code, one.column, one.line) for one in found.findings] == [("column-likely", ours, 1)]
    assert misspelt in found.findings[0].message


@pytest.mark.parametrize(
    "other",
    ["phone2", "email 2", "Work Phone", "workEmail", "Full Name", "contactName", "schoolId", "studentSchId", "Parent1 Id"],
)  # fmt: skip
def test_another_column_is_no_misspelt_one(other: str) -> None:
    header = [name for name in FILE_COLUMNS if name not in {"phone", "language"}]
    found = _match(*header, other)
    assert [one.code for one in found.findings] == ["column-unknown"]
    assert set(found.positions) == set(OURS) - {"phone", "language"}


def test_a_misspelt_column_is_not_used_beside_the_right_one() -> None:
    found = _match(*FILE_COLUMNS, "emial")
    assert found.positions["email"] == 4
    assert [(one.code, one.column) for one in found.findings] == [("column-unsure", "email")]


def test_of_two_misspelt_columns_none_is_used() -> None:
    found = _match("studentSisId", "guardianSisId", "firstName", "lastName", "emial", "emaill", "sms")
    assert "email" not in found.positions
    assert [(one.code, one.column) for one in found.findings] == [("column-unsure", "email")] * 2
    with pytest.raises(HeaderNotFound) as caught:
        _match("studentSisId", "guradianSisId", "guardianSisIdd", "firstName", "lastName", "email")
    assert caught.value.missing == ("guardianSisId",)


@pytest.mark.parametrize("gone", range(4))
def test_a_needed_column_that_is_missing(gone: int) -> None:
    header = [name for position, name in enumerate(FILE_COLUMNS) if position != gone]
    with pytest.raises(HeaderNotFound) as caught:
        _match(*header)
    assert caught.value.missing == (FILE_COLUMNS[gone],)
    assert caught.value.header == tuple(header)
    assert FILE_COLUMNS[gone] in str(caught.value)


def test_one_contact_is_enough() -> None:
    needed = FILE_COLUMNS[:4]
    for contact in ("email", "sms", "phone"):
        _match(*needed, contact)
    _match(*needed, "phone", phone_column="phone")
    for header, phone_column in ((needed, None), ((*needed, "phone"), "sms"), ((*needed, "sms"), "phone")):
        with pytest.raises(HeaderNotFound, match="email or"):
            _match(*header, phone_column=phone_column)  # type: ignore[arg-type] # the literals


def test_a_first_row_of_data_is_not_shown() -> None:
    with pytest.raises(HeaderNotFound) as caught:
        _match("4711", "g-1", "Jane", "Roe", "jane@example.org", "+15125550123")
    assert "6 cells" in str(caught.value)
    for personal in ("Jane", "Roe", "jane@", "5550123", "4711"):
        assert personal not in f"{caught.value}{caught.value.header}"


def test_an_endless_header_is_shown_in_part() -> None:
    with pytest.raises(HeaderNotFound) as caught:
        _match("email", *("x" * 1000 for _ in range(1000)))
    assert len(str(caught.value)) < 2000
    assert "and 981 more" in str(caught.value)
