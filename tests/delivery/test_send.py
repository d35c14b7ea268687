"""Documents are sent to a real server on this machine, to the outbox, or into a folder: once to each person, whatever happens."""

from __future__ import annotations

import email
import json
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from briefs.delivery import mail, smtp
from briefs.delivery.people import MAX_NAME, Person
from briefs.delivery.store import File, Store
from briefs.press.cache import digest
from briefs.problems import Problems, ToolError
from tests.delivery.conftest import PEOPLE, STAFF, Run
from tests.delivery.servers import HOST, PASSWORD, USER, Handler, Running, free_port, serving
from tests.press.test_build import STRANGE, briefs, tree

ROOT = Path(__file__).parents[2]
BE, FR, LV = (f"briefs/{name}.docx" for name in ("belgium", "france", "latvia"))


def set_up(monkeypatch: pytest.MonkeyPatch, server: Running, **more: str) -> None:
    for name, value in {**server.environment, **{f"BRIEFS_SMTP_{k}": v for k, v in more.items()}}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def server(folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A server with STARTTLS, set in the environment."""
    with serving(folder, handler) as running:
        set_up(monkeypatch, running)
        yield running


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def only_first_time(command: str, address: str) -> Callable[[str, str], bool]:
    """For `Handler.drop`: drops the connection once, at this command with this address."""
    waiting = [True]
    return lambda c, a: (c, a) == (command, address) and bool(waiting) and waiting.pop()


# Who gets what.


@pytest.mark.parametrize("users", [False, True])
@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_mail_arrives_with_the_right_headers_text_and_files(
    way: str, users: bool, run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, way=way, users=users) as server:  # type: ignore[arg-type]
        set_up(monkeypatch, server, TLS=way, **({"USER": USER, "PASSWORD": PASSWORD} if users else {}))
        code, said, complaints = run("send", "Belgium", "lv", "--to", "staff")
    assert (code, complaints) == (0, "")
    assert "brief Belgium to Ann Example <ann@example.org>: sent\n" in said and said.endswith("\n6 sent.\n")
    assert handler.recipients == [*STAFF, *STAFF]
    assert all(a.encrypted and a.sender == "desk@example.org" and a.user == (USER if users else "") for a in handler.arrived)
    dist = tree(folder / "dist")
    assert [a.files for a in handler.arrived] == [{"belgium.docx": dist[BE]}] * 3 + [{"latvia.docx": dist[LV]}] * 3
    first = handler.arrived[0].mail
    assert (first["From"], first["To"], first["Reply-To"]) == (
        "Policy Desk <desk@example.org>", "Ann Example <ann@example.org>", "edits@example.org")  # fmt: skip
    assert first["Subject"] == "Small things: country brief on Belgium (draft, October 2020)"
    assert handler.arrived[2].mail["To"].addresses[0].display_name == "Müller, Zoë"
    body = first.get_body()
    assert body
    text = " ".join(body.get_content().split())
    assert all(words in text for words in ("Hello Ann Example,", "country brief on Belgium", "“Small things”", "edits@example.org"))
    assert "Track Changes" in text and "data as of August 2020" in text and "belgium.docx" in text


def test_the_store_has_what_was_sent_with_its_content(run: Run, folder: Path, server: Running) -> None:
    run("send", "be", "--to", "staff")
    store = Store(folder / "exchange")
    sent = store.by_hash(digest((folder / "dist" / BE).read_bytes()))
    assert sent and (sent.name, sent.kind, sent.subject, sent.channel, sent.is_certain) == (BE, "brief", "be", "smtp", True)
    assert sorted(s.to for s in store.sent()) == STAFF
    assert store.content(sent) == tree(folder / "content")
    arrived = {a.to[0]: a.mail["Message-ID"].strip("<>") for a in server.handler.arrived}
    assert {s.to: s.message for s in store.sent()} == arrived and len(set(arrived.values())) == 3


def test_each_person_gets_a_file_once_unless_it_changed_or_again_is_given(
    run: Run, folder: Path, handler: Handler, server: Running
) -> None:
    assert run("send", "be", "fr", "--to", "staff")[0] == 0
    code, said, _ = run("send", "be", "fr", "--to", "board,staff")
    assert (code, handler.recipients) == (0, [*STAFF, *STAFF, "chair@example.org", "chair@example.org"])  # ANN is ann
    assert said.count("has it already, mailed on 20") == 6 and said.endswith("2 sent, 6 there already.\n")
    run("send", "be", "--to", "bob@example.org", "--again")
    assert handler.recipients[8:] == ["bob@example.org"]
    rewrite(folder / "content/countries/fr.yaml", "What matters.", "What matters now.")
    run("send", "be", "fr", "--to", "staff")
    assert handler.recipients[9:] == STAFF and set(handler.arrived[-1].files) == {"france.docx"}
    assert len({a.mail["Message-ID"] for a in handler.arrived}) == len(handler.arrived)


def test_one_mail_has_all_formats_that_the_person_does_not_have(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    run("send", "be", "--to", "bob@example.org", "--format", "pdf")
    assert [set(a.files) for a in handler.arrived] == [{"belgium.pdf"}]
    assert "Track Changes" not in str(handler.arrived[0].mail.get_body())
    run("send", "be", "talk", "--to", "bob@example.org", "--format", "pptx,docx,pdf")
    assert [set(a.files) for a in handler.arrived[1:]] == [{"belgium.docx"}, {"talk.pdf", "talk.docx", "talk.pptx"}]
    assert "handout “Small slides”" in handler.arrived[2].mail["Subject"]
    types = {p.get_filename(): p.get_content_type() for p in handler.arrived[2].mail.iter_attachments()}
    assert types["talk.pptx"] == "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("briefs", [BE, FR, LV]),
        ("handout", ["handouts/talk.docx"]),
        ("talk lv", [LV, "handouts/talk.docx"]),
        ("all", [BE, FR, LV, "glance.docx", "handouts/talk.docx"]),
        ("glance", ["glance.docx"]),
        ("lv be --kinds compare", ["compare/latvia-belgium.docx"]),
        ("be briefs", [BE, FR, LV]),
        ("all --kinds brief", [BE, FR, LV]),
        ("be talk --kinds handout", ["handouts/talk.docx", "handouts/belgium.docx"]),
        ("be talk --format pptx", ["handouts/talk.pptx"]),
    ],
)
def test_words_name_kinds_decks_and_countries(words: str, files: list[str], run: Run, folder: Path) -> None:
    code, said, complaints = run("send", *words.split(), "--to", "bob@example.org", "--dry-run", "--json")
    assert (code, complaints) == (0, "")
    assert [name for one in json.loads(said) for name in one["files"]] == files


def test_the_real_editions_report_can_be_named(run: Run, folder: Path) -> None:
    words = ("send", "report", "Belgium", "--to", "staff", "--dry-run", "--quiet", "--content", str(ROOT / "content"), "--json")
    code, said, _ = run(*words)
    assert code == 0 and [r["files"] for r in json.loads(said)][::3] == [["report.docx"], [BE]]


def test_a_dry_run_shows_who_gets_what_and_sends_nothing(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    code, said, _ = run("send", "be", "fr", "--to", "staff", "--dry-run")
    assert code == 0 and "brief Belgium to bob@example.org: would get briefs/belgium.docx (to be built first)\n" in said
    assert said.endswith("\n6 to send.\n")
    assert sorted(p.name for p in folder.iterdir()) == ["authority.pem", "content", "people.yaml"]
    run("send", "be", "--to", "bob@example.org")
    run("brief", "fr")
    code, said, _ = run("send", "be", "fr", "--to", "staff", "--dry-run")
    assert "brief Belgium to bob@example.org: has it already, mailed on " in said
    assert "brief France to bob@example.org: would get briefs/france.docx\n" in said and "built" not in said
    rewrite(folder / "content/countries/fr.yaml", "What matters.", "What matters now.")
    assert "france.docx (to be built first)" in run("send", "fr", "--to", "staff", "--dry-run")[1]
    assert handler.recipients == ["bob@example.org"]


@pytest.mark.parametrize("how", ["a pipe", "a folder", "a device"])
def test_a_dry_run_builds_anew_what_can_not_be_read(how: str, run: Run, folder: Path) -> None:
    run("brief", "be")
    path = folder / "dist/briefs/belgium.docx"
    path.unlink()
    {"a pipe": os.mkfifo, "a folder": os.mkdir, "a device": lambda at: os.symlink("/dev/zero", at)}[how](path)
    code, said, complaints = run("send", "be", "--to", "staff", "--dry-run")
    assert code == 0 and said.count("belgium.docx (to be built first)") == 3 and complaints == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["be"], "say who gets it: name a list of people.yaml with --to."),
        (["be", "--to", "stuff"], "no list “stuff”, and no address in one. Did you mean “staff”?"),
        (["be", "--to", "eve@example.com"], "no list “eve@example.com”, and no address in one."),
        (["Belgum", "--to", "staff"], "no country “Belgum” in this edition. Did you mean Belgium?"),
        (["be", "--to", "staff", "--format", "pptx"], "a brief has no format “pptx”."),
        (["be", "--to", "staff", "--kinds", "breif"], "there is no kind of document “breif”. Did you mean “brief”?"),
        (["briefs", "Belgum", "--to", "staff"], "no country “Belgum” in this edition."),
        (["report", "--to", "staff"], "this edition has no report"),
        (["--to", "staff"], "the following arguments are required: WHAT"),
    ],
)
def test_a_wrong_word_ends_with_2_and_sends_nothing(words: list[str], said: str, run: Run, folder: Path) -> None:
    code, printed, complaints = run("send", *words)
    assert (code, printed) == (2, "") and said in complaints
    assert sorted(p.name for p in folder.iterdir()) == ["content", "people.yaml"]


def test_a_failed_document_is_sent_to_nobody_and_the_others_are_sent(
    run: Run, folder: Path, handler: Handler, server: Running
) -> None:
    rewrite(folder / "content/countries/fr.yaml", "A **first thing** happened.", f"**{STRANGE}**.")
    code, said, complaints = run("send", "be", "fr", "--to", "staff")
    assert code == 3 and "countries/fr.yaml:5:35: error: no font" in complaints and said.endswith("3 sent.\n")
    assert {name for a in handler.arrived for name in a.files} == {"belgium.docx"}


# The server: certificates, users.


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    way: str, run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, way=way, users=True) as server:  # type: ignore[arg-type]
        set_up(monkeypatch, server, TLS=way, USER=USER, PASSWORD=PASSWORD)
        monkeypatch.delenv("BRIEFS_SMTP_CA")
        code, _, complaints = run("send", "be", "--to", "staff")
        assert code == 4 and "can’t be trusted: " in complaints and "BRIEFS_SMTP_CA" in complaints
        assert handler.commands == []  # not even the password was sent
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        assert run("send", "be", "--to", "staff")[0] == 0
    assert handler.recipients == STAFF


def test_a_certificate_for_another_host_is_not_trusted(
    run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, name="mail.example.org") as server:
        set_up(monkeypatch, server)
        code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 4 and "Hostname mismatch" in complaints and f"Is {HOST} the name in it?" in complaints
    assert handler.commands == []


def test_nothing_is_sent_over_a_connection_that_can_not_be_encrypted(
    run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, way="plain", users=True) as server:
        set_up(monkeypatch, server, USER=USER, PASSWORD=PASSWORD)
        code, _, complaints = run("send", "be", "--to", "staff")
        assert code == 4 and "doesn’t offer STARTTLS; mail is never sent unencrypted" in complaints
        monkeypatch.setenv("BRIEFS_SMTP_TLS", "tls")
        code, _, complaints = run("send", "be", "--to", "staff")
        assert code == 4 and "doesn’t speak TLS as expected" in complaints and "BRIEFS_SMTP_TLS=starttls" in complaints
    assert handler.commands == []


@pytest.mark.parametrize(
    ("users", "settings", "said"),
    [
        (True, {"USER": USER, "PASSWORD": "open"}, "doesn’t know this user and password: 535"),
        (True, {"USER": USER, "PASSWORD": "пароль"}, "letters other than ASCII"),
        (True, {}, "accepts mail only from known users: set BRIEFS_SMTP_USER."),
    ],
)
def test_a_wrong_user_or_password_ends_with_4(
    users: bool, settings: dict[str, str], said: str, run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, users=users) as server:
        set_up(monkeypatch, server, **settings)
        code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 4 and said in complaints and PASSWORD not in complaints and "Traceback" not in complaints
    assert not handler.arrived and not Store(folder / "exchange").sent()


def test_a_server_that_does_not_exist_ends_with_4(run: Run, folder: Path, server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFS_SMTP_PORT", str(free_port()))
    code, _, complaints = run("send", "be", "--to", "staff")
    assert (
        code == 4 and f"the mail server {HOST}:{os.environ['BRIEFS_SMTP_PORT']} can’t be reached: Connection refused." in complaints
    )
    monkeypatch.setenv("BRIEFS_SMTP_HOST", "no-such-host.invalid")
    code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 4 and "no-such-host.invalid" in complaints and "there is no such name" in complaints


class Keys(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]
    known: dict[tuple[str, str], str]

    def get_password(self, service: str, username: str) -> str | None:
        return self.known.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.known[service, username] = password


def test_the_password_may_come_from_a_keyring(run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    before, keys = keyring.get_keyring(), Keys()
    keys.known = {}
    keyring.set_keyring(keys)
    try:
        with serving(folder, handler, users=True) as server:
            set_up(monkeypatch, server, USER=USER)
            code, _, complaints = run("send", "be", "--to", "staff")
            assert (
                code == 4 and "there is no password for the mail server." in complaints and "keyring set briefs desk" in complaints
            )
            keyring.set_password("briefs", USER, PASSWORD)
            assert run("send", "be", "--to", "staff")[0] == 0
    finally:
        keyring.set_keyring(before)
    assert {a.user for a in handler.arrived} == {USER}


def test_without_a_keyring_the_message_says_how_to_set_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: str) -> str:
        raise keyring.errors.NoKeyringError

    monkeypatch.setattr(keyring, "get_password", none)
    with pytest.raises(ToolError, match=r"this system has no keyring\. Set BRIEFS_SMTP_PASSWORD"):
        smtp.server({"BRIEFS_SMTP_HOST": "m.example.org", "BRIEFS_SMTP_USER": "u"})


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, None),
        ({"PORT": "25"}, None),
        ({"HOST": "m.example.org"}, smtp.Server("m.example.org", 587, "starttls")),
        ({"HOST": " m.example.org ", "PORT": "465"}, smtp.Server("m.example.org", 465, "tls")),
        ({"HOST": "m", "TLS": "TLS"}, smtp.Server("m", 465, "tls")),
        ({"HOST": "m", "TLS": "starttls", "PORT": "465"}, smtp.Server("m", 465, "starttls")),
        ({"HOST": "m", "USER": "u", "PASSWORD": " p "}, smtp.Server("m", 587, "starttls", "u", " p ")),
        ({"HOST": "smtp://m"}, "write the server’s name only"),
        ({"HOST": "m", "PORT": "http"}, "BRIEFS_SMTP_PORT is “http”"),
        ({"HOST": "m", "PORT": "70000"}, "BRIEFS_SMTP_PORT is “70000”"),
        ({"HOST": "m", "PORT": "²"}, "BRIEFS_SMTP_PORT is “²”"),
        ({"HOST": "m", "TLS": "none"}, "Mail is never sent unencrypted."),
    ],
)
def test_settings_of_the_server(settings: dict[str, str], found: smtp.Server | str | None) -> None:
    environment = {f"BRIEFS_SMTP_{name}": value for name, value in settings.items()}
    if isinstance(found, str):
        with pytest.raises(ToolError, match=found):
            smtp.server(environment)
    else:
        assert smtp.server(environment) == found
        assert not found or " p " not in repr(smtp.server(environment))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_can_not_be_read_is_reported(
    content: str | None, run: Run, folder: Path, server: Running
) -> None:
    os.environ["BRIEFS_SMTP_CA"] = "own.pem"
    if content:
        (folder / "own.pem").write_text(content)
    code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 4 and "BRIEFS_SMTP_CA names own.pem, which can’t be used: " in complaints


# Replies.


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "done"])
@pytest.mark.parametrize(
    ("code", "said"), [("550 no, thank you", "refused: 550 no, thank you"), ("451 later", "not sent: 451 later")]
)
def test_a_refused_mail_is_reported_and_the_others_are_sent(
    command: str, code: str, said: str, run: Run, handler: Handler, server: Running
) -> None:
    def bob(asked: str, address: str) -> str | None:
        mails = sum(c.startswith("MAIL") for c in handler.commands)
        return code if asked == command and (address == "bob@example.org" or (asked == "MAIL" and mails == 2)) else None

    handler.says = bob
    ended, printed, complaints = run("send", "be", "--to", "staff")
    assert (ended, complaints) == (3, "") and f"brief Belgium to bob@example.org: {said}\n" in printed
    assert [r for r in handler.recipients if r != "bob@example.org"] == ["ann@example.org", "zoe@example.org"]
    handler.says = lambda command, address: None
    handler.arrived.clear()
    ended, printed, _ = run("send", "be", "--to", "staff")
    assert (ended, handler.recipients) == (0, ["bob@example.org"]) and printed.endswith("1 sent, 2 there already.\n")
    assert "twice" not in printed


def test_control_characters_in_a_reply_do_not_reach_the_terminal(run: Run, handler: Handler, server: Running) -> None:
    handler.says = lambda command, address: "550 \x1b[31mred\x07 " + "x" * 300 if command == "RCPT" else None
    _, printed, _ = run("send", "be", "--to", "bob@example.org")
    assert "\x1b" not in printed and "\x07" not in printed and "refused: 550 [31mred x" in printed
    assert max(map(len, printed.splitlines())) < 300


def test_a_mail_that_is_too_large_is_refused_before_it_is_sent(
    run: Run, folder: Path, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(folder, handler, data_size_limit=10_000) as server:
        set_up(monkeypatch, server)
        code, said, _ = run("send", "be", "--to", "bob@example.org")
    assert code == 3 and "and the server accepts 10,000" in said and handler.commands == []


# Connections that drop.


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "done"])
def test_a_connection_that_drops_is_opened_again(command: str, run: Run, handler: Handler, server: Running) -> None:
    handler.drop = only_first_time(command, "desk@example.org" if command == "MAIL" else "bob@example.org")
    code, said, complaints = run("send", "be", "--to", "staff")
    assert code == 0 and f"{HOST}:{server.controller.port}: " in complaints and "trying again in 0 s" in complaints
    again = 1 + (command == "done")
    assert Counter(handler.recipients) == {"ann@example.org": 1, "bob@example.org": again, "zoe@example.org": 1}
    assert len({a.mail["Message-ID"] for a in handler.arrived}) == 3  # so a mail program can recognise the second copy
    assert "sent at try 2" in said and ("may arrive twice" in said) == (command in {"DATA", "done"})
    assert all(s.is_certain for s in Store(Path("exchange")).sent()) and run("send", "be", "--to", "staff")[1].endswith(
        "3 there already.\n"
    )


def test_a_server_that_refuses_the_second_copy_does_not_undo_the_first(run: Run, handler: Handler, server: Running) -> None:
    handler.drop = only_first_time("done", "bob@example.org")
    handler.says = lambda command, address: "554 duplicate" if command == "DATA" and address in handler.recipients else None
    code, said, _ = run("send", "be", "--to", "staff")
    assert code == 3 and "bob@example.org: perhaps sent: 554 duplicate" in said
    assert Counter(handler.recipients) == dict.fromkeys(STAFF, 1)
    assert sorted((s.to, s.is_certain) for s in Store(Path("exchange")).sent()) == list(
        zip(STAFF, (True, False, True), strict=True)
    )


def test_after_421_the_mail_is_tried_again(run: Run, handler: Handler, server: Running) -> None:
    first = only_first_time("RCPT", "bob@example.org")
    handler.says = lambda command, address: "421 busy" if first(command, address) else None
    code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 0 and "421 busy; trying again" in complaints and handler.recipients == STAFF


def test_a_server_that_does_not_reply_is_given_up(
    run: Run, handler: Handler, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 0.2)
    handler.held = threading.Event()
    code, said, complaints = run("send", "be", "--to", "bob@example.org")
    assert code == 3 and "bob@example.org: perhaps sent: the server is gone (no answer)" in said and not complaints
    handler.held.set()
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 20)
    assert run("send", "be", "--to", "bob@example.org")[0] == 0
    assert len({a.mail["Message-ID"] for a in handler.arrived}) == 1


@pytest.mark.parametrize(("command", "said"), [("RCPT", "not sent"), ("DATA", "perhaps sent"), ("done", "perhaps sent")])
def test_a_mail_that_always_drops_the_connection_does_not_stop_the_others(
    command: str, said: str, run: Run, handler: Handler, server: Running
) -> None:
    handler.drop = lambda c, address: (c, address) == (command, "bob@example.org")
    code, printed, _ = run("send", "be", "--to", "staff")
    assert code == 3 and f"bob@example.org: {said}: the connection was lost" in printed
    assert printed.endswith(f"2 sent, 1 {said}. Run the same command again to send the rest.\n")
    assert handler.recipients[-1] == "zoe@example.org" and handler.recipients.count("bob@example.org") == (
        4 if command == "done" else 0
    )
    handler.drop = lambda c, address: False
    handler.arrived.clear()
    code, printed, _ = run("send", "be", "--to", "staff")
    assert (code, handler.recipients) == (0, ["bob@example.org"])
    assert ("may arrive twice" in printed) == (command != "RCPT")


def test_a_server_that_goes_away_leaves_the_rest_for_the_next_run(
    run: Run, folder: Path, handler: Handler, server: Running
) -> None:
    def after_bob(command: str, address: str) -> bool:
        if (command, address) == ("RCPT", "bob@example.org"):
            server.hang_up()
            return True
        return False

    handler.drop = after_bob
    code, said, _ = run("send", "be", "--to", "staff")
    assert code == 3 and said.count("not sent: the server is gone (Connection refused)") == 2
    assert said.endswith("1 sent, 2 not sent. Run the same command again to send the rest.\n")
    assert [s.to for s in Store(folder / "exchange").sent()] == ["ann@example.org"]


# Interrupted runs.


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "done"])
def test_a_killed_run_continues_where_it_stopped(command: str, run: Run, folder: Path, handler: Handler, server: Running) -> None:
    run("brief", "be", "fr")
    process = briefs(["send", "be", "fr", "--to", "staff", "--jobs", "1"], folder)

    def kill(asked: str, address: str) -> bool:
        mails = sum(c.startswith("MAIL") for c in handler.commands)
        if asked == command and mails == 5 and process.poll() is None:  # France, to Bob
            process.kill()
            process.wait()
            return True
        return False

    handler.drop = kill
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    code, said, _ = run("send", "be", "fr", "--to", "staff")
    assert code == 0 and said.endswith("\n2 sent, 4 there already.\n")
    got = Counter((a.to[0], *a.files) for a in handler.arrived)
    doubled = {("bob@example.org", "france.docx"): 1 + (command == "done")}
    assert got == {(to, name): 1 for to in STAFF for name in ("belgium.docx", "france.docx")} | doubled
    assert len({a.mail["Message-ID"] for a in handler.arrived}) == 6
    assert said.count("may arrive twice") == (command in {"DATA", "done"})
    assert "2 sent" not in run("send", "be", "fr", "--to", "staff")[1]


def test_ctrl_c_ends_at_once_though_the_server_is_slow(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    run("brief", "be")
    process = briefs(["send", "be", "--to", "staff", "--jobs", "1"], folder)

    def interrupt(command: str, address: str) -> bool:
        if (command, address) == ("DATA", "bob@example.org") and process.poll() is None:
            handler.held = threading.Event()  # no reply from now on
            process.send_signal(signal.SIGINT)
        return False

    handler.drop = interrupt
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (130, "\ninterrupted; no half-written file is left\n")
    assert handler.held
    handler.held.set()
    code, said, _ = run("send", "be", "--to", "staff")
    assert code == 0 and said.endswith("\n2 sent, 1 there already.\n") and said.count("may arrive twice") == 1


def test_an_interrupted_resend_continues_where_it_stopped(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    run("send", "be", "fr", "--to", "staff")
    handler.arrived.clear()
    handler.drop = lambda command, address: (command, address) == ("DATA", "bob@example.org")
    handler.says = lambda command, address: "550 no" if (command, address) == ("RCPT", "zoe@example.org") else None
    assert run("send", "be", "fr", "--to", "staff", "--again")[0] == 3
    assert handler.recipients == ["ann@example.org"] * 2
    handler.drop = lambda command, address: False
    code, said, complaints = run("send", "be", "fr", "--to", "staff", "--again")  # Zoë was refused, Bob may have them
    assert code == 0 and "Continuing an interrupted run" in complaints and said.endswith("2 sent, 4 there already.\n")
    assert handler.recipients[2:] == ["bob@example.org"] * 2
    handler.says = lambda command, address: None
    assert run("send", "be", "fr", "--to", "staff", "--again")[1].endswith("6 sent.\n")
    assert "6 there already" in run("send", "be", "fr", "--to", "staff")[1]


def test_two_runs_at_once_send_each_mail_once(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    run("brief", "be", "fr")
    processes = [briefs(["send", "be", "fr", "--to", "staff", "--jobs", "1"], folder) for _ in range(2)]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(handler.recipients) == sorted(STAFF * 2)
    assert sorted(text.splitlines()[-1] for text in said) == ["6 sent.", "6 there already."]


# The outbox.


def test_without_a_server_mails_are_written_for_a_mail_program(run: Run, folder: Path) -> None:
    code, said, complaints = run("send", "be", "--to", "staff")
    assert (code, complaints) == (0, "") and "3 written to outbox/. Open each in a mail program and send it" in said
    files = sorted((folder / "outbox").iterdir())
    assert [f.name.rpartition("-")[0] for f in files] == [f"belgium_{address}" for address in STAFF]
    for path, address in zip(files, STAFF, strict=True):
        message = email.message_from_bytes(path.read_bytes(), policy=POLICY)
        assert isinstance(message, EmailMessage)
        assert message["To"].addresses[0].addr_spec == address and message["X-Unsent"] == "1"
        (attached,) = message.iter_attachments()
        assert attached.get_content() == (folder / "dist" / BE).read_bytes()
    assert {s.channel for s in Store(folder / "exchange").sent()} == {"outbox"}
    assert "3 there already" in run("send", "be", "--to", "staff")[1] and sorted((folder / "outbox").iterdir()) == files
    run("send", "be", "--to", "bob@example.org", "--again")
    assert len(list((folder / "outbox").iterdir())) == 4


def test_an_outbox_that_can_not_be_written_is_reported(run: Run, folder: Path) -> None:
    (folder / "outbox").write_text("in the way")
    code, _, complaints = run("send", "be", "--to", "staff")
    assert code == 1 and "outbox: error: can’t be written" in complaints
    (folder / "outbox").unlink()
    code, said, _ = run("send", "be", "--to", "staff")  # the first was begun before, and is written now
    assert code == 0 and said.endswith("no mail server is set.\n") and len(list((folder / "outbox").iterdir())) == 3


def test_json_has_the_outcome_for_each_person(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    handler.says = lambda command, address: "550 unknown" if (command, address) == ("RCPT", "bob@example.org") else None
    code, said, _ = run("send", "be", "--to", "staff", "--json")
    told = json.loads(said)
    assert code == 3 and [(r["to"], r["outcome"]) for r in told] == list(zip(STAFF, ["sent", "refused", "sent"], strict=True))
    assert set(told[1]) == {"kind", "subject", "name", "files", "to", "outcome", "said", "tries", "may_arrive_twice"}
    assert run("send", "be", "--to", "ann@example.org", "--quiet") == (0, "", "")
    code, said, complaints = run("send", "be", "--to", "staff", "--quiet")
    assert (code, said, complaints) == (3, "", "brief Belgium to bob@example.org: refused: 550 unknown\n")


# The text of mails.


def test_content_can_not_inject_a_header_or_an_address(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    evil = "Small\n\nthings\nBcc: eve@example.com\n\n.\nRCPT TO: eve@example.com\n"
    evil += '"x" eve@example.com, ( 7 * 7 ) =?utf-8?q?=0ABcc:_eve@example.com?='
    name = 'Belgium\nTo: eve@example.com\nRCPT TO:<eve@example.com>\n"x" <eve@example.com>, { 7 * 7 } {{ 7 * 7 }}'
    about = yaml.safe_load((folder / "content/edition.yaml").read_text())
    (folder / "content/edition.yaml").write_text(
        yaml.safe_dump({**about, "title": evil, "subjects": [{"code": "be", "name": name}]})
    )
    rewrite(folder / "content/decks/talk.md", "title: Small slides", 'title: "Slides\\nCc: eve@example.com"')
    code, _, complaints = run("send", "be", "talk", "--to", "staff")
    assert (code, complaints) == (0, "")
    assert handler.recipients == [*STAFF, *STAFF] and len(handler.arrived) == 6
    for arrived in handler.arrived:
        names = [name.lower() for name in arrived.mail]
        assert sorted(names) == sorted({"from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"})
        assert [a.addr_spec for a in arrived.mail["To"].addresses] == arrived.to
        assert "eve@example.com" in arrived.mail["Subject"] and "\n" not in str(arrived.mail["Subject"])
        body = arrived.mail.get_body()
        words = " ".join(body.get_content().split()) if body else ""
        printed = " ".join(evil.split()).replace('"x"', "“x”")  # marks as the pages have them
        assert printed in words and ("Slides Cc:" in words or " ".join(name.split()).replace('"x"', "“x”") in words)


SIGNS = some.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))  # the characters that content may have
TEXT = some.lists(some.one_of(some.text(SIGNS), some.sampled_from(["=?utf-8?q?=0ABcc:_eve@example.com?=", "=?", "?=", "\n", ","])))


@settings(deadline=None)
@given(TEXT.map("".join), TEXT.map("".join), TEXT.map("".join), TEXT.map("".join), some.binary(max_size=300))
def test_any_text_survives_a_mail(subject: str, body: str, name: str, file: str, data: bytes) -> None:
    words = mail.MailText(" ".join(subject.split()), f"{body}\n")
    person, sender = Person(" ".join(name.split())[:MAX_NAME].strip(), "ann@example.org"), Person("", "desk@example.org")
    one = File(f"briefs/x{' '.join(file.replace('/', '').split())}.docx", "brief", "be", "a4", data)
    raw = mail.raw(mail.message(sender, None, person, words, [one], "abc@example.org", datetime(2026, 1, 2)))
    read = email.message_from_bytes(raw, policy=POLICY)
    assert isinstance(read, EmailMessage)
    assert list(read) == ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
    assert [a.addr_spec for a in read["To"].addresses] == ["ann@example.org"]
    assert squeezed(str(read["Subject"])) == squeezed(words.subject)
    part = read.get_body()
    assert part and part.get_content().replace("\r\n", "\n") == words.body
    (attached,) = read.iter_attachments()
    assert attached.get_content() == data and list(attached) == [
        "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"]  # fmt: skip
    assert max(map(len, raw.split(b"\r\n"))) <= 998 and b"\n" not in raw.replace(b"\r\n", b"") and raw.isascii()


def squeezed(text: str) -> str:
    """Without spaces: the program adds some so that nothing looks like an encoded word, and folding may remove some."""
    return "".join(text.split())


@pytest.mark.parametrize("end", ["=0A", "=0D", "=0D=0A"])
def test_a_header_with_a_line_end_is_refused(end: str) -> None:
    made = EmailMessage(policy=POLICY)
    made["To"] = "ann@example.org"
    made["Subject"] = f"=?utf-8?q?a{end}Bcc:_eve@example.com?="
    with pytest.raises(Problems, match="its headers can’t be written so that they read the same"):
        mail.raw(made)


def test_the_text_of_a_mail_is_a_template(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    shutil.copytree(ROOT / "templates", folder / "templates")
    template = folder / "templates/mail/message.txt.j2"
    template.write_text(
        "{% set subject %}{{ name }} für\n {{ to }}{% endset %}{% set body %}Guten Tag\n.\n..\n.x {{ kind }}{% endset %}"
    )
    assert run("send", "be", "--to", "staff", "--templates", "templates")[0] == 0
    body = handler.arrived[0].mail.get_body()
    assert handler.arrived[0].mail["Subject"] == "Belgium für Ann Example"
    assert body and body.get_content().splitlines() == ["Guten Tag", ".", "..", ".x brief"]
    for broken, said in (
        ("{{ nme }}", "'nme' is undefined"),
        ("{% set", "error: "),
        ("Hello", "it sets no `subject`"),
    ):
        template.write_text(broken)
        code, _, complaints = run("send", "be", "--to", "staff", "--again", "--templates", "templates")
        assert code == 1 and "mail/message.txt.j2" in complaints and said in complaints
    assert len(handler.arrived) == 3


# Exports.


def test_an_export_is_a_copy_and_is_recorded(run: Run, folder: Path) -> None:
    code, said, complaints = run("export", "there", "be", "talk", "--quiet")
    assert (code, said, complaints) == (0, "", "")
    assert tree(folder / "there") == {name: (folder / "dist" / name).read_bytes() for name in (BE, "handouts/talk.docx")}
    store = Store(folder / "exchange")
    assert [(s.name, s.to, s.channel) for s in store.sent()] == [("handouts/talk.docx", "", "export"), (BE, "", "export")][::-1]
    assert store.content(store.sent()[0]) == tree(folder / "content")


def test_a_dry_run_of_an_export_lists_everything_and_writes_nothing(run: Run, folder: Path) -> None:
    code, said, _ = run("export", "there", "--dry-run")
    assert code == 0 and said.splitlines()[:3] == [f"there/{name}" for name in (BE, FR, LV)]
    assert sorted(p.name for p in folder.iterdir()) == ["content", "people.yaml"]
    assert json.loads(run("export", "there", "--dry-run", "--json")[1])[0] == f"there/{BE}"


def test_an_export_replaces_only_files_that_were_sent(run: Run, folder: Path) -> None:
    run("export", "there", "be", "fr")
    old = (folder / "there" / FR).read_bytes()
    (folder / "there" / BE).write_bytes(b"somebody's work")
    rewrite(folder / "content/countries/fr.yaml", "What matters.", "What matters now.")
    rewrite(folder / "content/countries/be.yaml", "It says what matters.", "It says what mattered.")
    code, said, complaints = run("export", "there", "be", "fr")
    assert code == 3 and "there/briefs/belgium.docx: error: there is a file that was never sent as it is now" in complaints
    assert (folder / "there" / BE).read_bytes() == b"somebody's work" and (folder / "there" / FR).read_bytes() != old
    assert f"there/{FR}\n" in said


def test_an_export_for_people_counts_as_sent_to_them(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    assert run("export", "there", "be", "--to", "board", "--store", "elsewhere")[0] == 0
    assert sorted(s.to for s in Store(folder / "elsewhere").sent()) == ["ANN@example.org", "chair@example.org"]
    _, said, _ = run("send", "be", "--to", "staff", "--store", "elsewhere")
    assert "Ann Example <ann@example.org>: has it already, exported on" in said and handler.recipients == STAFF[1:]
    assert not (folder / "exchange").exists()


# The people file.


def test_another_people_file_can_be_named(run: Run, folder: Path, handler: Handler, server: Running) -> None:
    (folder / "others.yaml").write_text(PEOPLE.replace("replies: edits@example.org\n", "").replace("staff:", "press:"))
    assert run("send", "be", "--to", "press", "--people", "others.yaml")[0] == 0
    assert handler.recipients == STAFF and "Reply-To" not in handler.arrived[0].mail
    (folder / "people.yaml").rename(folder / "content/people.yaml")
    code, _, complaints = run("send", "be", "--to", "staff", "--people", "content/people.yaml")
    assert code == 1 and "the people file can’t be in the content folder" in complaints and handler.recipients == STAFF
