"""The cast of the database tests, attacked with raw SQL."""

from tests.database.conftest import _module_cast_database, cast, cast_template, module_cast

__all__ = ["_module_cast_database", "cast", "cast_template", "module_cast"]
