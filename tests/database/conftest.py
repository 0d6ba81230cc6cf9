"""The cast under the name by which the tests of this folder know it."""

from tests.people import (
    ACME,
    ADA,
    BEA,
    BETA,
    CARLA,
    MEI,
    OLGA,
    OTIS,
    PASSWORD,
    Cast,
    Row,
    seed_of,
)

__all__ = [
    "ACME",
    "ADA",
    "BEA",
    "BETA",
    "CARLA",
    "MEI",
    "OLGA",
    "OTIS",
    "PASSWORD",
    "Cast",
    "Row",
    "seed_of",
]
