"""Lets LibreOffice update all fields. Run by the system’s Python, which has UNO: FILE OUT PROFILE PROGRAM

Writes the text of FILE after the update into OUT.
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException


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


def main(file, out, profile, program):
    pipe = f"update{Path(profile).name}"
    places = [f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen([program, "--headless", "--norestore", *places], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = connected(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        document = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, (value("Hidden", True),))
        document.getTextFields().refresh()
        document.storeToURL(Path(out).as_uri(), (value("FilterName", "Text"),))
        document.close(True)
        with suppress(DisposedException):
            desktop.terminate()
    finally:
        office.wait(60)


main(*sys.argv[1:])
