"""Signatures of pieces that are made with the signer's SSH or minisign key, and whether they hold.

In: signatures of `signoff.yaml`; a key, or the file of allowed signers. Out: the signatures, of which the new ones are signed with
the key; or the problems of the signatures that were made with a key before.

A key signs all values of a signature: piece, role, name, time, labels, the hash of each item. The namespace of the cryptographic
signature names the role, so the file of allowed signers can say for which roles a key counts: `jo@example.org
namespaces="briefs-lawyer" ssh-ed25519 …`. A line about a minisign key has the same form, with `minisign` as the type of the key. A
minisign signature has the namespace as its trusted comment.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from briefs.edition.model import Signature, SignOff, place_of
from briefs.problems import NotUnderstood, Problem, error, warning
from briefs.tools import minisign, ssh

NAMESPACE = "briefs-{role}"
SIGNERS = Path("allowed_signers")
_MINISIGN = re.compile(r'(?P<owner>\S+)\s+(?:namespaces="(?P<roles>[^"]*)"\s+)?minisign\s+(?P<key>\S+)\s*(?:#.*)?')


def with_key(signatures: SignOff, is_new: Callable[[Signature], bool], key: Path) -> SignOff:
    """The signatures, the new ones signed with a key. Raises ToolError."""
    field, sign = ("minisign", minisign.sign) if minisign.is_secret_key(key) else ("ssh", ssh.sign)
    made = [
        one.model_copy(update={field: sign(signed_bytes(one), key, _namespace(one))}) if is_new(one) else one
        for one in signatures.signatures
    ]
    return signatures.model_copy(update={"signatures": made})


def signed_bytes(one: Signature) -> bytes:
    """The bytes that a key signs: all values of the signature except the cryptographic ones, as JSON with sorted keys."""
    said = {name: str(getattr(one, name)) for name in ("piece", "role", "by", "when", "labels")}
    items = {str(name): str(hash) for name, hash in one.items.items()}
    return json.dumps({**said, "items": items}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _namespace(one: Signature) -> str:
    return NAMESPACE.format(role=one.role)


def check_place(signers: Path, content: Path) -> None:
    """Raise NotUnderstood if the file of allowed signers is in the content, which must not choose them."""
    if signers.resolve().is_relative_to(content.resolve()):
        raise NotUnderstood(f"{signers} is in the content folder, which must not choose who may sign. Move it elsewhere.")


def problems(signatures: SignOff, signers: Path) -> Iterator[Problem]:
    """A problem for each signature that was made with a key and doesn't hold or can't be verified. Raises ToolError if ssh-keygen
    or minisign is missing."""
    for one in _with_keys(signatures):
        if not signers.is_file():
            hint = "`man ssh-keygen` says how it is written, under ALLOWED SIGNERS, and docs/ledger.md; name it with --signers."
            yield warning(place_of(one.piece), f"signed with a key, and there is no {signers} to verify it", hint)
            continue
        try:
            _owners(one, signers)
        except ssh.NotVerified as fault:
            hint = "Ask the signer, and sign again."
            yield error(place_of(one.piece), f"the signature of {one.by} as {one.role} doesn’t hold: {fault}", hint)


def lines(signatures: SignOff, signers: Path) -> Iterator[str]:
    """A line for each signature that was made with a key: the signer's name and the owner of the key, so that a person can compare
    them. Call it only if all these signatures hold. Raises ssh.NotVerified for one that doesn't."""
    withdrawn = {(one.piece, one.role, one.signed): one for one in signatures.withdrawals}
    for one in _with_keys(signatures):
        own = withdrawn.get((one.piece, one.role, one.when))
        since = f"; withdrawn by {own.by} on {own.when[:10]}" if own else ""
        yield f"{one.piece}: signed by {one.by} as {one.role}, with the key of {', '.join(_owners(one, signers))}{since}"


def _with_keys(signatures: SignOff) -> Iterator[Signature]:
    return (one for one in signatures.signatures if one.ssh or one.minisign)


def _owners(one: Signature, signers: Path) -> list[str]:
    """The owners of the keys that made a signature. Raises ssh.NotVerified if a key's signature doesn't hold; ToolError."""
    found = [ssh.verify(one.ssh, signed_bytes(one), signers, _namespace(one))] if one.ssh else []
    return [*found, _owner_of_minisign(one, signers)] if one.minisign else found


def _owner_of_minisign(one: Signature, signers: Path) -> str:
    """The owner of the minisign key that made a signature, if it may sign in the role. Raises ssh.NotVerified."""
    namespace = _namespace(one)
    for line in signers.read_text("utf-8", "replace").splitlines():
        found = _MINISIGN.fullmatch(line.strip())
        if found and minisign.holds(one.minisign, signed_bytes(one), found["key"], namespace):
            if any(fnmatch.fnmatchcase(namespace, role.strip()) for role in (found["roles"] or "*").split(",")):
                return found["owner"]
            raise ssh.NotVerified(f"the key is that of {found['owner']}, who may not sign as {one.role}")
    raise ssh.NotVerified(f"no minisign key in {signers} made it")
