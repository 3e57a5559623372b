"""A roster store over the tables of an application that was there before: SQLAlchemy 2 on SQLite or PostgreSQL.

The application has users, what they are to it, and children. The sync needs a few columns more, marked "for the sync", and
two tables of its own: who is whose parent under which id, and documents.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Select,
    UniqueConstraint,
    case,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from guardiansync.errors import StoreFailed
from guardiansync.model.roster import ACCOUNTS, ROLES, STUDENTS
from guardiansync.stores.own import TIES, OwnStore

# --- the application's tables -----------------------------------------------------------------------------------------


class Base(DeclarativeBase):
    """The application's tables."""


class User(Base):
    """A login. Not unique by email: a mother and a father may share one."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(index=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mobile: Mapped[str | None]
    mobile_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    home_phone: Mapped[str | None]
    locale: Mapped[str | None]
    status: Mapped[str]  # invited, enabled, disabled; and for the sync: erased
    from_sis: Mapped[bool] = mapped_column(default=False)  # for the sync


class UserRole(Base):
    """What a user is: parent or teacher, in a district or in one of its schools."""

    __tablename__ = "user_roles"
    __table_args__ = (UniqueConstraint("organisation", "role", "sis_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    district: Mapped[str] = mapped_column(index=True)
    organisation: Mapped[str]
    role: Mapped[str]
    # For the sync: what the school's system last said under this id. It is compared with the next file, so it must not be
    # the user's own name and address, which they may change.
    sis_id: Mapped[str]
    sis_given_name: Mapped[str]
    sis_family_name: Mapped[str]
    sis_email: Mapped[str]
    sis_mobile: Mapped[str]
    state: Mapped[str]
    from_sis: Mapped[bool]


class Child(Base):
    """A student."""

    __tablename__ = "children"
    __table_args__ = (UniqueConstraint("organisation", "sis_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(index=True)
    organisation: Mapped[str]
    sis_id: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    school: Mapped[str]
    state: Mapped[str]


class ChildParent(Base):
    """For the sync: a child and the role by which somebody is their parent."""

    __tablename__ = "child_parents"
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"), primary_key=True)
    user_role_id: Mapped[int] = mapped_column(ForeignKey("user_roles.id"), primary_key=True)
    state: Mapped[str]
    from_sis: Mapped[bool]


class Document(Base):
    """For the sync: its journal, and what people decided."""

    __tablename__ = "roster_documents"
    district: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]


# The application's words beside the library's. All queries of the application must leave out what is erased or void.
STATUS_OF = {"invited": "invited", "active": "enabled", "archived": "disabled", "void": "erased"}
STATE_OF = {status: state for state, status in STATUS_OF.items()}
ROLE_OF = {"guardian": "parent", "staff": "teacher"}
KIND_OF = {role: kind for kind, role in ROLE_OF.items()}


# --- reading and keeping rows -----------------------------------------------------------------------------------------


class Tables:
    """The application's tables within one transaction: the `Place` that `OwnStore` works with."""

    def __init__(self, session: Session, *, writing: bool) -> None:
        self._session = session
        self._writing = writing

    def accounts(self, district: str) -> pl.DataFrame:
        """All users of a district."""
        wanted = select(User).where(User.district == district)
        if self._writing:
            # Web requests change users all day. Locked, none changes between being compared here and being set below.
            wanted = wanted.with_for_update()
        rows = [
            (
                str(user.id), user.given_name, user.family_name,
                user.email or "", user.email_confirmed_at is not None,
                user.mobile or "", user.mobile_confirmed_at is not None,
                user.home_phone or "", user.locale or "", STATE_OF[user.status], user.from_sis,
            )
            for user in self._session.scalars(wanted)
        ]  # fmt: skip
        return pl.DataFrame(rows, ACCOUNTS, orient="row")

    def roles(self, district: str) -> pl.DataFrame:
        """All that users of a district are."""
        wanted = select(
            UserRole.organisation, UserRole.role, UserRole.sis_id, UserRole.user_id, UserRole.sis_given_name,
            UserRole.sis_family_name, UserRole.sis_email, UserRole.sis_mobile, UserRole.state, UserRole.from_sis,
        ).where(UserRole.district == district)  # fmt: skip
        rows = [
            (scope, KIND_OF[role], sis_id, str(user_id), *details)
            for scope, role, sis_id, user_id, *details in self._session.execute(wanted)
        ]
        return pl.DataFrame(rows, ROLES, orient="row")

    def students(self, district: str) -> pl.DataFrame:
        """All children of a district."""
        wanted = select(
            Child.organisation, Child.sis_id, Child.given_name, Child.family_name, Child.school, Child.state
        ).where(Child.district == district)
        return self._frame(wanted, STUDENTS)

    def guardianships(self, district: str) -> pl.DataFrame:
        """All ties of a district."""
        wanted = (
            select(Child.organisation, Child.sis_id, UserRole.sis_id, ChildParent.state, ChildParent.from_sis)
            .join(ChildParent, ChildParent.child_id == Child.id)
            .join(UserRole, UserRole.id == ChildParent.user_role_id)
            .where(Child.district == district)
        )
        return self._frame(wanted, TIES)

    def add_accounts(self, district: str, rows: pl.DataFrame) -> list[str]:
        """Insert users. The database numbers them; `sort_by_parameter_order` says which number is whose."""
        values = [{"district": district, **_as_user(row)} for row in rows.iter_rows(named=True)]
        new = insert(User).returning(User.id, sort_by_parameter_order=True)
        return [str(user_id) for user_id in self._session.scalars(new, values)]

    def set_accounts(self, district: str, rows: pl.DataFrame) -> None:
        """Update users, whose times of confirmation stay while they are confirmed."""
        wanted = select(User).where(User.district == district)
        users = {str(user.id): user for user in self._session.scalars(wanted)}
        for row in rows.iter_rows(named=True):
            user = users[row["account_id"]]
            values = _as_user(row)
            for name in ("email_confirmed_at", "mobile_confirmed_at"):
                values[name] = values[name] and (getattr(user, name) or values[name])
            for name, value in values.items():
                setattr(user, name, value)
        self._session.flush()

    def put_roles(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update what users are."""
        known = self._role_ids(district)
        values = [
            {
                "id": known.get((row["scope"], ROLE_OF[row["kind"]], row["sis_id"])),
                "user_id": int(row["account_id"]), "district": district, "organisation": row["scope"],
                "role": ROLE_OF[row["kind"]], "sis_id": row["sis_id"],
                "sis_given_name": row["first_name"], "sis_family_name": row["last_name"],
                "sis_email": row["email"], "sis_mobile": row["sms"], "state": row["state"], "from_sis": row["managed"],
            }
            for row in rows.iter_rows(named=True)
        ]  # fmt: skip
        self._insert_or_update(UserRole, values)

    def put_students(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update children."""
        known = self._child_ids(district)
        values = [
            {
                "id": known.get((row["scope"], row["student_sis_id"])),
                "district": district, "organisation": row["scope"], "sis_id": row["student_sis_id"],
                "given_name": row["first_name"], "family_name": row["last_name"], "school": row["school"],
                "state": row["state"],
            }
            for row in rows.iter_rows(named=True)
        ]  # fmt: skip
        self._insert_or_update(Child, values)

    def put_guardianships(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update ties; their roles and children are kept by now."""
        roles, children = self._role_ids(district), self._child_ids(district)
        for row in rows.iter_rows(named=True):
            tie = ChildParent(
                child_id=children[row["scope"], row["student_sis_id"]],
                user_role_id=roles[row["scope"], ROLE_OF["guardian"], row["guardian_sis_id"]],
                state=row["state"],
                from_sis=row["managed"],
            )
            self._session.merge(tie)
        self._session.flush()

    def documents(self, district: str, kind: str) -> Sequence[tuple[str, bytes]]:
        """The documents of a kind."""
        wanted = select(Document.name, Document.body).where(Document.district == district, Document.kind == kind)
        return [(name, body) for name, body in self._session.execute(wanted)]

    def put_document(self, district: str, kind: str, name: str, body: bytes) -> None:
        """Keep a document."""
        self._session.merge(Document(district=district, kind=kind, name=name, body=body))
        self._session.flush()

    def drop_documents(self, district: str, kind: str) -> None:
        """Drop the documents of a kind."""
        self._session.execute(delete(Document).where(Document.district == district, Document.kind == kind))

    def _frame(self, wanted: Select[*tuple[Any, ...]], schema: pl.Schema) -> pl.DataFrame:
        return pl.DataFrame([tuple(row) for row in self._session.execute(wanted)], schema, orient="row")

    def _role_ids(self, district: str) -> dict[tuple[str, str, str], int]:
        wanted = select(UserRole).where(UserRole.district == district)
        return {(role.organisation, role.role, role.sis_id): role.id for role in self._session.scalars(wanted)}

    def _child_ids(self, district: str) -> dict[tuple[str, str], int]:
        wanted = select(Child).where(Child.district == district)
        return {(child.organisation, child.sis_id): child.id for child in self._session.scalars(wanted)}

    def _insert_or_update(self, table: type[UserRole | Child], values: list[dict[str, Any]]) -> None:
        """Rows without an id are new."""
        if old := [row for row in values if row["id"]]:
            self._session.execute(update(table), old)
        if new := [{name: value for name, value in row.items() if name != "id"} for row in values if not row["id"]]:
            self._session.execute(insert(table), new)


def _as_user(row: dict[str, Any]) -> dict[str, Any]:
    """An account in the application's columns: what is not known is null there, and blank here."""
    now = datetime.now(UTC)
    return {
        "given_name": row["first_name"], "family_name": row["last_name"],
        "email": row["email"] or None, "email_confirmed_at": now if row["email_verified"] else None,
        "mobile": row["sms"] or None, "mobile_confirmed_at": now if row["sms_verified"] else None,
        "home_phone": row["phone"] or None, "locale": row["language"] or None,
        "status": STATUS_OF[row["state"]], "from_sis": row["managed"],
    }  # fmt: skip


# --- the store --------------------------------------------------------------------------------------------------------


class AppStore(OwnStore):
    """The application's users as a roster.

    Args:
        engine: The database, with `Base.metadata` created in it; an SQLite one after `prepare_sqlite`.
    """

    def __init__(self, engine: Engine) -> None:
        self._is_postgres = engine.dialect.name == "postgresql"
        if self._is_postgres:
            # Several statements of a reader must see one state.
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ")
            self._writing = engine
        else:
            self._reading = engine.execution_options(begin="BEGIN")
            self._writing = engine.execution_options(begin="BEGIN IMMEDIATE")

    def __repr__(self) -> str:
        """Where it is, without the password."""
        return f"AppStore({self._writing.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """A transaction that sees one state."""
        with translating(), Session(self._reading) as session:
            yield Tables(session, writing=False)

    @contextmanager
    def writing(self, district: str) -> Iterator[Tables]:
        """A transaction with the district's lock, which other districts' writers do not wait for on PostgreSQL."""
        with translating(), Session(self._writing) as session, session.begin():
            session.connection()  # the turn begins now, not with the first statement
            if self._is_postgres:
                session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(district, 0))))
            yield Tables(session, writing=True)

    def mark_active(self, account_ids: Iterable[str]) -> None:
        """Users accepted their invitations: what they were invited by is confirmed."""
        ids = [int(one) for one in account_ids if one.isascii() and one.isdecimal() and len(one) < 19]  # noqa: PLR2004
        now = datetime.now(UTC)
        by_mobile = User.email.is_(None) & User.mobile.is_not(None)
        accepted = {
            "status": "enabled",
            "email_confirmed_at": case((User.email.is_not(None), func.coalesce(User.email_confirmed_at, now))),
            "mobile_confirmed_at": case(
                (by_mobile, func.coalesce(User.mobile_confirmed_at, now)), else_=User.mobile_confirmed_at
            ),
        }
        with translating(), Session(self._writing) as session, session.begin():
            session.execute(
                update(User).where(User.id.in_(ids), User.status == "invited").values(accepted),
                execution_options={"synchronize_session": False},
            )


@contextmanager
def translating() -> Iterator[None]:
    """The database's exceptions as the library's, so that `run_daily` goes on with the next district."""
    try:
        yield
    except SQLAlchemyError as error:
        # Not `from error`: its text has the values of the statement, which are people's names and addresses.
        raise StoreFailed(f"The database refused or broke ({type(error).__name__}). Nothing was written.") from None


def prepare_sqlite(engine: Engine) -> None:
    """Let transactions begin as the store says, and readers go on while one writes; before the engine is first used."""

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # Python's module would begin transactions on its own, and late
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA busy_timeout = 60000")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
