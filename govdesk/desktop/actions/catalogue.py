"""Every action of the console, once. Pages bind what each of them runs."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from govdesk.desktop.actions.action import (
    Action,
    Standard,
    all_of,
    fact,
    on_page,
    online,
    permission,
    selection,
)

_KEY = QKeySequence.StandardKey
_TIMELINE: Final = on_page("timeline", "the audit timeline")
_ONE_EVENT: Final = all_of(_TIMELINE, selection("an event", 1))
_EVENTS: Final = all_of(_TIMELINE, selection("events"))
_FILTERED: Final = all_of(_TIMELINE, fact("filtered", "There is no filter to clear."))
_EXPORT: Final = all_of(_TIMELINE, permission("audit.export"), online)
_EXPORT_ONE: Final = all_of(_ONE_EVENT, permission("audit.export"))

FRAME, GO, TIMELINE, EXPORT, VIEW, HELP = "GovDesk", "Go", "Timeline", "Export", "View", "Help"

ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "palette.open",
        "Find anything",
        FRAME,
        "search",
        "Ctrl+K",
        in_palette=False,
        words=("palette", "command"),
    ),
    Action(
        "settings.open",
        "Open settings",
        FRAME,
        "settings",
        Standard(_KEY.Preferences, "Ctrl+,"),
        words=("preferences", "options", "theme", "time zone"),
    ),
    Action("session.lock", "Lock now", FRAME, "lock", "Ctrl+L"),
    Action(
        "session.switch",
        "Sign in to another organization",
        FRAME,
        "building-2",
        words=("switch", "tenant"),
    ),
    Action("session.sign_out", "Sign out", FRAME, "log-out", "Ctrl+Shift+Q"),
    Action(
        "app.quit",
        "Quit GovDesk",
        FRAME,
        "x",
        Standard(_KEY.Quit, "Ctrl+Q"),
        words=("exit", "close"),
    ),
    Action("page.timeline", "Go to the audit timeline", GO, "history", "Ctrl+1"),
    Action("timeline.go_to_date", "Go to a date", GO, "calendar", "Ctrl+G", when=_TIMELINE),
    Action("timeline.go_to_seq", "Go to an event number", GO, "hash", "Ctrl+Shift+G", _TIMELINE),
    Action("timeline.newest", "Go to the newest event", GO, "arrow-up", "Ctrl+Home", _TIMELINE),
    Action(
        "timeline.filter",
        "Edit the filter",
        TIMELINE,
        "filter",
        Standard(_KEY.Find, "Ctrl+F"),
        _TIMELINE,
        words=("search", "find"),
    ),
    Action(
        "timeline.clear_filter", "Clear the filter", TIMELINE, "filter-x", "Ctrl+Alt+F", _FILTERED
    ),
    Action("timeline.save_filter", "Save the filter", TIMELINE, "bookmark", "Ctrl+D", _TIMELINE),
    Action(
        "timeline.copy",
        "Copy rows",
        TIMELINE,
        "copy",
        Standard(_KEY.Copy, "Ctrl+C"),
        _EVENTS,
        words=("tsv", "clipboard"),
    ),
    Action(
        "timeline.select_all",
        "Select all matching events",
        TIMELINE,
        "list-checks",
        Standard(_KEY.SelectAll, "Ctrl+A"),
        _TIMELINE,
    ),
    Action(
        "timeline.same_request",
        "Show everything with this request",
        TIMELINE,
        "link",
        "",
        _ONE_EVENT,
    ),
    Action(
        "timeline.same_actor", "Show everything by this actor", TIMELINE, "user", "", _ONE_EVENT
    ),
    Action(
        "timeline.same_entity",
        "Show everything about this entity",
        TIMELINE,
        "layers",
        "",
        _ONE_EVENT,
    ),
    Action("timeline.exclude", "Exclude this value", TIMELINE, "minus", "Ctrl+Shift+X", _ONE_EVENT),
    Action(
        "timeline.live",
        "Follow new events",
        TIMELINE,
        "activity",
        "Ctrl+Shift+L",
        all_of(_TIMELINE, online),
        is_on=lambda context: "live" in context.facts,
        words=("tail",),
    ),
    Action("export.menu", "Open the export menu", EXPORT, "download", "Ctrl+E", _EXPORT),
    Action("export.csv", "Export as CSV", EXPORT, "file-spreadsheet", "", _EXPORT),
    Action("export.json", "Export as JSON", EXPORT, "file-json", "", _EXPORT),
    Action("export.event", "Export JSON of this event", EXPORT, "file-down", "", _EXPORT_ONE),
    Action("export.pdf", "Download PDF", EXPORT, "file-text", "", _EXPORT),
    Action(
        "view.refresh",
        "Refresh",
        VIEW,
        "refresh-cw",
        Standard(_KEY.Refresh, "F5"),
        online,
        words=("reload",),
    ),
    Action("view.detail", "Show or hide the detail", VIEW, "panel-right", "Ctrl+I", _TIMELINE),
    Action("view.columns", "Choose columns", VIEW, "columns-3", "", _TIMELINE),
    Action("view.jobs", "Show jobs", VIEW, "list-checks", "Ctrl+J"),
    Action(
        "view.theme",
        "Switch between light and dark",
        VIEW,
        "moon",
        "Ctrl+Shift+D",
        words=("theme", "night"),
    ),
    Action(
        "view.compact",
        "Show compact rows",
        VIEW,
        "table-2",
        "",
        is_on=lambda context: "compact" in context.facts,
        words=("density", "row height"),
    ),
    Action(
        "log.verify",
        "Verify the log from the start",
        TIMELINE,
        "shield-check",
        "",
        online,
        words=("seal", "check", "chain", "again"),
    ),
    Action("help.shortcuts", "Show shortcuts", HELP, "keyboard", "Ctrl+Shift+K", words=("keys",)),
    Action(
        "help.reports", "Show saved fault reports", HELP, "bug", "", words=("crash", "log", "error")
    ),
)
