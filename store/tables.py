"""The first tables, as migration 0001 makes them; what changes later stands in migrations of its own, never here.

A mail is a row of ``mails`` from the moment its bytes are safe; every UID under which it was met is a row of
``arrivals``. Each version of a demand is a row of ``items``. A letter is a row of ``letters`` (the outbox) from the
commit that decided it. ``events`` is never changed: triggers refuse it. Times are ISO 8601 in Asia/Shanghai; columns of
lists and of whole values hold JSON.
"""

from __future__ import annotations

DECISIONS = "'accepted', 'correction', 'held', 'refused'"

MAILS = f"""
CREATE TABLE mails (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  folder TEXT NOT NULL,
  inbox INTEGER NOT NULL CHECK (inbox IN (0, 1)),
  arrived TEXT NOT NULL,
  journaled_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'journaled' CHECK (state IN ('journaled', 'judged', 'duplicate', 'failed')),
  duplicate_of INTEGER REFERENCES mails (id),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error TEXT NOT NULL DEFAULT '',
  receipt TEXT UNIQUE,
  call TEXT NOT NULL DEFAULT '',
  kind TEXT CHECK (kind IN ('submission', 'request', 'ignored')),
  decision TEXT CHECK (decision IN ('ignored', 'request', {DECISIONS})),
  sender TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '',
  unit TEXT,
  received TEXT,
  received_internal TEXT,
  received_header TEXT,
  secret INTEGER NOT NULL DEFAULT 0 CHECK (secret IN (0, 1)),
  isolated INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)),
  question INTEGER NOT NULL DEFAULT 0 CHECK (question IN (0, 1)),
  request TEXT NOT NULL DEFAULT '',
  automatic TEXT NOT NULL DEFAULT '',
  own_failures TEXT NOT NULL DEFAULT '[]',
  officer_needed TEXT NOT NULL DEFAULT '[]',
  answer_id TEXT NOT NULL DEFAULT '',
  unanswered TEXT NOT NULL DEFAULT '',
  rules_hash TEXT NOT NULL DEFAULT '',
  judged_at TEXT,
  purged_at TEXT,
  CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL)),
  CHECK (state <> 'judged' OR (receipt IS NOT NULL AND kind IS NOT NULL AND decision IS NOT NULL)),
  CHECK ((kind = 'ignored') = (decision = 'ignored'))
)
"""

ARRIVALS = """
CREATE TABLE arrivals (
  id INTEGER PRIMARY KEY,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  folder TEXT NOT NULL,
  uidvalidity TEXT NOT NULL,
  uid TEXT NOT NULL,
  internal TEXT,
  seen_at TEXT NOT NULL,
  acknowledged_at TEXT,
  UNIQUE (folder, uidvalidity, uid)
)
"""

DOCUMENTS = """
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  type TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('form', 'summary', 'letter', 'other', 'unreadable')),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  stored INTEGER NOT NULL CHECK (stored IN (0, 1)),
  inline INTEGER NOT NULL DEFAULT 0 CHECK (inline IN (0, 1)),
  troubles TEXT NOT NULL DEFAULT '[]',
  UNIQUE (mail_id, position)
)
"""

ITEMS = f"""
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  call TEXT NOT NULL,
  number TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  document_id INTEGER REFERENCES documents (id),
  document TEXT NOT NULL DEFAULT '',
  sha256 TEXT NOT NULL DEFAULT '',
  unit TEXT,
  sender TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  received TEXT NOT NULL,
  place INTEGER NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ({DECISIONS})),
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
  isolated INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)),
  secret INTEGER NOT NULL DEFAULT 0 CHECK (secret IN (0, 1)),
  own_failure TEXT NOT NULL DEFAULT '',
  likened TEXT NOT NULL DEFAULT '',
  form TEXT NOT NULL,
  base TEXT NOT NULL,
  officer TEXT,
  UNIQUE (number, version)
)
"""

FINDINGS = """
CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  item_id INTEGER REFERENCES items (id),
  document_id INTEGER REFERENCES documents (id),
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'review', 'error', 'refuse')),
  scope TEXT NOT NULL CHECK (scope IN ('mail', 'document', 'item')),
  place TEXT NOT NULL,
  message TEXT NOT NULL,
  fix TEXT NOT NULL DEFAULT '',
  measured TEXT,
  bound TEXT,
  document TEXT NOT NULL DEFAULT '',
  told INTEGER NOT NULL CHECK (told IN (0, 1))
)
"""

SUMMARIES = """
CREATE TABLE summaries (
  id INTEGER PRIMARY KEY,
  call TEXT NOT NULL,
  unit TEXT NOT NULL,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  received TEXT NOT NULL,
  whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
  summary TEXT NOT NULL
)
"""

LETTERS = """
CREATE TABLE letters (
  id INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  mail_id INTEGER REFERENCES mails (id),
  receipt TEXT NOT NULL DEFAULT '',
  items TEXT NOT NULL DEFAULT '[]',
  kind TEXT NOT NULL,
  decision TEXT NOT NULL DEFAULT '',
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  deadline TEXT,
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'sending', 'sent', 'uncertain', 'failed', 'carried')),
  carrier_id INTEGER REFERENCES letters (id),
  created_at TEXT NOT NULL,
  not_before TEXT,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  attempted_at TEXT,
  sent_at TEXT,
  error TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'carried') = (carrier_id IS NOT NULL)),
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
)
"""

EVENTS = """
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL DEFAULT '',
  mail_id INTEGER REFERENCES mails (id),
  letter_id INTEGER REFERENCES letters (id),
  item TEXT NOT NULL DEFAULT '',
  version INTEGER,
  detail TEXT NOT NULL DEFAULT '{}'
)
"""

UNITS = """
CREATE TABLE units (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  category TEXT NOT NULL DEFAULT '',
  quota INTEGER,
  addresses TEXT NOT NULL DEFAULT '[]',
  domains TEXT NOT NULL DEFAULT '[]',
  contact TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  aliases TEXT NOT NULL DEFAULT '[]'
)
"""

APPROVALS = """
CREATE TABLE approvals (
  address TEXT NOT NULL,
  unit TEXT NOT NULL,
  officer TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL,
  PRIMARY KEY (address, unit)
)
"""

PAPERS = """
CREATE TABLE papers (
  call TEXT NOT NULL,
  unit TEXT NOT NULL,
  arrived TEXT NOT NULL,
  noted_at TEXT NOT NULL,
  officer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (call, unit)
)
"""

REFERENCES = """
CREATE TABLE reference_entries (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('funded', 'guide')),
  name TEXT NOT NULL,
  year TEXT NOT NULL DEFAULT '',
  holder TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  imported_at TEXT NOT NULL,
  UNIQUE (kind, name, year, holder)
)
"""

LIKENESSES = """
CREATE TABLE likenesses (
  id INTEGER PRIMARY KEY,
  call TEXT NOT NULL,
  number TEXT NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('P002', 'P003')),
  score REAL NOT NULL,
  other TEXT NOT NULL,
  shared TEXT NOT NULL DEFAULT '',
  UNIQUE (number, code, other)
)
"""

COUNTERS = "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"
FACTS = "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"

INDEXES = (
    "CREATE INDEX mails_sha256 ON mails (sha256)",
    "CREATE INDEX mails_waiting ON mails (arrived, id) WHERE state = 'journaled'",
    "CREATE INDEX mails_sender ON mails (sender)",
    "CREATE INDEX arrivals_mail ON arrivals (mail_id)",
    "CREATE INDEX arrivals_open ON arrivals (folder, uidvalidity) WHERE acknowledged_at IS NULL",
    "CREATE INDEX documents_sha256 ON documents (sha256)",
    "CREATE INDEX items_of_unit ON items (call, unit)",
    "CREATE INDEX items_mail ON items (mail_id)",
    "CREATE INDEX items_ordinal ON items (call, ordinal)",
    "CREATE INDEX findings_item ON findings (item_id)",
    "CREATE INDEX findings_mail ON findings (mail_id)",
    "CREATE INDEX summaries_of_unit ON summaries (call, unit)",
    "CREATE INDEX letters_open ON letters (priority, deadline, id) WHERE state IN ('pending', 'sending', 'uncertain')",
    "CREATE INDEX letters_attempted ON letters (attempted_at)",
    "CREATE INDEX letters_mail ON letters (mail_id)",
    "CREATE INDEX events_mail ON events (mail_id)",
    "CREATE INDEX events_item ON events (item)",
    "CREATE INDEX events_letter ON events (letter_id)",
)

APPEND_ONLY = tuple(
    f"CREATE TRIGGER events_no_{act.lower()} BEFORE {act} ON events "
    "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
    for act in ("UPDATE", "DELETE")
)

TABLES = (
    MAILS, ARRIVALS, DOCUMENTS, ITEMS, FINDINGS, SUMMARIES, LETTERS, EVENTS,
    UNITS, APPROVALS, PAPERS, REFERENCES, LIKENESSES, COUNTERS, FACTS,
)  # fmt: skip
