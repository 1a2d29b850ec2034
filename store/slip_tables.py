"""The tables of migration 0002: which daily workbooks went out, and what came of the rows that came back."""

from __future__ import annotations

DIGESTS = """
CREATE TABLE digests (
  id INTEGER PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  call TEXT NOT NULL,
  address TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  held TEXT NOT NULL,
  papers TEXT NOT NULL
)
"""

OPINIONS = """
CREATE TABLE opinions (
  digest_id INTEGER NOT NULL REFERENCES digests (id),
  key TEXT NOT NULL,
  opinion TEXT NOT NULL,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  at TEXT NOT NULL,
  PRIMARY KEY (digest_id, key)
) WITHOUT ROWID
"""

SLIP_TABLES = (DIGESTS, OPINIONS)
