"""From one level to another: what moves from the district to its schools, or from the schools to the district.

Accounts stay as they are. What moves begins anew where it belongs, and ends where it was: as changes, so that it is
journalled and can be taken back.
"""

from collections.abc import Mapping, Sequence

import polars as pl
from attrs import frozen

from guardiansync.model.bulk import Changes
from guardiansync.model.change import SCHEMAS, STUDENT_DETAILS
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, RoleState, Roster, StudentState, TieState
from guardiansync.model.rule import Cause, Rule

_LEVEL = pl.lit(str(Rule.LEVEL)).alias("reason")
_CAUSE = pl.lit(str(Cause.LEVEL)).alias("cause")
_VOID = pl.lit("void").alias("before")
_ROLE = ["kind", "sis_id"]
_TIE = ["student_sis_id", "guardian_sis_id"]
_IS_ACTIVE = pl.col("state") == "active"


@frozen(eq=False)
class Moving:
    """What goes where: each row with `into`, the scope it goes to, as text.

    Attributes:
        roles: As schema `ROLES`; `scope` is where the role was.
        students: As schema `STUDENTS`, those on the roster.
        ties: As schema `GUARDIANSHIPS`, those in force.
        leaving: The kinds of roles that are revoked where they were.
    """

    roles: pl.DataFrame
    students: pl.DataFrame
    ties: pl.DataFrame
    leaving: tuple[RoleKind, ...]


def to_schools(district: Roster, schools: Mapping[str, str]) -> Moving:
    """From the district to its schools: guardians go to every school that a child of theirs is in.

    Staff stay with the district: it is not known where they belong.

    Args:
        district: The district's roster.
        schools: The scope of each school that students name.
    """
    places = pl.DataFrame({"school": list(schools), "into": list(schools.values())}, schema=["school", "into"])
    students = district.students.join(places.cast(pl.String), on="school", maintain_order="left")
    here = students.filter(_IS_ACTIVE)
    known = district.guardianships.join(students.select("student_sis_id", "into"), on="student_sis_id")
    ties = known.filter(_IS_ACTIVE).join(here, on="student_sis_id", how="semi")
    guardians = _own(district).filter(pl.col("kind") == str(RoleKind.GUARDIAN))
    # Whoever has no child in a school now goes where the children were: an id that returns is known there.
    before = known.join(ties, on="guardian_sis_id", how="anti")
    where = pl.concat([ties, before]).select("into", sis_id="guardian_sis_id").unique()
    return Moving(guardians.join(where, on="sis_id"), here, ties, (RoleKind.GUARDIAN,))


def to_district(schools: Sequence[Roster], district: str) -> Moving:
    """From the schools to the district, staff as well: who has one id in several schools on one account has it once.

    Args:
        schools: The rosters of the schools.
        district: The district's scope.
    """
    into = pl.lit(district).alias("into")
    in_order = sorted(schools, key=lambda roster: str(roster.scope))
    # A school that names no school for a student is itself the one.
    named = pl.when(pl.col("school") == "").then(pl.col("scope").str.split("/").list.last()).otherwise("school")
    students = pl.concat([roster.students for roster in in_order]).filter(_IS_ACTIVE).with_columns(into, school=named)
    ties = pl.concat([roster.guardianships for roster in in_order]).filter(_IS_ACTIVE).with_columns(into)
    roles = pl.concat([_own(roster) for roster in in_order]).with_columns(into).sort("state", maintain_order=True)
    first = roles.unique(_ROLE, keep="first", maintain_order=True).select(*_ROLE, first_account="account_id")
    # In force comes before revoked; where a school has revoked another account's, that one is left behind.
    is_same = _IS_ACTIVE | (pl.col("account_id") == pl.col("first_account"))
    return Moving(
        roles.join(first, on=_ROLE, maintain_order="left").filter(is_same),
        students,
        ties.join(students, on=["scope", "student_sis_id"], how="semi").unique(_TIE, keep="first", maintain_order=True),
        (RoleKind.GUARDIAN, RoleKind.STAFF),
    )


def conflicts(moving: Moving, sources: Sequence[Roster], targets: Sequence[Roster]) -> tuple[str, ...]:
    """What stands in the way, in words: ids, never names or contact details."""
    into = pl.col("scope").alias("into")
    roles = pl.concat([moving.roles, *(_own(roster).with_columns(into) for roster in targets)], how="diagonal")
    accounts = _several(roles.filter(pl.col("kind").is_in(list(map(str, moving.leaving)))), _ROLE, "account_id")
    students = pl.concat([moving.students, *(roster.students.with_columns(into) for roster in targets)], how="diagonal")
    # Schools may number their students each for itself: then one id is two children.
    name = pl.concat_str("first_name", "last_name", separator=" ").str.strip_chars().str.to_lowercase()
    children = _several(students.with_columns(name=name).filter(pl.col("name") != ""), ["student_sis_id"], "name")
    others = _unmanaged(sources)
    return (
        *(
            f"{kind} {one} of {scope} would be on accounts {', '.join(ids)}"
            for scope, kind, one, ids in accounts.rows()
        ),
        *(
            f"student {one} of {scope} would be {len(names)} students of other names"
            for scope, one, names in children.rows()
        ),
        *(f"guardian {one} of {scope} or a tie of theirs was not made by the sync" for scope, one in others.rows()),
    )


def _several(claims: pl.DataFrame, about: list[str], what: str) -> pl.DataFrame:
    """What would be several things in one scope, with all of them."""
    found = claims.filter(_IS_ACTIVE).group_by("into", *about).agg(pl.col(what).unique().sort())
    return found.filter(pl.col(what).list.len() > 1).sort("into", *about)


def _unmanaged(sources: Sequence[Roster]) -> pl.DataFrame:
    """Guardians in force, and guardians of ties in force, that others made: `scope` and `sis_id`."""
    guardians = [_own(source).filter(pl.col("kind") == str(RoleKind.GUARDIAN)) for source in sources]
    ties = [source.guardianships.rename({"guardian_sis_id": "sis_id"}) for source in sources]
    found = [frame.filter(_IS_ACTIVE, ~pl.col("managed")).select("scope", "sis_id") for frame in (*guardians, *ties)]
    return pl.concat(found).unique().sort("scope", "sis_id") if found else pl.DataFrame(schema=["scope", "sis_id"])


def changes_into(target: Roster, moving: Moving) -> Changes:
    """What begins in a scope: students, roles with what the SIS last said, ties. What is there already stays."""
    here = pl.col("into") == str(target.scope)
    students, roles, ties = (frame.filter(here) for frame in (moving.students, moving.roles, moving.ties))
    roles = roles.unique(_ROLE, keep="first", maintain_order=True)
    students = students.unique("student_sis_id", keep="first", maintain_order=True)
    students = _beside(students, target.students, ["student_sis_id"], STUDENT_DETAILS)
    roles = _beside(roles, _own(target), _ROLE, (*ROLE_DETAILS, "account_id"))
    ties = _beside(ties, target.guardianships, _TIE, ())
    # A revoked role comes along only where the id is not known yet.
    roles = roles.filter(_IS_ACTIVE | (pl.col("before") == "void"))
    returning = roles.filter(pl.col("before") == str(RoleState.REVOKED))
    moved = returning.filter(pl.col("account_id") != pl.col("now_account_id"))
    back = students.filter(pl.col("before") == str(StudentState.LEFT))
    return _frames(
        enrol_students=students,
        update_students=_news(back, STUDENT_DETAILS),
        merge_accounts=moved.with_columns(from_account_id="now_account_id", into_account_id="account_id"),
        grant_roles=roles,
        update_contacts=_news(returning, ROLE_DETAILS).with_columns(target=pl.lit("role")),
        start_guardianships=ties,
        revoke_roles=roles.filter(~_IS_ACTIVE).with_columns(after=pl.lit(str(RoleState.REVOKED))),
    )


def changes_out_of(source: Roster, moving: Moving) -> Changes:
    """What ends in a scope: all ties in force, the roles of the kinds that leave, the students."""
    kinds = list(map(str, moving.leaving))
    return _frames(
        end_guardianships=source.guardianships.filter(_IS_ACTIVE).with_columns(after=pl.lit(str(TieState.ENDED))),
        revoke_roles=_own(source)
        .filter(_IS_ACTIVE, pl.col("kind").is_in(kinds))
        .with_columns(after=pl.lit(str(RoleState.REVOKED))),
        remove_students=source.students.filter(_IS_ACTIVE).with_columns(after=pl.lit(str(StudentState.LEFT))),
    )


def together(*parts: Changes) -> Changes:
    """Several changes of one scope in one."""
    return Changes(**{name: pl.concat([part[name] for part in parts]) for name in SCHEMAS})


def _own(roster: Roster) -> pl.DataFrame:
    return roster.roles.filter(pl.col("scope") == str(roster.scope))


def _beside(moving: pl.DataFrame, there: pl.DataFrame, on: list[str], details: Sequence[str]) -> pl.DataFrame:
    """What is not in force there: `before` is its state there, `now_…` what it has there."""
    known = there.select(*on, "state", *details).rename({"state": "before"} | {name: f"now_{name}" for name in details})
    found = moving.join(known, on=on, how="left", maintain_order="left")
    return found.filter(pl.col("before").is_null() | (pl.col("before") != "active")).with_columns(
        pl.col("before").fill_null("void")
    )


def _news(returning: pl.DataFrame, details: Sequence[str]) -> pl.DataFrame:
    """One row for each detail that is no longer what the scope had."""
    parts = [
        returning.filter(pl.col(name) != pl.col(f"now_{name}")).with_columns(
            field=pl.lit(name), before=pl.col(f"now_{name}"), after=pl.col(name)
        )
        for name in details
    ]
    return pl.concat(parts)


def _frames(**frames: pl.DataFrame) -> Changes:
    return Changes(
        **{
            name: frame.with_columns(_LEVEL, _CAUSE).select(SCHEMAS[name].names()).sort(pl.all())
            for name, frame in frames.items()
        }
    )
