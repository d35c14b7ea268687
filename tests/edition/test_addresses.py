"""Which addresses may be links."""

from __future__ import annotations

import pytest

from briefs.edition.addresses import doi, is_contact, is_web, link_target

REFUSED = [
    "", "example.org", "www.example.org", "//example.org/x", "/etc/passwd", "../secret", "C:\\x", "\\\\host\\share", "#name",
    "file:///etc/passwd", "FILE:///etc/passwd", "file:///etc/passwd#@a.bc", "smb://host/share", "ftp://example.org/x",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)", "vbscript:x",
    "data:text/html,x",    "ms-word:ofe|u|https://evil.example/x.docx", "ms-msdt:/id", "search-ms:query=x",
    "view-source:https://example.org", "blob:https://a",
    "tel:+123", "sip:a@b.c", "ldap://x", "jar:https://x!/", "about:blank", "urn:isbn:1", "res://x", "mhtml:https://x",
    "feed:https://x",
    "http:/example.org", "http:example.org", "http://", "https:///etc/passwd", "https://?x", "https://#x", "http:\\\\example.org",
    "https://example.org/a b", "https://example.org/\u202ex", "https://example.org/\n", " https://example.org", "https://a\x00b",
    "https://example.org/<x>", 'https://example.org/"x', "https://example.org/" + "x" * 2000,
    "https://[::1", "https://[x]/", "https://\u2100.org/", "https://example.org:99999/", "https://:80/", "https://example.org:0/", "https://example.org:x/",
    "mailto:", "mailto:desk", "mailto:?subject=x", "mailto:desk@example.org?attach=/etc/passwd",
    "mailto:desk@example.org?bcc=a@b.c",    "mailto:desk@example.org?subject=x&attachment=/etc/passwd",
    "mailto:file:///etc/passwd@a.bc", "mailto:a@b.c\r\nBcc: x@y.z",
    "doi:", "doi:file:///etc/passwd", "doi:10.1/x", "doi:10.1000/", "doi:10.1000/a b", "doi://10.1000/182",
]  # fmt: skip
ALLOWED = [
    "http://example.org", "https://example.org/", "HTTPS://Example.org/a?b=c&d=%20#e", "https://example.org:8080/(a)",
    "https://[::1]/",
    "https://пример.example/ä", "mailto:desk@example.org", "MAILTO:desk@example.org",
    "mailto:a@b.c,d@e.f?subject=A%20b&cc=g@h.i&body=c",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_no_link(address: str) -> None:
    assert link_target(address) is None
    assert not is_web(address) and not is_contact(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_a_link_as_it_is(address: str) -> None:
    assert link_target(address) == address


@pytest.mark.parametrize(
    "written", ["10.1000/182", "doi:10.1000/182", "DOI: 10.1000/182", "https://doi.org/10.1000/182", "dx.doi.org/10.1000/182"]
)
def test_a_doi(written: str) -> None:
    assert doi(written) == "10.1000/182"


def test_a_doi_is_led_through_the_resolver() -> None:
    assert (
        link_target("doi:10.1002/(SICI)1096(199706)103:2<281::AID-1>3.0.CO;2-O")
        == "https://doi.org/10.1002/(SICI)1096(199706)103:2%3C281::AID-1%3E3.0.CO;2-O"
    )


@pytest.mark.parametrize(
    "written", ["", "182", "10.1000", "11.1000/182", "file:///10.1000/182", "https://evil.example/10.1000/182", "10.1000/\u202e1"]
)
def test_no_doi(written: str) -> None:
    assert doi(written) is None


def test_a_contact_is_a_mail_address_or_a_page() -> None:
    assert is_contact("desk@example.org") and is_contact("a.b+c@sub.example.org") and is_contact("https://example.org/x")
    for text in (
        "mailto:desk@example.org",
        "desk@example",
        "a@b.c?attach=/etc/passwd",
        "a b@c.d",
        "javascript:alert(1)@a.bc",
        "a@b.c,d@e.f",
    ):
        assert not is_contact(text), text
