"""Whose letter it is, by the headers that may be believed and by none other."""

from __future__ import annotations

import pytest

from intake.letters.letter import parse_letter
from intake.model import Authentication

RECEIVED = (
    "Received: from mx.example.net by mx.example.cn (Postfix) with ESMTPS id 1; Mon, 1 Jun 2026 09:00:00 +0800\r\n"
)
COREMAIL = (
    "Received: from mail.example.net (unknown [192.0.2.1]) by gzga-mx-mtada-g0-8 (Coremail) with SMTP id XXX.123S4;\r\n"
    "\tMon, 1 Jun 2026 09:00:00 +0800 (CST)\r\n"
)


def verdict(*results: str, received: str = RECEIVED, authserv: tuple[str, ...] = (), more: str = "") -> Authentication:
    headers = "".join(f"Authentication-Results: {r}\r\n" for r in results)
    raw = f"{received}{headers}From: <kjj@bt.example.cn>\r\n{more}\r\nx".encode()
    return parse_letter(raw, authserv).authentication


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("spf=pass smtp.mailfrom=bt.example.cn", "aligned"),
        ("spf=pass smtp.mailfrom=bounce@mail.bt.example.cn", "aligned"),  # the same organisational domain
        ("spf=softfail smtp.mailfrom=x.example.com; dkim=pass header.d=example.cn", "aligned"),
        ("spf=fail smtp.mailfrom=a.com; dkim=pass header.i=@example.cn", "aligned"),
        ("dmarc=pass", "aligned"),  # names no domain: From's
        ("spf=pass smtp.mailfrom=<a@evil.com>; dmarc=fail (p=none) header.from=bt.example.cn", "failed"),
        ("spf=pass smtp.mailfrom=evil.com; dkim=fail header.d=example.cn", "failed"),
        ("spf=softfail smtp.mailfrom=example.cn; dkim=none; dmarc=fail action=none header.from=example.cn", "failed"),
        ("spf=pass smtp.mailfrom=evil.com; dkim=pass header.d=other.com", "foreign"),
        ("dmarc=pass header.from=evil.com", "foreign"),
        ("spf=softfail smtp.mailfrom=example.cn; dkim=none", "unverified"),
        ("spf=permerror; dkim=temperror", "unverified"),
        ("none", "unverified"),
        ('spf=pass smtp.mail="a; dkim=pass header.d=example.cn; x"@evil.com', "foreign"),
        ("garbage ((((", "unverified"),
        ("garbage (((( spf=fail", "failed"),
    ],
)
def test_what_a_believed_header_says(result: str, expected: str) -> None:
    assert verdict(f"mx.example.cn; {result}") == expected


def test_two_tenants_of_a_public_suffix_are_not_one_organisation() -> None:
    assert verdict("mx.example.cn; spf=pass smtp.mailfrom=evil.gov.cn") == "foreign"


def test_only_the_topmost_receiver_or_a_configured_host_is_believed() -> None:
    forged = "mx.elsewhere.net; dmarc=pass header.from=bt.example.cn"
    assert verdict(forged) == "unverified"
    assert verdict(forged, authserv=("mx.elsewhere.net",)) == "aligned"
    assert verdict(forged, received=RECEIVED + "Received: by mx.elsewhere.net; x\r\n") == "unverified"


@pytest.mark.parametrize(
    "received",
    [
        "from mx (sent by evil.net) by mx.example.cn with ESMTP; x",
        "from by evil.net (by (evil.net)) by MX.example.cn. (Postfix); x",
        "from mx by mx.example.cn([10.0.0.1]) with ESMTP (envelope-from <by evil.net@x.cn>); x",
    ],
)
def test_the_receiver_is_who_the_last_by_names_outside_comments(received: str) -> None:
    top = f"Received: {received}\r\n"
    assert verdict("evil.net; dmarc=pass", "mx.example.cn; spf=fail", received=top) == "failed"
    assert verdict("evil.net; dmarc=pass", received=top) == "unverified"


@pytest.mark.parametrize("written", ['"mx.example.cn"', "(as seen) mx.example.cn", "MX.EXAMPLE.CN 1", "mx.example.cn."])
def test_the_id_of_a_header_is_read_however_it_is_written(written: str) -> None:
    assert verdict(f"{written}; spf=fail smtp.mailfrom=example.cn") == "failed"


def test_of_several_believed_headers_the_worst_counts() -> None:
    good, bad = "mx.example.cn; dmarc=pass header.from=example.cn", "mx.example.cn; dmarc=fail header.from=example.cn"
    assert verdict(good, bad) == "failed"
    assert verdict(bad, good) == "failed"


def test_netease_is_believed_by_its_transaction_and_read_across_its_folds() -> None:
    results = "gzga-mx-mtada-g0-8; spf=pass smtp.mail=kjj@bt.exam\r\n\tple.cn; dkim=none"
    stamp = "X-CM-TRANSID: XXX.123S4\r\n"
    assert verdict(results, received=COREMAIL, more=stamp) == "aligned"
    assert verdict(results, received=COREMAIL, more="X-CM-TRANSID: YYY.999\r\n") == "unverified"
    assert verdict(results, received=COREMAIL) == "unverified"


def test_folds_between_results_stay_folds() -> None:
    assert (
        verdict("mx.example.cn;\r\n\tspf=none\r\n\tsmtp.mailfrom=x.cn;\r\n dkim=pass\r\n\theader.d=example.cn")
        == "aligned"
    )


def test_no_header_and_no_sender_prove_nothing() -> None:
    assert verdict() == "unverified"
    raw = f"{RECEIVED}Authentication-Results: mx.example.cn; dmarc=pass\r\n\r\nx".encode()
    assert parse_letter(raw, ()).authentication == "unverified"
