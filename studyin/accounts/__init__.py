"""Who may come in: passwords, tries, logins and invitations; knows no HTTP."""

from studyin.accounts.names import account_name
from studyin.accounts.register import Accounts

__all__ = ["Accounts", "account_name"]
