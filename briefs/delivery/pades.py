"""Signs finished PDFs with a person's certificate (PAdES), by pyHanko, which only those who sign need.

In: a PDF, a PKCS #12 file with key and certificate. Out: the same bytes, followed by an incremental update: a signature field, its
element in the structure tree, and the signature. So the signed file begins with the unsigned one, and is PDF/A and PDF/UA as
before.
ETSI EN 319 142-1; ISO 14289-1, 7.18; ISO 19005-3, 6.3 and 6.4.3; https://docs.pyhanko.eu
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefs.problems import ToolError

FIELD = "Signature"
INSTALL = "Start the command with `python3 build.py`, which installs it, or install the extra `pades`."


class PdfSealer:
    """A certificate and its key. Raises ToolError if pyHanko is missing, the file or its password is wrong, or the certificate
    isn't valid today."""

    def __init__(self, path: Path, password: str):
        try:
            from pyhanko.sign.signers import SimpleSigner
        except ModuleNotFoundError as missing:
            raise ToolError(f"--sign-with needs the package {missing.name}. {INSTALL}") from None
        try:
            kind: Any = SimpleSigner
            self._signer: Any = kind.load_pkcs12_data(path.read_bytes(), [], _passphrase(password))
        except (OSError, ValueError, AttributeError):  # AttributeError: the file has no key
            hint = "It is a PKCS #12 file (.p12, .pfx) with a key; its password stands in BRIEFS_SIGN_PASSWORD or is asked for."
            raise ToolError(f"{path} can’t be read, or the password is wrong. {hint}") from None
        first, last = self._signer.signing_cert.not_valid_before, self._signer.signing_cert.not_valid_after
        if not first <= datetime.now(UTC) <= last:
            valid = f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
            raise ToolError(f"the certificate in {path} is valid {valid}, so nobody’s program would take a signature of today.")

    @property
    def name(self) -> str:
        """The name of the person or organisation in the certificate."""
        subject = self._signer.signing_cert.subject
        name = str(subject.native.get("common_name") or subject.human_friendly)
        return "".join(filter(str.isprintable, name))

    def signed(self, pdf: bytes) -> bytes:
        """The PDF, followed by its signature. Raises ToolError if pyHanko can't sign it."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import fields, signers

        try:
            writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
            writer._update_meta = lambda: None  # pyHanko's XMP wouldn't be PDF/A; the document's dates stay
            spec = fields.SigFieldSpec(FIELD, readable_field_name=f"Signature of {self.name}")
            fields.append_signature_field(writer, spec)
            _tag(writer)
            meta = signers.PdfSignatureMetadata(FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
            made = signers.PdfSigner(meta, signer=self._signer).sign_pdf(writer)
        except (PdfError, ValueError) as fault:  # ValueError: the key is of a kind that SHA-256 doesn't suit
            raise ToolError(f"the PDF can’t be signed: {fault}") from None
        except (KeyError, IndexError):  # `_tag` finds no tree, or an empty one
            raise ToolError("the PDF can’t be signed: it has no tags that the signature’s field could be added to") from None
        return bytes(made.getvalue())

    def has_signed(self, pdf: bytes, unsigned: bytes) -> bool:
        """Whether `pdf` is the PDF `unsigned`, followed by a signature with this certificate."""
        return (
            len(pdf) > len(unsigned)
            and pdf.startswith(unsigned)
            and self._signer.signing_cert.dump().hex().encode() in pdf[len(unsigned) :].lower()
        )


def _passphrase(password: str) -> bytes | None:
    """A password as bytes. Raises ValueError for one with a NUL, with which PKCS #12 passwords end (RFC 7292, B.1)."""
    if "\0" in password:
        raise ValueError("NUL in a password")
    return password.encode() or None


def _tag(writer: Any) -> None:
    """Add the appended signature field to the structure tree: a `Form` with a reference to the field, after all other elements."""
    generic = _generic()
    name = generic.NameObject
    root = writer.root["/StructTreeRoot"]
    field_ref = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field, page_ref = field_ref.get_object(), field_ref.get_object().raw_get("/P")
    top_ref = _first(root)
    key, numbers = _next_number(root["/ParentTree"])
    reference = generic.DictionaryObject({name("/Type"): name("/OBJR"), name("/Obj"): field_ref, name("/Pg"): page_ref})
    form = {name("/Type"): name("/StructElem"), name("/S"): name("/Form"), name("/P"): top_ref, name("/K"): reference}
    form_ref = writer.add_object(generic.DictionaryObject(form))
    _children(top_ref.get_object()).append(form_ref)
    numbers.extend([generic.NumberObject(key), form_ref])
    field[name("/StructParent")] = generic.NumberObject(key)
    page_ref.get_object()[name("/Tabs")] = name("/S")
    for changed in (top_ref.get_object(), numbers, field, page_ref.get_object()):
        writer.update_container(changed)


def _generic() -> Any:
    """pyHanko's classes of PDF objects, which have no types."""
    from pyhanko.pdf_utils import generic

    return generic


def _first(root: Any) -> Any:
    """The reference of the element at the top of the tree."""
    generic = _generic()
    child = root.raw_get("/K")
    held = child.get_object()
    return held.raw_get(0) if isinstance(held, generic.ArrayObject) else child


def _children(element: Any) -> Any:
    """The children of an element, as an array that more can be added to."""
    generic = _generic()
    child = element.raw_get("/K")
    if not isinstance(child.get_object(), generic.ArrayObject):
        element[generic.NameObject("/K")] = generic.ArrayObject([child])
    return element["/K"]


def _next_number(tree: Any) -> tuple[int, Any]:
    """A key that the parent tree doesn't use yet, and its last array of numbers (ISO 32000-1, 7.9.7)."""
    while "/Kids" in tree:
        tree = tree["/Kids"][-1]
    numbers = tree["/Nums"]
    return int(numbers[-2]) + 1, numbers
