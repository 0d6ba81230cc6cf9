"""Secrets of those with whom programs are built and run: clouds, forges, vaults."""

from __future__ import annotations

from typing import Final

from govdesk.domain.raw_secret_patterns.pieces import (
    END,
    HEX,
    IS,
    START,
    UUID,
    Pattern,
    any_case,
)

CLOUDS: Final[tuple[Pattern, ...]] = (
    Pattern(
        "aws_access_key",
        "an AWS access key",
        "ia",
        f"{START}((?:AKIA|ASIA|ABIA)[A-Z0-9]{{16}}){END}",
    ),
    Pattern(
        "aws_secret_key",
        "an AWS secret access key",
        "secret",
        f"{any_case('secret')}(?:{any_case('~access')})?{any_case('~key')}{IS}"
        "([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
    ),
    Pattern(
        "aws_presigned",
        "a presigned AWS address",
        "x-amz-signature=",
        f"{any_case('x-amz-signature=')}([0-9a-f]{{64}}){END}",
    ),
    Pattern("aws_bedrock", "an Amazon Bedrock key", "absk", f"{START}(ABSK[A-Za-z0-9+/=]{{80,}})"),
    Pattern(
        "azure_storage",
        "the key of an Azure storage account",
        "accountkey=",
        f"{any_case('accountkey=')}([A-Za-z0-9+/]{{40,}}={{0,2}})(?![A-Za-z0-9+/=])",
    ),
    Pattern(
        "azure_shared_access",
        "an Azure shared access key",
        "sharedaccesskey=",
        f"{any_case('sharedaccesskey=')}([A-Za-z0-9+/]{{40,}}={{0,2}})(?![A-Za-z0-9+/=])",
    ),
    Pattern(
        "azure_sas",
        "an address signed by Azure",
        "sig=",
        "[?&;]sig=([A-Za-z0-9%+/_=-]{40,})(?![A-Za-z0-9%+/_=-])",
    ),
    Pattern(
        "azure_client_secret",
        "a client secret of Microsoft Entra",
        "q~",
        "(?:^|[^A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~-])",
    ),
    Pattern("google_api_key", "a Google API key", "aiza", f"{START}(AIza[A-Za-z0-9_-]{{33,}})"),
    Pattern(
        "google_client_secret",
        "a Google client secret",
        "gocspx-",
        "(GOCSPX-[A-Za-z0-9_-]{20,})",
    ),
    Pattern("google_access_token", "a Google access token", "ya29.", "(ya29[.][A-Za-z0-9_-]{30,})"),
    Pattern(
        "google_refresh_token",
        "a Google refresh token",
        "1//0",
        f"{START}(1//0[A-Za-z0-9_-]{{40,}})",
    ),
    Pattern(
        "digitalocean",
        "a DigitalOcean token",
        "_v1_",
        "(do[opr]_v1_[0-9A-Za-z]{32,})",
    ),
    Pattern("heroku", "a Heroku key", "hrku-", "(HRKU-[A-Za-z0-9_-]{36,})"),
    Pattern(
        "heroku_named",
        "a Heroku key",
        "heroku",
        f"{any_case('heroku')}(?:{any_case('~api')})?(?:{any_case('~key')}|{any_case('~token')})"
        f"{IS}({UUID}){END}",
    ),
    Pattern(
        "cloudflare",
        "a Cloudflare origin key",
        "v1.0-",
        f"{START}(v1[.]0-{HEX}{{24}}-{HEX}{{100,}})",
    ),
    Pattern(
        "databricks", "a Databricks token", "dapi", f"{START}(dapi{HEX}{{32}}(?:-[0-9])?){END}"
    ),
    Pattern(
        "fly", "a Fly.io token", "f", f"{START}((?:fo1|fm1a|fm1r|fm2)_[A-Za-z0-9+/=_-]{{40,}})"
    ),
    Pattern("tailscale", "a Tailscale key", "tskey-", "(tskey-[a-z]+-[A-Za-z0-9-]{20,})"),
    Pattern(
        "supabase", "a Supabase key", "sb", f"{START}((?:sbp_|sb_secret_)[A-Za-z0-9_-]{{30,}})"
    ),
    Pattern(
        "planetscale",
        "a PlanetScale secret",
        "pscale_",
        "(pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=_.-]{30,})",
    ),
    Pattern(
        "dynatrace",
        "a Dynatrace token",
        "dt0",
        f"{START}(dt0[a-z][0-9]{{2}}[.][A-Z0-9]{{24}}[.][A-Z0-9]{{64}})",
    ),
)

FORGES: Final[tuple[Pattern, ...]] = (
    Pattern("github", "a GitHub token", "gh", "(gh[oprsu]_[A-Za-z0-9]{30,})"),
    Pattern(
        "github_fine_grained",
        "a GitHub token",
        "github_pat_",
        "(github_pat_[A-Za-z0-9_]{40,})",
    ),
    Pattern(
        "gitlab",
        "a GitLab token",
        "gl",
        "(gl(?:pat|dt|ft|rt|cbt|ptt|oas|soat|agent|imt|ffct|wt)-[A-Za-z0-9_-]{20,}"
        "(?:[.][0-9a-z.]{9,20})?)",
    ),
    Pattern("gitlab_runner", "a GitLab token", "gr1348941", "(GR1348941[A-Za-z0-9_-]{20,})"),
    Pattern("bitbucket", "a Bitbucket password", "atbb", f"{START}(ATBB[A-Za-z0-9]{{24,}})"),
    Pattern("atlassian", "an Atlassian token", "tt3", "(AT[AC]TT3[A-Za-z0-9_=-]{24,})"),
    Pattern("npm", "an npm token", "npm_", f"{START}(npm_[A-Za-z0-9]{{30,}})"),
    Pattern("pypi", "a PyPI token", "pypi-ag", "(pypi-Ag[A-Za-z0-9_-]{40,})"),
    Pattern("docker", "a Docker token", "dckr_", "(dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,})"),
    Pattern("rubygems", "a RubyGems key", "rubygems_", f"(rubygems_{HEX}{{40,}})"),
    Pattern("crates", "a crates.io token", "cio", f"{START}(cio[A-Za-z0-9]{{32}}){END}"),
    Pattern("nuget", "a NuGet key", "oy2", f"{START}(oy2[a-z0-9]{{43}}){END}"),
    Pattern("postman", "a Postman key", "pmak-", f"(PMAK-{HEX}{{24}}-{HEX}{{34}})"),
    Pattern("linear", "a Linear key", "lin_", "(lin_(?:api|oauth|wh)_[A-Za-z0-9]{24,})"),
    Pattern("figma", "a Figma token", "figd_", "(figd_[A-Za-z0-9_-]{36,})"),
    Pattern("notion", "a Notion token", "ntn_", f"{START}(ntn_[A-Za-z0-9]{{40,}})"),
    Pattern("airtable", "an Airtable token", "pat", f"{START}(pat[A-Za-z0-9]{{14}}[.]{HEX}{{64}})"),
)

VAULTS: Final[tuple[Pattern, ...]] = (
    Pattern("vault", "a HashiCorp Vault token", "hv", f"{START}(hv[bsr][.][A-Za-z0-9_-]{{20,}})"),
    Pattern(
        "vault_legacy",
        "a HashiCorp Vault token",
        "s.",
        "(?:^|[^A-Za-z0-9._/-])(s[.](?=[a-z]{0,23}[0-9A-Z])[A-Za-z0-9]{24})(?![A-Za-z0-9._-])",
    ),
    Pattern(
        "terraform",
        "a Terraform token",
        ".atlasv1.",
        "([A-Za-z0-9]{14}[.]atlasv1[.][A-Za-z0-9_=-]{60,})",
    ),
    Pattern("pulumi", "a Pulumi token", "pul-", f"{START}(pul-{HEX}{{40}})"),
    Pattern(
        "doppler",
        "a Doppler token",
        "dp.",
        f"{START}(dp[.](?:pt|st|ct|sa|scim|audit)[.](?:[a-z0-9_-]{{2,35}}[.])?[A-Za-z0-9]{{40,44}})",
    ),
    Pattern("onepassword", "a 1Password token", "ops_ey", "(ops_eyJ[A-Za-z0-9+/=_-]{100,})"),
    Pattern(
        "onepassword_key",
        "a 1Password secret key",
        "a3-",
        f"{START}(A3-[A-Z0-9]{{6}}-(?:[A-Z0-9]{{11}}|[A-Z0-9]{{6}}-[A-Z0-9]{{5}})"
        f"(?:-[A-Z0-9]{{5}}){{3}}){END}",
    ),
)
