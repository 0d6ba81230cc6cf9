"""The console: windows, pages and dialogs over the services; the only room with widgets."""
