"""PDF for the screen: PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3), or PDF/A-2a if nothing is attached.

In: a tagged PDF that WeasyPrint wrote as `pdf/a-3a`, and its metadata. Out: the bytes of the file. The same input gives the same
bytes.
https://pikepdf.readthedocs.io/en/latest/
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from briefs.compose import bidi


@dataclass(frozen=True)
class DocumentInfo:
    """The metadata of a file. `day`: its date, such as `2020-03-01`."""

    title: str
    language: str
    day: str
    authors: Sequence[str] = ()
    publisher: str = ""
    subject: str = ""
    keywords: str = ""

    @property
    def identifier(self) -> uuid.UUID:
        """An identifier of the document, which depends only on the title and the day."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.title}\n{self.day}")


@dataclass(frozen=True)
class Attachment:
    """A file that is attached to a document."""

    name: str
    data: bytes
    mime: str
    description: str


PDFUAID = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def write_pdfa(pdf: pikepdf.Pdf, about: DocumentInfo, attachments: Sequence[Attachment] = ()) -> bytes:
    """The bytes of the file in the form that public bodies and archives require."""
    part = 3 if attachments else 2
    claims = (
        '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part></rdf:Description>\n"
    )
    metadata(pdf, about, claims + PDFUAID)
    for picture in pdf.objects:
        if isinstance(picture, pikepdf.Stream) and "/Interpolate" in picture:
            del picture["/Interpolate"]  # forbidden (19005-2, 6.2.8.1)
    if attachments:
        _attach(pdf, attachments, about)
    return save(pdf)


def metadata(pdf: pikepdf.Pdf, about: DocumentInfo, claims: str) -> None:
    """Write the metadata to the document information and to the XMP, which is not compressed (19005-2, 6.6.2.1).

    `claims`: RDF that says to which standards the file conforms.
    """
    producer = str(pdf.docinfo.get("/Producer", ""))
    day = String(pdf_date(about.day))
    info = Dictionary(Title=String(about.title), Producer=String(producer), CreationDate=day, ModDate=day)
    if about.authors:
        info.Author = String(", ".join(about.authors))
    if about.subject:
        info.Subject = String(about.subject)
    if about.keywords:
        info.Keywords = String(about.keywords)
    pdf.docinfo = pdf.make_indirect(info)
    stream = pdf.make_stream(xmp(about, producer, claims).encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
    if bidi.direction(about.language) == "rtl":  # a reader that shows two pages puts the first at the right (32000-1, 12.2)
        pdf.Root.ViewerPreferences = Dictionary({**pdf.Root.get("/ViewerPreferences", {}), "/Direction": Name.R2L})


def pdf_date(day: str) -> str:
    """A day in the form that PDF has for dates (32000-1, 7.9.4)."""
    return f"D:{day.replace('-', '')}000000Z"


def xmp(about: DocumentInfo, producer: str, claims: str) -> str:
    """The XMP packet (ISO 16684-1)."""
    language, title = escape(about.language), escape(about.title)
    items = "".join(f"<rdf:li>{escape(author)}</rdf:li>" for author in about.authors)
    creators = f"<dc:creator><rdf:Seq>{items}</rdf:Seq></dc:creator>" if items else ""
    publisher = f"<rdf:Bag><rdf:li>{escape(about.publisher)}</rdf:li></rdf:Bag>"
    publisher = f"<dc:publisher>{publisher}</dc:publisher>" if about.publisher else ""
    subject = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(about.subject)}</rdf:li></rdf:Alt>'
    subject = f"<dc:description>{subject}</dc:description>" if about.subject else ""
    keywords = f"<pdf:Keywords>{escape(about.keywords)}</pdf:Keywords>" if about.keywords else ""
    when = f"{about.day}T00:00:00Z"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f"{claims}"
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>{creators}{publisher}{subject}'
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate><xmp:MetadataDate>{when}</xmp:MetadataDate>"
        f"<pdf:Producer>{escape(producer)}</pdf:Producer>{keywords}</rdf:Description>\n"
        '</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    )


def _attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment], about: DocumentInfo) -> None:
    """Attach the document's data (19005-3, 6.8: AFRelationship, and AF in the catalog). Their names are sorted (32000-1, 7.9.6)."""
    files = {attachment.name: _file(pdf, attachment, about) for attachment in attachments}
    pdf.Root.AF = Array(list(files.values()))
    names = pdf.Root.get("/Names", Dictionary())
    names.EmbeddedFiles = Dictionary(Names=Array([part for name in sorted(files) for part in (String(name), files[name])]))
    pdf.Root.Names = names


def _file(pdf: pikepdf.Pdf, attachment: Attachment, about: DocumentInfo) -> pikepdf.Object:
    stream = pdf.make_stream(attachment.data)
    stream.Type, stream.Subtype = Name.EmbeddedFile, Name("/" + attachment.mime)
    stream.Params = Dictionary(
        Size=len(attachment.data),
        ModDate=String(pdf_date(about.day)),
        CheckSum=String(hashlib.md5(attachment.data, usedforsecurity=False).digest()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description),
            AFRelationship=Name.Data,
            EF=Dictionary(F=stream, UF=stream),
        )
    )


def save(pdf: pikepdf.Pdf, *, version: str = "1.7") -> bytes:
    """The file's bytes, with an identifier that is computed from its contents.

    qpdf writes a line feed after each stream. If the last byte of a stream happens to be a carriage return, a reader takes both
    bytes for one line end, and the stream seems a byte shorter than its length says (19005-2, 6.1.7.1). After such a stream, the
    line feed is replaced by a carriage return.
    """
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, force_version=version)
    return out.getvalue().replace(b"\r\nendstream", b"\r\rendstream")
