"""What changes in contact details (design §7, U1-U3, U7, U8)."""

from oracle.keys import same_value
from oracle.people import ROLE_FIELDS, Account, Said
from oracle.state import State

Update = tuple[str, ...]


def updates(state: State, using: list[str]) -> set[Update]:
    """The frame of updates.

    Args:
        state: The evening.
        using: The guardians of whom a row is used.
    """
    found: set[Update] = set()
    for guardian in using:
        if state.known(guardian):
            found |= _of_role(state, guardian, [one for one in using if state.account[one] == state.account[guardian]])
    for account in sorted({state.account[guardian] for guardian in using} & set(state.stored.accounts)):
        found |= _of_account(state, account, [one for one in using if state.account[one] == account])
    return {
        update
        for update in found
        if not state.withholds("update_contacts", update[3], "", update[0], update[4], update[6])
    }


def reopened(account: Account) -> str:
    """What an archived account becomes: whoever claimed it need not do so again."""
    return "active" if account.email_verified or account.sms_verified else "invited"


def _of_role(state: State, guardian: str, beside: list[str]) -> set[Update]:
    role, said = state.stored.roles[state.stored.guardian(guardian)], state.spoken[guardian].said
    account = state.account[guardian]
    return {
        (
            "role",
            account,
            "guardian",
            guardian,
            name,
            getattr(role.said, name),
            getattr(said, name),
            _role_rule(state, guardian, beside, name),
        )
        for name in ROLE_FIELDS
        if not same_value(name, getattr(role.said, name), getattr(said, name))
    }


def _role_rule(state: State, guardian: str, beside: list[str], name: str) -> str:
    """Why the account follows or does not: U7 only where nothing else keeps it as it is."""
    account = state.account[guardian]
    rule, known = _rule(state, account), state.stored.accounts.get(account)
    if known is None or not _may_change(state, rule, name, ""):
        return rule
    speaks = _speaker(state, beside, name, getattr(known.said, name)) == guardian
    return (
        "U7" if speaks and _schools_disagree(state, account, name, getattr(state.spoken[guardian].said, name)) else rule
    )


def _rule(state: State, account: str) -> str:
    if state.stored.is_staff(account):
        return "U3"
    known = state.stored.accounts.get(account)
    now = "invited" if known is None else reopened(known) if known.state == "archived" else known.state
    return "U2" if now == "active" else "U1"


def _of_account(state: State, account: str, guardians: list[str]) -> set[Update]:
    rule, known = _rule(state, account), state.stored.accounts[account]
    found: set[Update] = set()
    for name in Said._fields:
        was = getattr(known.said, name)
        if not _may_change(state, rule, name, was):
            continue
        guardian = _speaker(state, guardians, name, was)
        if guardian is None or _schools_disagree(state, account, name, getattr(state.spoken[guardian].said, name)):
            continue
        value = getattr(state.spoken[guardian].said, name)
        found.add(("account", account, "guardian", guardian, name, was, value, "U8" if name == "language" else rule))
        if getattr(known, f"{name}_verified", False):
            found.add(("account", account, "guardian", guardian, f"{name}_verified", "true", "false", rule))
    return found


def _may_change(state: State, rule: str, name: str, was: str) -> bool:
    """Whether the file may set a detail of the account at all."""
    if rule == "U3":
        return False
    if name == "language":
        return state.settings.update_language or not was
    return rule == "U1" or state.settings.update_active_accounts


def _speaker(state: State, guardians: list[str], name: str, was: str) -> str | None:
    """Who changes a detail of the account: whoever has news of it; without news, somebody where nobody says what it is."""
    saying = [one for one in guardians if getattr(state.spoken[one].said, name) and not _is_withheld(state, one, name)]
    news = [one for one in saying if _has_news(state, one, name)]
    if not news and any(same_value(name, was, getattr(state.spoken[one].said, name)) for one in saying):
        return None
    for guardian in news or saying:
        value = getattr(state.spoken[guardian].said, name)
        if not same_value(name, was, value):
            return guardian
    return None


def _is_withheld(state: State, guardian: str, name: str) -> bool:
    """Whether the role keeps what is stored, because a person took the change back."""
    said = getattr(state.spoken[guardian].said, name)
    return state.withholds("update_contacts", guardian, "", "role", name, said)


def _has_news(state: State, guardian: str, name: str) -> bool:
    role = state.stored.roles.get(state.stored.guardian(guardian))
    if role is None or name not in ROLE_FIELDS:
        return False
    return not same_value(name, getattr(role.said, name), getattr(state.spoken[guardian].said, name))


def _schools_disagree(state: State, account: str, name: str, value: str) -> bool:
    """U7: another school of the district says something else of the account."""
    return name in ROLE_FIELDS and any(
        not same_value(name, getattr(role.said, name), value)
        for ref, role in state.stored.roles.items()
        if role.account == account
        and ref[1] == "guardian"
        and ref[0] != state.stored.scope
        and role.state == "active"
        and getattr(role.said, name)
    )
