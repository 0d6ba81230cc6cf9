"""Secrets of further services, each known by a beginning of its own."""

from __future__ import annotations

from typing import Final

from govdesk.domain.raw_secret_patterns.pieces import END, HEX, START, UUID, Pattern


def _p(name: str, title: str, hint: str, value: str) -> Pattern:
    return Pattern(name, f"a secret of {title}", hint, f"{START}({value})")


OTHERS: Final[tuple[Pattern, ...]] = (
    _p("adobe", "Adobe", "p8e-", f"p8e-{HEX}{{32}}"),
    _p("alibaba", "Alibaba Cloud", "ltai", f"LTAI[A-Za-z0-9]{{12,24}}{END}"),
    _p("artifactory", "Artifactory", "akcp", "AKCp[A-Za-z0-9]{60,}"),
    _p("buildkite", "Buildkite", "bk", "bk(?:ua|ct|aj)_[A-Za-z0-9]{30,}"),
    _p("circleci", "CircleCI", "cciprj_", "CCIPRJ_[A-Za-z0-9_]{30,}"),
    _p("circleci_personal", "CircleCI", "ccipat_", "CCIPAT_[A-Za-z0-9_]{30,}"),
    _p("clojars", "Clojars", "clojars_", "CLOJARS_[a-z0-9]{50,}"),
    _p("contentful", "Contentful", "cfpat-", "CFPAT-[A-Za-z0-9_-]{40,}"),
    _p("dropbox", "Dropbox", "sl.", "sl[.][A-Za-z0-9_=-]{100,}"),
    _p("easypost", "EasyPost", "ez", f"EZ[AT]K[A-Za-z0-9]{{54}}{END}"),
    _p("flutterwave", "Flutterwave", "flwseck", "FLWSECK[A-Z_]*-[0-9A-Za-z-]{20,}"),
    _p(
        "harness",
        "Harness",
        "at.",
        f"[ps]at[.][A-Za-z0-9_-]{{22}}[.]{HEX}{{24}}[.][A-Za-z0-9]{{20}}",
    ),
    _p("hubspot", "HubSpot", "pat-", f"pat-[a-z]{{2}}[0-9]-{UUID}"),
    _p("langsmith", "LangSmith", "lsv2_", f"lsv2_[ps][tk]_{HEX}{{32}}_{HEX}{{10}}"),
    _p("mapbox", "Mapbox", "sk.ey", "sk[.]eyJ[A-Za-z0-9_-]{40,}[.][A-Za-z0-9_-]{16,}"),
    _p("maxmind", "MaxMind", "_mmk", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    _p("netlify", "Netlify", "nfp_", "nfp_[A-Za-z0-9]{36,}"),
    _p("octopus", "Octopus Deploy", "api-", f"API-(?=[A-Z]{{0,31}}[0-9])[A-Z0-9]{{25,32}}{END}"),
    _p("openshift", "OpenShift", "sha256~", "sha256~[A-Za-z0-9_-]{43}"),
    _p("plaid", "Plaid", "access-", f"access-(?:sandbox|development|production)-{UUID}"),
    _p("prefect", "Prefect", "pn", "pn[ub]_[A-Za-z0-9]{36,}"),
    _p("readme", "ReadMe", "rdme_", "rdme_[a-z0-9]{60,}"),
    _p("replicate", "Replicate", "r8_", "r8_[A-Za-z0-9]{36,}"),
    _p("resend", "Resend", "re_", f"re_[A-Za-z0-9]{{8}}_[A-Za-z0-9]{{24}}{END}"),
    _p("shippo", "Shippo", "shippo_", f"shippo_(?:live|test)_{HEX}{{40}}"),
    _p("sonar", "Sonar", "sq", f"sq[aup]_{HEX}{{40}}"),
    _p("sourcegraph", "Sourcegraph", "sgp_", f"sgp_(?:[0-9a-z]{{5,16}}_)?{HEX}{{40}}"),
    _p("typeform", "Typeform", "tfp_", "tfp_[A-Za-z0-9_.-]{40,}"),
    _p("xai", "xAI", "xai-", "xai-[A-Za-z0-9]{60,}"),
    _p("yandex", "Yandex Cloud", "aqvn", f"AQVN[A-Za-z0-9_-]{{35,38}}{END}"),
)
