"""Signatures of pieces that are made with the signer's SSH key, and whether they hold.

In: signatures of `signoff.yaml`, a key, or a file of those who may sign. Out: the signatures with those of the key; problems with
them.

What the key signs is all that a signature says: piece, role, name, time, labels, the hash of each item. The namespace names the
role, so that the file of allowed signers can give a key its roles: `jo@example.org namespaces="briefs-lawyer" ssh-ed25519 …`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from briefs.edition.model import Signature, SignOff, place_of
from briefs.problems import NotUnderstood, Problem, error, warning
from briefs.tools import ssh

NAMESPACE = "briefs-{role}"
SIGNERS = Path("allowed_signers")


def with_key(signatures: SignOff, is_new: Callable[[Signature], bool], key: Path) -> SignOff:
    """The signatures, the new ones signed with a key. Raises ToolError."""
    made = [
        one.model_copy(update={"ssh": ssh.sign(signed_bytes(one), key, _namespace(one))}) if is_new(one) else one
        for one in signatures.signatures
    ]
    return SignOff(signatures=made)


def signed_bytes(one: Signature) -> bytes:
    """What a key signs: all that the signature says, as JSON with sorted keys."""
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
    """Signatures that were made with a key, and don't hold or can't be verified. Raises ToolError if ssh-keygen is missing."""
    for one in signatures.signatures:
        if not one.ssh:
            continue
        if not signers.is_file():
            hint = "`man ssh-keygen` says how it is written, under ALLOWED SIGNERS; name it with --signers."
            yield warning(place_of(one.piece), f"signed with a key, and there is no {signers} to verify it", hint)
            continue
        try:
            ssh.verify(one.ssh, signed_bytes(one), signers, _namespace(one))
        except ssh.NotVerified as fault:
            hint = "Ask the signer, and sign again."
            yield error(place_of(one.piece), f"the signature of {one.by} as {one.role} doesn’t hold: {fault}", hint)


def lines(signatures: SignOff, signers: Path) -> Iterator[str]:
    """Whose key made each signature that holds, so that a person can compare the name."""
    for one in signatures.signatures:
        if one.ssh:
            owner = ssh.verify(one.ssh, signed_bytes(one), signers, _namespace(one))
            yield f"{one.piece}: signed by {one.by} as {one.role}, with the key of {owner}"
