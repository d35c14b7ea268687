"""Lets LibreOffice accept or reject all tracked changes. Run by the system’s Python, which has UNO: FOLDER PROFILE PROGRAM

Makes `x-accepted.docx` and `x-rejected.docx` from each `x.docx` in the folder, in one LibreOffice.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

WAYS = {"accepted": ".uno:AcceptAllTrackedChanges", "rejected": ".uno:RejectAllTrackedChanges"}


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


def decide(services, context, path):
    desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    dispatcher = services.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    for name, command in WAYS.items():
        document = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (value("Hidden", True),))
        dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, ())
        target = path.with_name(f"{path.stem}-{name}.docx")
        document.storeToURL(target.as_uri(), (value("FilterName", "MS Word 2007 XML"),))
        document.close(True)


def main(folder, profile, program):
    pipe = f"decide{os.getpid()}"  # tests run side by side
    command = [
        program,
        f"-env:UserInstallation={Path(profile).as_uri()}",
        "--headless",
        "--norestore",
        f"--accept=pipe,name={pipe};urp;",
    ]
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = connected(pipe)
        services = context.ServiceManager
        for path in sorted(Path(folder).glob("*.docx")):
            decide(services, context, path)
        with suppress(DisposedException):
            services.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
        office.wait(60)
    finally:
        office.kill()


main(*sys.argv[1:])
