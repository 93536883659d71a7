"""Menus and announcements as data: validated documents and a pure interpreter."""
