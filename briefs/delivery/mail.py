"""Writes mails, each with files for one person and a text from a template; and the outbox, for use without a mail server.

In: a sender, a person, a text, files. Out: an `EmailMessage`, its bytes (RFC 5322), or an `.eml` file, which mail programs open.
Text gets into a header only as one line of plain text, and the finished bytes are checked for that. Recipients are `Person`s, which
only `people.py` makes.
"""

from __future__ import annotations

import email
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path, PurePosixPath
from typing import Any

from briefs import sandbox
from briefs.delivery.people import Person
from briefs.delivery.store import File, put
from briefs.problems import Problem, Problems

TEMPLATE = "mail/message.txt.j2"
OUTBOX = Path("outbox")
ADDRESSED = ("From", "To", "Reply-To")
_OFFICE = "vnd.openxmlformats-officedocument"
TYPES = {"pdf": "pdf", "docx": f"{_OFFICE}.wordprocessingml.document", "pptx": f"{_OFFICE}.presentationml.presentation"}


@dataclass(frozen=True)
class MailText:
    """The subject and the body of a mail."""

    subject: str
    body: str


class MessageWriter:
    """Fills the template of mails, which sets `subject` (made into one line) and `body`."""

    def __init__(self, templates: Path):
        self._environment = sandbox.Environment(templates, trim_blocks=True, lstrip_blocks=True)

    def text(self, context: Mapping[str, Any]) -> MailText:
        """The text of one mail. Raises Problems for an error in the template."""
        filled = self._environment.filled(TEMPLATE, lambda found: found.make_module(dict(context)))
        subject, body = (str(getattr(filled, name, "")).strip() for name in ("subject", "body"))
        if not (subject and body):
            hint = "docs/theming.md lists what a mail may print."
            raise Problems([Problem("error", TEMPLATE, 0, 0, "it sets no `subject`, or no `body`", hint)])
        return MailText(" ".join(subject.split()), body + "\n")


def message(
    sender: Person, replies: Person | None, to: Person, text: MailText, files: Sequence[File], id: str, when: datetime
) -> EmailMessage:
    """A mail to one person, with files attached under their own names. `id`: its Message-ID without brackets."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender)
    made["To"] = _address(to)
    if replies:
        made["Reply-To"] = _address(replies)
    made["Subject"] = _literal(text.subject)
    made["Date"] = when
    made["Message-ID"] = f"<{id}>"
    made.set_content(text.body, cte="quoted-printable")
    for file in files:
        path = PurePosixPath(file.name)
        made.add_attachment(file.data, "application", TYPES[path.suffix[1:]], filename=_literal(path.name))
    return made


def raw(made: EmailMessage) -> bytes:
    """The bytes of a mail. They are parsed again, and must have the headers that were set and no others, and the same addresses.

    A line end within a header is refused first. What Python makes of one depends on its patch level: it writes a second header,
    writes an encoded word, or raises.
    """
    if any("\r" in value or "\n" in value for value in made.values()):
        raise _unwritable(made)
    data = made.as_bytes()
    head, end, _ = data.partition(b"\r\n\r\n")
    names = [name.decode() for name in re.findall(rb"^([!-9;-~]+):", head, re.M)]  # RFC 5322, 3.6.8
    read = email.message_from_bytes(head + end, policy=SMTP)
    is_same = all(_addresses(read, name) == _addresses(made, name) for name in ADDRESSED)
    if names != made.keys() or not is_same or b"\n" in head.replace(b"\r\n", b""):
        raise _unwritable(made)
    return data


def _unwritable(made: EmailMessage) -> Problems:
    message = "its headers can’t be written so that they read the same"
    hint = "Look for unusual characters in the edition’s title, the names of countries and decks, and the people file."
    return Problems([Problem("error", f"mail to {made['To']}", 0, 0, message, hint)])


def _addresses(message: Message, name: str) -> list[str]:
    found: list[Any] = message.get_all(name, [])
    return [address.addr_spec for header in found for address in header.addresses]


def _address(person: Person) -> Address:
    return Address(_literal(person.name), addr_spec=person.address)


def _literal(text: str) -> str:
    """Text for a header in which nothing looks like an encoded word (RFC 2047). Python's library would decode such a word, and
    write line breaks in it as they are (CVE-2024-6923)."""
    return text.replace("=?", "= ?")


def write_to_outbox(made: EmailMessage, outbox: Path, to: Person, stem: str) -> Path:
    """Write a mail into the outbox and return its path, which is the same if the mail was written before.

    `X-Unsent` makes Outlook open it as a draft, with a button to send it.
    """
    made["X-Unsent"] = "1"
    name = re.sub(r"[^A-Za-z0-9@.+-]", "_", f"{stem} {to.address}"[:150])
    path = outbox / f"{name}-{made['Message-ID'][1:9]}.eml"
    put(path, raw(made))
    return path
