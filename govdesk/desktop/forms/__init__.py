"""Printed by pyside6-uic from ui/ and pyside6-rcc from resources/; never edited."""
