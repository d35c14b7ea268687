"""Lets LibreOffice edit Word files. Run by the system's Python, which has UNO: uno_edits.py JOBS PROFILE PROGRAM

JOBS is a JSON file: a list of `{"source": …, "target": …, "record": true, "edits": [[what, …], …]}`. One LibreOffice does all of
them. Edits: replace OLD NEW, bold TEXT, split TEXT, join TEXT, remove TEXT (its paragraph), after TEXT NEW (a paragraph), comment
TEXT SAID.
"""

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK

BOLD = 150.0


def value(name, given):
    made = PropertyValue()
    made.Name, made.Value = name, given
    return made


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("LibreOffice did not answer")


class Document:
    def __init__(self, document):
        self.document = document

    def found(self, text):
        """The first occurrence of the text in the body, after the table of contents."""
        search = self.document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = text, True
        every = self.document.findAll(search)
        for number in range(every.Count):
            place = every.getByIndex(number)
            style = place.ParaStyleName
            if not style.startswith(("Contents", "Figure Index", "toc", "Table of", "Pull")):
                return place
        raise SystemExit(f"there is no “{text}”")

    def paragraph(self, text):
        """A cursor over the paragraph with the text."""
        place = self.found(text)
        cursor = place.Text.createTextCursorByRange(place.Start)
        cursor.gotoStartOfParagraph(False)
        cursor.gotoEndOfParagraph(True)
        return cursor

    def replace(self, old, new):
        place = self.found(old)
        place.Text.insertString(place, new, True)

    def bold(self, text):
        self.found(text).CharWeight = BOLD

    def split(self, text):
        place = self.found(text)
        place.Text.insertControlCharacter(place.Start, PARAGRAPH_BREAK, False)

    def join(self, text):
        cursor = self.paragraph(text)
        cursor.collapseToEnd()
        cursor.goRight(1, True)
        cursor.String = ""

    def remove(self, text):
        cursor = self.paragraph(text)
        cursor.goRight(1, True)
        cursor.String = ""

    def after(self, text, new):
        cursor = self.paragraph(text)
        cursor.collapseToEnd()
        cursor.Text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
        cursor.Text.insertString(cursor, new, False)

    def comment(self, text, said):
        place = self.found(text)
        note = self.document.createInstance("com.sun.star.text.textfield.Annotation")
        note.Author, note.Content = "Bo", said
        place.Text.insertTextContent(place.End, note, False)


def done(desktop, job):
    document = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, (value("Hidden", True),))
    document.RecordChanges = job["record"]
    own = Document(document)
    for what, *words in job["edits"]:
        getattr(own, what)(*words)
    document.storeToURL(Path(job["target"]).as_uri(), (value("FilterName", "MS Word 2007 XML"),))
    document.close(True)


def main(jobs, profile, program):
    pipe = f"briefs{time.monotonic_ns()}"
    office = subprocess.Popen(
        [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        context = connected(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        for job in json.loads(Path(jobs).read_text()):
            done(desktop, job)
        with suppress(DisposedException):  # it ends before it has replied
            desktop.terminate()
        office.wait(60)
    finally:
        office.kill()


main(*sys.argv[1:])
