"""PDFs that are signed on the way out: the unsigned file is their beginning, the signature holds, and so do both profiles."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path

import page
import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from page import ValidationProfile as Profile
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from briefs.cli import main
from briefs.delivery.pades import PdfSealer
from briefs.delivery.store import Store
from briefs.exitcodes import ExitCode
from briefs.press.session import Session
from briefs.problems import ToolError
from tests import small

SECTION = "---\nid: opening\ntitle: How it began\n---\n\nThe paragraph has a source.[@one]\n"
PEOPLE = "sender: Desk <desk@example.org>\nlists:\n  staff: [ann@example.org]\n"


Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def made(key: Key, name: str = "Jo Ray", *, days: tuple[int, int] = (-1, 9)) -> bytes:
    """A PKCS #12 file with a key and a certificate of its owner's own making. `days`: the first and last of it, from today."""
    now = datetime.datetime.now(datetime.UTC)
    first, last = (now + datetime.timedelta(day) for day in days)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    own = x509.CertificateBuilder(subject, subject, key.public_key(), 7, first, last).add_extension(usage, critical=True)
    signed = own.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(b"jo", key, signed, None, BestAvailableEncryption(b"secret"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "jo.p12"
    path.write_bytes(made(ec.generate_private_key(ec.SECP256R1())))
    return path


@pytest.mark.parametrize("password", ["other", "", "a\0b", "\udc80", "x" * 100_000])
def test_a_wrong_password_is_told(password: str, certificate: Path) -> None:
    with pytest.raises(ToolError, match="can’t be read, or the password is wrong"):
        PdfSealer(certificate, password)


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x80" * 20_000, b"\x30\x84\xff\xff\xff\xff", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_file_of_keys_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.p12").write_bytes(data)
    with pytest.raises(ToolError, match="can’t be read, or the password is wrong"):
        PdfSealer(tmp_path / "a.p12", "secret")


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
def test_a_certificate_that_isnt_valid_today_signs_nothing(days: tuple[int, int], tmp_path: Path) -> None:
    (tmp_path / "a.p12").write_bytes(made(ec.generate_private_key(ec.SECP256R1()), days=days))
    with pytest.raises(ToolError, match=r"is valid from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d"):
        PdfSealer(tmp_path / "a.p12", "secret")


@pytest.mark.parametrize(("name", "shown"), [("", ""), ("a\x1b[31m\u202eb", "a[31mb")])
def test_odd_names_of_owners_are_printable(name: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "a.p12").write_bytes(made(ec.generate_private_key(ec.SECP256R1()), name))
    assert PdfSealer(tmp_path / "a.p12", "secret").name == shown


def test_a_key_that_cant_sign_here_is_told(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.p12").write_bytes(made(ed25519.Ed25519PrivateKey.generate()))
    edition = small.edition()
    pdf = small.brief(small.with_edition(session, edition), edition, "pdf").files["pdf"]
    with pytest.raises(ToolError, match=r"the PDF can’t be signed: .*sha512"):
        PdfSealer(tmp_path / "a.p12", "secret").signed(pdf)


@pytest.mark.parametrize("is_tagged", [False, True])
def test_a_pdf_without_tags_is_told(is_tagged: bool, certificate: Path) -> None:
    """`is_tagged`: the file has a structure tree, in which nothing is."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if is_tagged:
            pdf.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Array([]), ParentTree=pikepdf.Dictionary(Nums=pikepdf.Array([])))
        pdf.save(made := io.BytesIO())
    with pytest.raises(ToolError, match="the PDF can’t be signed: it has no tags"):
        PdfSealer(certificate, "secret").signed(made.getvalue())


@pytest.mark.parametrize("kind, subject", [("brief", "be"), ("report", "")])
def test_a_signed_file_holds_its_signature_and_both_profiles(
    kind: str, subject: str, certificate: Path, session: Session, tmp_path: Path
) -> None:
    edition = small.edition(more={"report/01-opening.md": SECTION})
    pdf = small.make(small.with_edition(session, edition), kind, subject, ["pdf"]).files["pdf"]
    sealer = PdfSealer(certificate, "secret")
    signed = sealer.signed(pdf)
    assert signed.startswith(pdf) and sealer.has_signed(signed, pdf) and not sealer.has_signed(pdf, pdf)
    (tmp_path / "signed.pdf").write_bytes(signed)
    for profile in (Profile.PDF_UA_1, Profile.PDF_A_3A):
        report = page.validate_pdf(str(tmp_path / "signed.pdf"), profile=profile)
        assert report.is_compliant, (profile, report.failures)
    one = PdfFileReader(io.BytesIO(signed)).embedded_signatures[0]
    status = validate_pdf_signature(one, ValidationContext(trust_roots=[one.signer_cert]))
    assert status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_the_field_has_its_place_in_the_structure_tree(certificate: Path, session: Session) -> None:
    edition = small.edition()
    pdf = small.brief(small.with_edition(session, edition), edition, "pdf").files["pdf"]
    with pikepdf.open(io.BytesIO(PdfSealer(certificate, "secret").signed(pdf))) as signed:
        field = signed.Root.AcroForm.Fields[0]
        assert str(field.TU) == "Signature of Jo Ray" and [float(side) for side in field.Rect] == [0, 0, 0, 0]
        numbers = list(signed.Root.StructTreeRoot.ParentTree.Nums)
        form = numbers[numbers.index(field.StructParent) + 1]
        assert form.S == "/Form" and form.K.Obj == field and form == form.P.K[-1]
        assert [int(key) for key in numbers[::2]] == sorted({int(key) for key in numbers[::2]})
        assert signed.pages[0].Tabs == "/S"


def test_a_changed_file_is_seen(certificate: Path, session: Session) -> None:
    edition = small.edition()
    pdf = small.brief(small.with_edition(session, edition), edition, "pdf").files["pdf"]
    signed = bytearray(PdfSealer(certificate, "secret").signed(pdf))
    signed[len(pdf) // 2] ^= 1
    one = PdfFileReader(io.BytesIO(bytes(signed)), strict=False).embedded_signatures[0]
    assert not validate_pdf_signature(one, ValidationContext(trust_roots=[one.signer_cert])).bottom_line


def test_export_and_send_sign_once_and_leave_the_output_as_it_is(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFS_SIGN_PASSWORD", "secret")
    monkeypatch.delenv("BRIEFS_SMTP_HOST", raising=False)
    small.write(tmp_path / "content")
    (tmp_path / "people.yaml").write_text(PEOPLE)
    signing = ("--format", "pdf", "--sign-with", str(certificate), "--jobs", "1")
    assert main(["export", "given", "be", *signing]) == ExitCode.DONE
    unsigned, signed = ((tmp_path / folder / "briefs/belgium.pdf").read_bytes() for folder in ("dist", "given"))
    assert signed.startswith(unsigned) and len(signed) > len(unsigned)
    assert main(["verify"]) == ExitCode.DONE, "the files in dist are those that were built"
    store = Store(tmp_path / "exchange")
    assert store.document(store.sent()[0]) == signed
    assert main(["export", "given", "be", *signing]) == ExitCode.DONE
    assert (tmp_path / "given/briefs/belgium.pdf").read_bytes() == signed, "it goes out as it went out"
    assert main(["send", "be", "--to", "staff", *signing]) == ExitCode.DONE
    capsys.readouterr()
    assert main(["send", "be", "--to", "staff", *signing]) == ExitCode.DONE
    assert "1 there already" in capsys.readouterr().out
    assert {one.sha256 for one in store.sent()} == {store.sent()[0].sha256}


def test_what_can_not_sign_is_told_before_anything_is_built(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFS_SIGN_PASSWORD", "wrong")
    small.write(tmp_path / "content")
    assert main(["export", "given", "be", "--sign-with", str(certificate)]) == ExitCode.USAGE
    assert "signs PDF files. Write --format pdf" in capsys.readouterr().err
    assert main(["export", "given", "be", "--format", "pdf", "--sign-with", str(certificate)]) == ExitCode.SETUP
    said = capsys.readouterr().err
    assert "can’t be read, or the password is wrong" in said and "Traceback" not in said
    assert not (tmp_path / "dist").exists()
    (tmp_path / "no.p12").write_bytes(b"no certificate")
    assert main(["export", "given", "be", "--format", "pdf", "--sign-with", "no.p12"]) == ExitCode.SETUP
    monkeypatch.setitem(sys.modules, "pyhanko.sign.signers", None)
    with pytest.raises(ToolError, match="--sign-with needs the package pyhanko"):
        PdfSealer(certificate, "secret")
