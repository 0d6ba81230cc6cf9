"""One's own account: another password, another authenticator app."""

from govdesk.desktop.account.factor import ReplaceFactorDialog
from govdesk.desktop.account.offering import AccountOffers
from govdesk.desktop.account.password import ChangePasswordDialog

__all__ = ["AccountOffers", "ChangePasswordDialog", "ReplaceFactorDialog"]
