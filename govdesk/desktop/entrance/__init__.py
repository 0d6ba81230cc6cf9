"""How a person gets in: first run, profiles, sign-in, second factor, the locked screen."""

from govdesk.desktop.entrance.again import SignInAgain
from govdesk.desktop.entrance.instance import OneConsole
from govdesk.desktop.entrance.locked import LockedScreen
from govdesk.desktop.entrance.window import EntranceWindow, Persona

__all__ = ["EntranceWindow", "LockedScreen", "OneConsole", "Persona", "SignInAgain"]
