"""Signatures: an edit voids those of its piece and no other, a final edition needs them, a draft says who has yet to sign."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefs.cli import main
from briefs.edition import signoff
from briefs.edition.model import Edition, SignOff
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.ledger import pages, signing
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small
from tests.ledger import history

ROLES = [
    {"id": "author", "label": "the author"},
    {"id": "lawyer", "label": "the lawyer"},
    {"id": "chair", "label": "Chair", "required": False},
]
PIECES = ["countries/be.yaml", "countries/ee.yaml", "report/01-opening.md"]


def files(status: str = "draft", roles: list[dict[str, Any]] = ROLES) -> dict[str, bytes]:
    """The first state of the made-up history, with roles."""
    found = dict(history.states()[history.DAYS[0]])
    head = yaml.safe_load(found["edition.yaml"])
    found["edition.yaml"] = yaml.safe_dump({**head, "roles": roles, "status": status}, sort_keys=False).encode()
    return found


def edition(given: Mapping[str, bytes]) -> Edition:
    reading = read_files(given)
    assert reading.edition, reading.problems
    return reading.edition


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder in which everything is signed by both that have to."""
    for path, data in files().items():
        (tmp_path / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / path).write_bytes(data)
    for role in ("author", "lawyer"):
        signed(tmp_path / "content", "all", role)
    return tmp_path / "content"


def signed(content: Path, what: str, role: str, name: str = "Jo Ray") -> None:
    assert main(["sign", what, "--as", role, "--by", name, "--content", str(content), "--quiet"]) == ExitCode.DONE


def edit(content: Path, path: str, old: str, new: str) -> None:
    text = (content / path).read_text()
    assert text.count(old) == 1, path
    (content / path).write_text(text.replace(old, new))


def listed(content: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    main(["sign", "--content", str(content), "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def void(content: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """The items that void the lawyer's signatures, by piece."""
    own = [one for one in listed(content, capsys) if one["role"] == "lawyer"]
    assert [one["piece"] for one in own] == PIECES
    return {one["piece"]: [item["item"] for item in one["changed"]] for one in own if not one["holds"]}


def test_everything_that_is_signed_holds(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert void(content, capsys) == {}
    assert main(["sign", "--content", str(content)]) == ExitCode.DONE
    assert "countries/be.yaml, the lawyer: signed by Jo Ray on" in capsys.readouterr().out


@pytest.mark.parametrize(
    "path, old, new, piece, items",
    [
        ("countries/be.yaml", "35 per cent", "30 per cent", "countries/be.yaml", ["be-01"]),
        ("countries/be.yaml", "weighs new", "weighs", "countries/be.yaml", ["summary"]),
        ("countries/be.yaml", "stance: wary", "stance: closed", "countries/be.yaml", ["stance"]),
        ("countries/be.yaml", "2024-11", "2024-12", "countries/be.yaml", ["be-02/details"]),
        ("countries/be.yaml", "value: in draft", "value: in force", "countries/be.yaml", ["data/rule"]),
        ("countries/ee.yaml", "2023-02", "2023-03", "countries/ee.yaml", ["ee-01/details"]),
        ("report/01-opening.md", "title: How it began", "title: How all began", "report/01-opening.md", ["title"]),
    ],
)
def test_an_edit_voids_its_own_piece_and_says_by_what(
    path: str, old: str, new: str, piece: str, items: list[str], content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(content, path, old, new)
    assert void(content, capsys) == {piece: items}


def test_a_paragraph_more_is_told_with_its_words(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(content, "report/01-opening.md", "\nThe second", "\nA new paragraph.\n\nThe second")
    own = next(one for one in listed(content, capsys) if one["piece"] == "report/01-opening.md" and one["role"] == "author")
    assert [item["words"] for item in own["changed"] if item["item"].startswith("paragraph")] == ["A new paragraph."]
    assert main(["sign", "--content", str(content)]) == ExitCode.LEFT
    said = capsys.readouterr().out
    assert "report/01-opening.md, the author: signed by Jo Ray on" in said and "void since\n  paragraph: “A new paragraph.”" in said


def test_a_fact_that_is_taken_out_voids_its_piece(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = content / "countries/be.yaml"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "be-01" not in line))
    assert void(content, capsys) == {"countries/be.yaml": ["be-01", "be-01/details", "source one"]}
    main(["sign", "--content", str(content)])
    assert "  be-01: taken out" in capsys.readouterr().out


def test_a_source_that_is_cited_is_signed_with_its_piece(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(content, "sources.yaml", "About two", "About the second")
    assert void(content, capsys) == {"countries/be.yaml": ["source two"], "countries/ee.yaml": ["source two"]}


def test_lines_that_end_elsewhere_in_a_section_void_nothing(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(content, "report/01-opening.md", "says why", "says\nwhy")
    assert void(content, capsys) == {}


def test_a_reworded_label_voids_nothing_and_is_told(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = content / "labels/en.yaml"
    path.write_text(path.read_text().replace("\ndraft: Draft", "\ndraft: A draft"))
    assert void(content, capsys) == {}
    main(["sign", "--content", str(content)])
    assert "labels of the edition have changed since" in capsys.readouterr().out


def test_signing_again_makes_it_hold_again(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(content, "countries/be.yaml", "35 per cent", "30 per cent")
    signed(content, "Belgium", "lawyer", "Al Fox")
    assert void(content, capsys) == {}
    assert {(one["by"], one["holds"]) for one in listed(content, capsys) if one["piece"] == PIECES[0] and one["by"]} == {
        ("Jo Ray", False),
        ("Al Fox", True),
    }


# What documents do with it.


def with_signatures(given: dict[str, bytes], content: Path) -> dict[str, bytes]:
    return given | {signoff.FILE: (content / signoff.FILE).read_bytes()}


def test_a_final_edition_needs_every_required_signature(content: Path, session: Session) -> None:
    given = with_signatures(files("final"), content)
    assert small.brief(session, edition(given), "pdf")
    given["countries/ee.yaml"] = given["countries/ee.yaml"].replace(b"2023-02", b"2023-03")
    assert small.brief(session, edition(given), "pdf"), "another country's piece is void"
    with pytest.raises(Problems) as refused:
        small.brief(session, edition(given), "pdf", code="ee")
    assert [str(problem) for problem in refused.value.problems] == [
        "countries/ee.yaml:1: error: not signed by the author, the lawyer. "
        "`sign` lists what is missing, and signs. A draft needs none."
    ]


def test_check_names_each_piece_of_a_final_edition_that_isnt_signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, data in files("final").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert main(["check", "--content", str(tmp_path)]) == ExitCode.CONTENT
    said = capsys.readouterr().err
    assert all(f"{path}:1: error: not signed by the author, the lawyer" in said for path in PIECES)


def test_a_draft_says_who_has_yet_to_sign(content: Path, session: Session) -> None:
    def words(given: Mapping[str, bytes]) -> str:
        made = small.brief(session, edition(given), "pdf")
        return pages.read("a.pdf", made.files["pdf"])[0].letters

    assert "draftnotyetsignedbytheauthorandthelawyer" in words(files())
    assert "notyetsigned" not in words(with_signatures(files(), content))


def test_without_roles_nothing_is_asked(session: Session) -> None:
    assert edition(files("final", [])).unsigned == {}


# What isn't understood.


@pytest.mark.parametrize(
    "words, said",
    [
        (["Belgium", "--as", "lawer", "--by", "Jo"], "there is no role “lawer”. Did you mean “lawyer”?"),
        (["Belgium", "--by", "Jo"], "say as what you sign, with --as. There are author, lawyer, chair."),
        (["Belgium", "--as", "lawyer"], "say who signs: --by with your name"),
        (["Belgium", "--as", "lawyer", "--by", "J" * 101], "say who signs: --by with your name, in at most 100 letters."),
        (["Belgium", "--as", "lawyer", "--by", "Jo\u202eRay"], "say who signs: --by with your name"),
        (["Belgum", "--as", "lawyer", "--by", "Jo"], "Did you mean Belgium?"),
        (["Belgium", "--as", "lawyer", "--by", "Jo", "--withdraw", "--key", "jo"], "a withdrawal isn’t signed with a key."),
    ],
)
def test_what_cant_be_signed_is_told(words: list[str], said: str, content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (content / signoff.FILE).read_bytes()
    assert main(["sign", *words, "--content", str(content)]) == ExitCode.USAGE
    assert said in capsys.readouterr().err
    assert (content / signoff.FILE).read_bytes() == before


@pytest.mark.parametrize(
    "text, said",
    [
        ("signatures: 3", "signoff.yaml:1:13: error: “signatures” should be a list"),
        ("signatures: [{piece: countries/be.yaml}]", "signoff.yaml:1:14: error"),
        ("a: [", "signoff.yaml:1"),
    ],
)
def test_a_damaged_file_is_an_error_at_its_line(text: str, said: str) -> None:
    problems = read_files({**files(), signoff.FILE: text.encode()}).problems
    assert any(str(problem).startswith(said) for problem in problems), problems


def test_a_role_that_is_gone_is_an_error_and_a_piece_that_is_gone_a_warning(content: Path) -> None:
    given = with_signatures(files(roles=ROLES[:1]), content)
    assert "there is no role “lawyer”" in str(read_files(given).problems[0])
    given = with_signatures(files(), content)
    del given["countries/ee.yaml"]
    assert any("“countries/ee.yaml” was signed, and is no longer" in str(problem) for problem in read_files(given).problems)


def test_a_signature_made_again_in_the_second_of_a_withdrawn_one_holds() -> None:
    made, again, path = edition(files()), SignOff(), ["countries/be.yaml"]
    signer = signing.Signer(made.about.roles[0], "Jo Ray", datetime(2020, 9, 2, tzinfo=UTC))
    for _ in range(2):
        again = signing.signed(made, again, path, signer)
        again, done = signing.withdrawn(made, again, path, signer)
        assert done == path
    again = signing.signed(made, again, path, signer)
    assert next(one for one in signoff.states(made, again) if one.signature).holds
    assert [one.when[-3:] for one in again.signatures] == ["00Z", "01Z", "02Z"]


def test_a_withdrawn_signature_counts_no_more_and_stays_in_the_file(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = yaml.safe_load((content / "signoff.yaml").read_text())["signatures"]
    words = ["sign", "Belgium", "--as", "lawyer", "--by", "Ann Other", "--content", str(content)]
    assert main([*words, "--withdraw"]) == ExitCode.DONE
    assert "countries/be.yaml: withdrawn by Ann Other as the lawyer" in capsys.readouterr().out
    found = yaml.safe_load((content / "signoff.yaml").read_text())
    assert found["signatures"] == before and len(found["withdrawals"]) == 1
    signature = next(one for one in before if (one["piece"], one["role"]) == ("countries/be.yaml", "lawyer"))
    assert found["withdrawals"][0]["signed"] == signature["when"]
    given = {**files("final"), "signoff.yaml": (content / "signoff.yaml").read_bytes()}
    assert edition(given).unsigned == {"countries/be.yaml": ("the lawyer",)}
    assert main(["sign", "--content", str(content)]) == ExitCode.LEFT
    assert "signed by Jo Ray on" in (said := capsys.readouterr().out) and "withdrawn by Ann Other on" in said
    assert main([*words, "--withdraw"]) == ExitCode.USAGE and "none was withdrawn" in capsys.readouterr().err
    path = content / "signoff.yaml"
    path.write_text(path.read_text().replace(signature["when"], "2020-01-01T00:00:00Z"))
    assert main(words) == ExitCode.DONE
    assert main(["sign", "--content", str(content)]) == ExitCode.DONE, "signing again makes a new signature"
    after = yaml.safe_load(path.read_text())
    assert len(after["withdrawals"]) == 1 and len(after["signatures"]) == len(before) + 1, "the withdrawn one stays"
    own = [one["by"] for one in after["signatures"] if (one["piece"], one["role"]) == ("countries/be.yaml", "lawyer")]
    assert own == ["Jo Ray", "Ann Other"]
