"""A visitor of the pages who speaks plain HTTP, and reads forms as a program would."""

from __future__ import annotations

import contextlib
import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends a form: its own field, and where it sends to if not to the form's."""

    label: str
    name: str
    value: str
    action: str


@dataclass(slots=True)
class Form:
    """A form of a page with the values that stand in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def button(self, label: str) -> Button:
        """The button with this label."""
        return next(button for button in self.buttons if button.label == label)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.targets: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._area = ""
        self._button: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.seen.append((tag, facts))
        self.targets += [str(facts[name]) for name in ("href", "src") if facts.get(name)]
        if tag == "form":
            self.forms.append(Form(str(facts["action"])))
        elif tag == "input" and self.forms:
            name = str(facts["name"])
            self.forms[-1].fields[name] = facts.get("value") or ""
            self.forms[-1].kinds[name] = str(facts.get("type", "text"))
        elif tag == "textarea":
            self._area = str(facts["name"])
            self.forms[-1].fields[self._area] = ""
            self.forms[-1].kinds[self._area] = tag
        elif tag == "button" and "disabled" not in facts:
            self._button = facts

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.forms[-1].fields[self._area] = self.forms[-1].fields[self._area].removeprefix("\n")
            self._area = ""
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area:
            self.forms[-1].fields[self._area] += data
        elif self._button is not None:
            own, form = self._button, self.forms[-1]
            form.buttons.append(
                Button(
                    data,
                    own.get("name") or "",
                    own.get("value") or "",
                    own.get("formaction") or form.action,
                )
            )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def page(self) -> _Reader:
        """The page, read."""
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def form(self) -> Form:
        """The page's only form."""
        (form,) = self.page.forms
        return form

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        return " ".join(" ".join(self.page.words).split())


class Visitor:
    """Asks one server, each time on a new connection; `host` is what the Host header says."""

    def __init__(self, url: str, host: str = ""):
        self.url, self.netloc = url, urlsplit(url).netloc
        self.host = host or self.netloc

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; underscores in the names of headers are hyphens."""
        connection = http.client.HTTPConnection(self.netloc, timeout=_SECONDS)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            # A server that refuses a body need not take it; what it says is read all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, {"Host": self.host, **named})
            got = connection.getresponse()
            text = got.read().decode()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, text)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type=FORM, **headers)

    def press(self, form: Form, label: str, **fields: str) -> Answer:
        """Fill a form and press one of its buttons."""
        button = form.button(label)
        own = {button.name: button.value} if button.name else {}
        return self.post(button.action, {**form.fields, **fields, **own})
