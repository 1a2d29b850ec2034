"""The tables of migration 0003: which backups were made, and what tells a conversation of two machines."""

from __future__ import annotations

BACKUPS = """
CREATE TABLE backups (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  ended_at TEXT,
  last_mail INTEGER,
  daily INTEGER NOT NULL DEFAULT 0 CHECK (daily IN (0, 1))
)
"""

CONVERSATION = (
    "ALTER TABLE mails ADD COLUMN brought TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE mails ADD COLUMN in_reply INTEGER NOT NULL DEFAULT 0 CHECK (in_reply IN (0, 1))",
)

KEEPING = (BACKUPS, *CONVERSATION)
