"""What migrations 0003 and 0004 add: the backups that were made, conversations of machines, sizes of arrivals."""

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

SIZES = ("ALTER TABLE arrivals ADD COLUMN size INTEGER NOT NULL DEFAULT 0",)  # as the server told it; 0: it did not

KEEPING = (BACKUPS, *CONVERSATION)
