"""A small IMAP server that behaves as NetEase's is known to: written by hand after what its users have reported.

It opens no folder before ID, has no IDLE, MOVE or NAMESPACE, answers a text search with nothing, uses sparse ten-digit
UIDs under UIDVALIDITY 1, echoes the last mail for ``n:*``, refuses AUTHENTICATE PLAIN that it announces.
"""

from __future__ import annotations

import re
import socketserver
import threading
from datetime import datetime, timedelta, timezone

from imapclient.imap_utf7 import decode, encode

CAPABILITIES = "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 UIDPLUS X-CM-EXT-1 SASL-IR"


class NeteaseServer:
    """One account with one inbox; its mails, by UID, are set from outside."""

    user = "gxjsc@163.example"
    password = "QWERTYUIOPASDFGH"

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.moved: dict[str, list[bytes]] = {}
        self.broken: set[int] = set()
        self.stubborn: set[int] = set()  # neither marked nor copied
        self.closed: set[str] = set()
        self.uncreated: set[str] = set()
        self.needs_login = True
        self.internaldate = datetime(2026, 6, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
        self.searches: set[str] = set()
        self.connections = 0
        self.identified = 0
        self.login_answer = ""
        self.select_answer = ""
        self.hang_ups: list[str] = []
        self.silent_at = ""
        self.fell_silent = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _Session)
        self._server.account = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"imap://{self.user.replace('@', '%40')}@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def refuse_login(self, answer: str) -> None:
        self.login_answer = answer

    def refuse_select(self, *, by_bye: bool) -> None:
        text = "SELECT Unsafe Login. Please contact kefu@188.com for help"
        self.select_answer = f"* BYE {text}" if by_bye else f"NO {text}"

    def hang_up_at(self, command: str, times: int) -> None:
        self.hang_ups += [command] * times

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    account: NeteaseServer


class _HangUpError(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    server: _Listener
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.account = self.server.account
        self.account.connections += 1
        self.known = self.selected = False
        self.logged_in = not self.account.needs_login
        self.say("* OK Coremail System IMap Server Ready")
        try:
            while line := self.rfile.readline():
                tag, _, rest = line.decode("ascii").rstrip("\r\n").partition(" ")
                self.command(tag, rest)
        except (_HangUpError, ConnectionError):
            return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")

    def command(self, tag: str, rest: str) -> None:
        words = rest.split(" ", 2)
        name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        if name in self.account.hang_ups:
            self.account.hang_ups.remove(name)
            raise _HangUpError
        if name == self.account.silent_at:
            self.account.fell_silent.set()
            self.rfile.read()  # until the client has gone
        answer = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        arguments = rest[len(name) :].strip()
        self.say(f"{tag} {answer(arguments) if answer else 'BAD Parse command error'}")
        if name == "LOGOUT":
            raise _HangUpError

    def do_capability(self, arguments: str) -> str:
        self.say(f"* CAPABILITY {CAPABILITIES} AUTH=PLAIN")
        return "OK CAPABILITY completed"

    def do_authenticate(self, arguments: str) -> str:
        return "BAD Request not ending with"

    def do_login(self, arguments: str) -> str:
        if self.account.login_answer:
            return self.account.login_answer
        if arguments != f'{self.account.user} "{self.account.password}"':
            return "NO LOGIN Login error or password error"
        self.logged_in = True
        return "OK LOGIN completed"

    def do_id(self, arguments: str) -> str:
        if not self.logged_in or not re.fullmatch(r'\(("[^"]*" ?)+\)', arguments):
            return "BAD Parse command error"
        self.known = True
        self.account.identified += 1
        self.say('* ID ("name" "Coremail Imap" "vendor" "Mailtech")')
        return "OK ID completed"

    def do_list(self, arguments: str) -> str:
        names = ["INBOX", *(encode(name).decode() for name in self.account.moved)]
        pattern = arguments.split(" ", 1)[1].strip('"')
        for name in names:
            if pattern in ("*", name):
                self.say(f'* LIST () "/" "{name}"')
        return "OK LIST completed"

    def do_create(self, arguments: str) -> str:
        name = decode(arguments.strip('"').encode())
        if name in self.account.uncreated:
            return "NO CREATE folder limit reached"
        self.account.moved.setdefault(name, [])
        return "OK CREATE completed"

    def do_subscribe(self, arguments: str) -> str:
        return "OK SUBSCRIBE completed"

    def do_select(self, arguments: str) -> str:
        if not self.known:
            return "NO SELECT Unsafe Login. Please contact kefu@188.com for help"
        if decode(arguments.strip('"').encode()) in self.account.closed:
            return "NO SELECT folder is locked"
        if self.account.select_answer.startswith("* BYE"):
            self.say(self.account.select_answer)
            raise _HangUpError
        if self.account.select_answer:
            return self.account.select_answer
        self.selected = True
        self.say(f"* {len(self.account.mails)} EXISTS")
        self.say("* 0 RECENT")
        self.say("* OK [UIDVALIDITY 1] UIDs valid")
        self.say(r"* FLAGS (\Answered \Seen \Deleted \Draft \Flagged)")
        return "OK [READ-WRITE] SELECT completed"

    do_examine = do_select

    def do_noop(self, arguments: str) -> str:
        return "OK NOOP completed"

    def do_logout(self, arguments: str) -> str:
        self.say("* BYE IMAP4rev1 Server logging out")
        return "OK LOGOUT completed"

    def do_uid_search(self, arguments: str) -> str:
        self.account.searches.add(arguments)
        found = sorted(self.account.mails) if arguments == "ALL" else self.by_number(arguments)
        self.say(" ".join(["* SEARCH", *map(str, found)]))
        return "OK SEARCH completed"

    def by_number(self, arguments: str) -> list[int]:
        """The UIDs of a range of sequence numbers; nothing for any other search."""
        numbers = re.fullmatch(r"(\d+):(\d+)", arguments)
        return sorted(self.account.mails)[int(numbers[1]) - 1 : int(numbers[2])] if numbers else []

    def uids(self, sequence: str) -> list[int]:
        there = sorted(self.account.mails)
        if "," in sequence and sequence.split(",") != sorted(sequence.split(","), key=int):
            raise _HangUpError
        if sequence.endswith(":*"):
            low = int(sequence[:-2])
            return [uid for uid in there if uid >= low] or there[-1:]
        return [uid for uid in there if str(uid) in sequence.split(",")]

    def do_uid_fetch(self, arguments: str) -> str:
        sequence, _, items = arguments.partition(" ")
        uids = self.uids(sequence)
        if self.account.broken.intersection(uids):
            return "NO FETCH failed"
        numbers = {uid: n for n, uid in enumerate(sorted(self.account.mails), 1)}
        for uid in uids:
            raw = self.account.mails[uid]
            if "BODY.PEEK[" in items:
                part = raw if "[]" in items else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                label = items.strip("()").replace(".PEEK", "")
                self.wfile.write(f"* {numbers[uid]} FETCH (UID {uid} {label} {{{len(part)}}}\r\n".encode())
                self.wfile.write(part + b")\r\n")
            else:
                when = self.account.internaldate.strftime("%d-%b-%Y %H:%M:%S %z")
                self.say(f'* {numbers[uid]} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{when}")')
        return "OK FETCH completed"

    def do_uid_copy(self, arguments: str) -> str:
        sequence, _, folder = arguments.partition(" ")
        name = decode(folder.strip('"').encode())
        if name not in self.account.moved:
            return "NO [TRYCREATE] no such folder"
        if self.account.stubborn.intersection(self.uids(sequence)):
            return "NO COPY failed"
        self.account.moved[name] += [self.account.mails[uid] for uid in self.uids(sequence)]
        return "OK COPY completed"

    def do_uid_store(self, arguments: str) -> str:
        sequence, _, flags = arguments.split(" ", 2)
        if self.account.stubborn.intersection(self.uids(sequence)):
            return "NO STORE failed"
        for uid in self.uids(sequence):
            self.account.flags.setdefault(uid, set()).update(flags.strip("()").split())
        return "OK STORE completed"

    def do_uid_expunge(self, arguments: str) -> str:
        for uid in self.uids(arguments):
            if "\\Deleted" in self.account.flags.get(uid, set()):
                del self.account.mails[uid], self.account.flags[uid]
        return "OK EXPUNGE completed"
