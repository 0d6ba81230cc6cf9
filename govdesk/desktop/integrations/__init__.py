"""Connections to outside services: the list, the typed form, the test, what stops without one."""
