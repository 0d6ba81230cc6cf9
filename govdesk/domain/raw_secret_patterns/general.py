"""Secrets that say themselves what they are, whoever issued them."""

from __future__ import annotations

from typing import Final

from govdesk.domain.raw_secret_patterns.pieces import (
    END,
    IS,
    PLACEHOLDER,
    RANDOM,
    SPACE,
    TEXT_QUAD,
    Pattern,
    any_case,
)

_TOKEN_WORDS: Final = "|".join(
    map(
        any_case,
        (
            *("access", "api", "auth", "admin", "agent", "app", "bearer", "bot", "ci", "deploy"),
            *("device", "github", "gitlab", "hec", "hub", "id", "install", "job", "jwt", "npm"),
            *("oauth", "personal", "private", "project", "refresh", "root", "secret", "security"),
            *("service", "session", "slack", "splunk", "user", "vault", "worker"),
        ),
    )
)
_KEY_WORDS: Final = "|".join(
    map(
        any_case,
        (
            *("access", "account", "api", "auth", "encryption", "license", "master", "private"),
            *("secret", "service", "shared", "signing", "storage"),
        ),
    )
)

OWN: Final[tuple[Pattern, ...]] = (
    Pattern(
        "govdesk_key",
        "an API key of GovDesk",
        "gd_",
        "(gd_(?:dev|staging|prod)_[0-9A-Za-z]{8,16}_[0-9A-Za-z]{20,}(?:_[0-9A-Za-z]{1,6})?)"
        "(?![0-9A-Za-z_])",
    ),
    Pattern(
        "govdesk_session",
        "a session of GovDesk",
        "govdesk_session",
        f"{any_case('govdesk_session')}{IS}([0-9a-f]{{64}}){END}",
    ),
)

BLOCKS: Final[tuple[Pattern, ...]] = (
    Pattern(
        "google_service_account",
        "the key file of a Google service account",
        "private_key",
        rf"(private_key[\\]*\"{SPACE}*:{SPACE}*[\\]*\"-----BEGIN [A-Z ]{{0,20}}PRIVATE KEY-----)",
    ),
    Pattern(
        "openssh_private_key",
        "an OpenSSH private key",
        "openssh private key",
        "(-----BEGIN OPENSSH PRIVATE KEY-----)",
    ),
    Pattern(
        "pgp_private_key",
        "a PGP private key",
        "pgp private key",
        "(-----BEGIN PGP PRIVATE KEY BLOCK-----)",
    ),
    Pattern(
        "private_key",
        "a private key",
        "private key",
        "(-----?[ -]?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY ?-----?)",
    ),
    Pattern(
        "putty_private_key",
        "a PuTTY private key",
        "putty-user-key-file",
        "(PuTTY-User-Key-File-[0-9]{1,2}: *[A-Za-z0-9-]+)",
    ),
    Pattern(
        "private_jwk",
        "a private JSON web key",
        '"kty',
        # Without a run of backslashes at its ends: each place to begin would try each of them.
        rf"(\"kty[\\]*\"[^{{}}]*\"[dk][\\]*\"{SPACE}*:{SPACE}*[\\]*\"[A-Za-z0-9_-]{{20,}}"
        rf"|\"[dk][\\]*\"{SPACE}*:{SPACE}*[\\]*\"[A-Za-z0-9_-]{{20}}[^{{}}]*\"kty)",
    ),
    Pattern(
        "age_secret_key",
        "an age secret key",
        "age-secret-key-",
        "(AGE-SECRET-KEY-1[0-9A-Z]{40,})",
    ),
)

GENERAL: Final[tuple[Pattern, ...]] = (
    Pattern(
        "jwt",
        "a signed token (JWT)",
        "eyj",
        "(eyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{8,}"
        "|eyJ[A-Za-z0-9_-]{16,}[.][A-Za-z0-9_-]*[.][A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{8,}"
        "[.][A-Za-z0-9_-]{8,})",
    ),
    Pattern(
        "otpauth",
        "the secret of a second factor",
        "otpauth://",
        f"{any_case('otpauth')}://[^ \t\r\n]*[?&]{any_case('secret')}=([A-Za-z2-7]{{16,}})",
    ),
    Pattern(
        "otpauth_export",
        "exported second factors",
        "otpauth-migration://",
        f"{any_case('otpauth-migration')}://[^ \t\r\n]*[?&]data=([A-Za-z0-9%+/=_-]{{20,}})",
    ),
    Pattern(
        "url_password",
        "an address with a password",
        "://",
        rf"[A-Za-z0-9+.-]://[^]\[/?#@:\"'<> \t\r\n]*:(?![0-9]{{1,5}}[;,]){PLACEHOLDER}"
        r"([^/?#@\"'<> \t\r\n]+)@(?!sha(?:256|384|512):)",
    ),
    Pattern(
        "dsn_password",
        "a connection string with a password",
        "@",
        r"[A-Za-z0-9_.-]:([^/?#@\"'<> \t\r\n]+)@(?:tcp|unix)[(]",
    ),
    Pattern(
        "authorization",
        "an Authorization header",
        "authorization",
        f"{any_case('authorization')}{IS}(?:[A-Za-z-]+{SPACE}+)?{PLACEHOLDER}"
        "((?=[a-z_+/.~=-]{0,80}[0-9A-Z])(?=[A-Za-z0-9_+/.~=:-][A-Za-z_+/.~=:-]{0,80}[0-9]"
        "|[A-Za-z0-9_+/.~=:-][a-z_+/.~=:-]{0,80}[A-Z])[A-Za-z0-9_+/.~=:-]{8,})",
    ),
    Pattern(
        "bearer",
        "a Bearer token",
        "bearer",
        f"{any_case('bearer')}{SPACE}+((?=[A-Za-z_+/.~=-]{{0,80}}[0-9])"
        "[A-Za-z0-9_+/.~=-]{16,})(?![A-Za-z0-9_+/.~=:-])",
    ),
    Pattern(
        "basic",
        "a Basic header with a password",
        "basic",
        f"{any_case('basic')}{SPACE}+((?=[A-Za-z][a-z0-9+/]{{0,80}}[A-Z])"
        f"(?:{TEXT_QUAD}){{2,}}[A-Za-z0-9+/]{{0,3}}={{0,2}})(?![A-Za-z0-9+/=])",
    ),
    Pattern(
        "token",
        "a token",
        "token",
        f"(?:^|[^A-Za-z_-]|(?:{_TOKEN_WORDS})[_ -]?){any_case('token')}{IS}{RANDOM}",
    ),
    Pattern(
        "key",
        "a key",
        "key",
        f"(?:{_KEY_WORDS})[_ -]?{any_case('key')}{IS}{RANDOM}",
    ),
    Pattern(
        "secret",
        "a secret",
        "secret",
        f"(?:^|[^A-Za-z:]){any_case('secret')}(?:{any_case('~id')})?{IS}{RANDOM}",
    ),
    Pattern(
        "client_secret",
        "a secret",
        "secret",
        f"[A-Za-z][_-]?{any_case('secret')}[\\\\]*[\"']?{SPACE}*=?[=:]{SPACE}*[\\\\]*[\"']?{RANDOM}",
    ),
    Pattern(
        "password",
        "a password",
        "passw",
        rf"{any_case('passw')}(?:[Oo][Rr])?[Dd]{SPACE}*={SPACE}*[\"']?{PLACEHOLDER}"
        r"([^;&,\"'<>\\ \t\r\n]{4,})",
    ),
    Pattern(
        "password_short",
        "a password",
        "pwd",
        rf"{any_case('pwd')}{SPACE}*={SPACE}*[\"']?(?!/){PLACEHOLDER}"
        r"([^;&,\"'<>\\ \t\r\n]{4,})",
    ),
    Pattern(
        "password_member",
        "a password",
        "passw",
        rf"{any_case('passw')}(?:[Oo][Rr])?[Dd][\\]*\"{SPACE}*:{SPACE}*[\\]*\"{PLACEHOLDER}"
        r"(?!https?://|string|secret|password)([^\"\\ \t\r\n]{4,})[\\]*\"",
    ),
    Pattern(
        "password_line",
        "a password",
        "passw",
        rf"{any_case('passw')}(?:[Oo][Rr])?[Dd]: *(?=[A-Za-z]{{0,40}}[0-9])"
        r"(?=[0-9]{0,40}[A-Za-z])([A-Za-z0-9!#%^*_+@.-]{8,})(?![A-Za-z0-9!#%^*_+@.:/-])",
    ),
    Pattern(
        "netrc",
        "a login with its password",
        "login ",
        rf"{any_case('login')} +[^ \t\r\n]+{SPACE}+{any_case('password')} +{PLACEHOLDER}"
        r"([^ \t\r\n]{4,})",
    ),
    Pattern(
        "curl_user",
        "a command with a password",
        "curl ",
        rf"{any_case('curl')} [^\r\n]*(?:-u|--user)[ =]*[\"']?[A-Za-z0-9_.@-]+:{PLACEHOLDER}"
        r"([^\"' \t\r\n]{4,})",
    ),
    # A guess by its sorts of characters alone, so whatever says more has gone first.
    Pattern(
        "aws_secret_alone",
        "an AWS secret access key",
        "",
        f"^(?!(?:{TEXT_QUAD}){{10}})(?=[^0-9]*[0-9]+[^0-9]+[0-9])(?=[^A-Z]{{0,39}}[A-Z])"
        "(?=[^a-z]{0,39}[a-z])([A-Za-z0-9+][A-Za-z0-9/+]{39})(?![^\r\n])",
    ),
)
