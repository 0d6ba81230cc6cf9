"""Secrets of services: messages, payments, language models, monitoring."""

from __future__ import annotations

from typing import Final

from govdesk.domain.raw_secret_patterns.pieces import (
    END,
    HEX,
    IS,
    SPACE,
    START,
    UUID,
    Pattern,
    any_case,
)

MESSAGES: Final[tuple[Pattern, ...]] = (
    Pattern(
        "slack",
        "a Slack token",
        "xox",
        "(xox[a-z]-(?=[A-Za-z%-]{0,40}[0-9])[A-Za-z0-9%-]{12,})",
    ),
    Pattern(
        "slack_app", "a Slack token", "xapp-", "(xapp-[0-9]-[A-Z0-9]+-[0-9]+-[A-Za-z0-9]{16,})"
    ),
    Pattern(
        "slack_webhook",
        "the address of a Slack webhook",
        "hooks.slack",
        "hooks[.]slack(?:-gov)?[.]com/(?:services|workflows|triggers)/"
        "([A-Za-z0-9_]+/[A-Za-z0-9_]+/[A-Za-z0-9_/]{16,})",
    ),
    Pattern(
        "discord_webhook",
        "the address of a Discord webhook",
        "/webhooks/",
        "discord(?:app)?[.]com/api/(?:v[0-9]+/)?webhooks/([0-9]{15,}/[A-Za-z0-9_-]{30,})",
    ),
    Pattern(
        "discord_bot",
        "a Discord bot token",
        ".",
        f"{START}((?=[A-Za-z_-]{{0,27}}[0-9])[MNO][A-Za-z0-9_-]{{23,27}}[.][A-Za-z0-9_-]{{6}}[.]"
        "(?=[a-z0-9_-]{0,80}[A-Z])[A-Za-z0-9_-]{27,})",
    ),
    Pattern(
        "teams_webhook",
        "the address of a Teams webhook",
        "webhook.office.com",
        "webhook[.]office[.]com/webhookb2/([0-9A-Za-z@/-]{40,})",
    ),
    Pattern(
        "telegram",
        "a Telegram bot token",
        ":a",
        "(?:^|[^0-9])([0-9]{6,12}:A[A-Za-z0-9_-]{32,36})(?![A-Za-z0-9_-])",
    ),
    Pattern(
        "ntfy", "an ntfy token", "tk_", f"{START}(tk_(?=[a-z]{{0,31}}[0-9])[a-z0-9]{{24,32}}){END}"
    ),
    Pattern("twilio_key", "a Twilio key", "sk", f"{START}(SK{HEX}{{32}}){END}"),
    Pattern(
        "twilio_account",
        "a Twilio account with its token",
        "ac",
        f"{START}(AC{HEX}{{32}}:{HEX}{{32}}){END}",
    ),
    Pattern(
        "sendgrid",
        "a SendGrid key",
        "sg.",
        f"{START}(SG[.][A-Za-z0-9_-]{{16,}}[.][A-Za-z0-9_-]{{16,}})",
    ),
    Pattern("mailgun", "a Mailgun key", "key-", f"{START}(key-[0-9a-z]{{32}}){END}"),
    Pattern(
        "mailgun_signing",
        "a Mailgun key",
        "-",
        f"(?:^|[^A-Za-z0-9-])({HEX}{{32}}-{HEX}{{8}}-{HEX}{{8}})(?![A-Za-z0-9-])",
    ),
    Pattern("mailchimp", "a Mailchimp key", "-us", f"{START}({HEX}{{32}}-us[0-9]{{1,2}}){END}"),
    Pattern("brevo", "a Brevo key", "xkeysib-", f"(xkeysib-{HEX}{{64}}-[A-Za-z0-9]{{16}})"),
)

PAYMENTS: Final[tuple[Pattern, ...]] = (
    Pattern(
        "stripe",
        "a Stripe key",
        "k_",
        f"{START}([sr]k_(?:live|test|prod)_[A-Za-z0-9]{{16,}})",
    ),
    Pattern(
        "webhook_secret",
        "the signing secret of a webhook",
        "whsec_",
        "(whsec_[A-Za-z0-9+/=]{20,})",
    ),
    Pattern("shopify", "a Shopify token", "shp", "(shp(?:at|ca|pa|ss|tka)_[0-9a-zA-Z]{24,})"),
    Pattern("square", "a Square token", "sq0", f"{START}(sq0(?:atp|csp)-[A-Za-z0-9_-]{{22,}})"),
    Pattern(
        "square_access",
        "a Square token",
        "eaaa",
        "(?:^|[^A-Za-z0-9+/_-])(EAAA[A-Za-z0-9_-]{60})(?![A-Za-z0-9+/=_-])",
    ),
    Pattern(
        "meta",
        "a Meta access token",
        "eaa",
        "(?:^|[^A-Za-z0-9+/_-])(EAA[A-Z][A-Za-z0-9]{90,})(?![A-Za-z0-9+/=_-])",
    ),
    Pattern(
        "braintree",
        "a Braintree token",
        "access_token$",
        f"(access_token[$](?:production|sandbox)[$][0-9a-z]{{16}}[$]{HEX}{{32}})",
    ),
)

MODELS: Final[tuple[Pattern, ...]] = (
    Pattern("anthropic", "an Anthropic key", "sk-ant-", "(sk-ant-[A-Za-z0-9_-]{40,})"),
    Pattern(
        "openai",
        "an OpenAI key",
        "sk-",
        f"{START}(sk-(?:proj|svcacct|admin|None|or-v1)-[A-Za-z0-9_-]{{40,}}|sk-[A-Za-z0-9]{{40,}})",
    ),
    Pattern("hugging_face", "a Hugging Face token", "hf_", f"{START}(hf_[A-Za-z0-9]{{28,}})"),
    Pattern("hugging_face_org", "a Hugging Face token", "api_org_", "(api_org_[A-Za-z0-9]{30,})"),
    Pattern("groq", "a Groq key", "gsk_", f"{START}(gsk_[A-Za-z0-9]{{48,}})"),
    Pattern("perplexity", "a Perplexity key", "pplx-", "(pplx-[A-Za-z0-9]{40,})"),
)

WATCHING: Final[tuple[Pattern, ...]] = (
    Pattern("grafana", "a Grafana token", "glsa_", "(glsa_[A-Za-z0-9_]{30,})"),
    Pattern("grafana_cloud", "a Grafana Cloud token", "glc_", "(glc_[A-Za-z0-9+/=_-]{28,})"),
    Pattern(
        "grafana_key", "a Grafana key", "eyjrijoi", f"{START}(eyJrIjoi[A-Za-z0-9+/=_-]{{40,}})"
    ),
    Pattern("sentry", "a Sentry token", "sntry", "(sntry[su]_[A-Za-z0-9+/=_-]{30,})"),
    Pattern(
        "splunk_hec",
        "a Splunk HEC token",
        "splunk",
        f"{any_case('splunk')}(?:{any_case('~hec')})?(?:{any_case('~token')})?"
        f"(?:{IS}|{SPACE}+)({UUID}){END}",
    ),
    Pattern("new_relic", "a New Relic key", "nr", f"{START}(NR(?:AK|II|RA)-[A-Za-z0-9_-]{{24,}})"),
)
