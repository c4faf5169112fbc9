#!/usr/bin/env python3
"""Writes what Python's email package makes of the corpus: a line a message.

  corpus-trees.py CORPUS > corpus-trees.tsv

A line holds the file and, for each part in order, depth, media type, and for a leaf the length and
the first 16 digits of the SHA-256 of its decoded body. The text form of plain texts is held the same
way. CorpusTreeTests compares; nothing of the messages themselves is kept.
"""
import email
import email.policy
import hashlib
import json
import pathlib
import sys


def digest(data):
    return f"{len(data)} {hashlib.sha256(data).hexdigest()[:16]}"


def rows(part, depth):
    kind = part.get_content_type()
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    is_message = kind in ("message/rfc822", "message/global")
    if kind.startswith("message/") and (not is_message or encoding in ("base64", "quoted-printable")):
        # Python takes what is no message for messages; only that the part is there can be compared.
        yield f"{depth} {kind}"
        return
    if part.is_multipart():
        yield f"{depth} {kind}"
        for child in part.get_payload():
            yield from rows(child, depth + 1)
        return
    data = part.get_payload(decode=True)
    row = f"{depth} {kind} {digest(data)}"
    charset = part.get_content_charset()
    if kind == "text/plain" and charset:
        try:
            text = data.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, UnicodeDecodeError):
            text = None
        if text is not None and "\0" not in text:
            row += " " + digest(text.encode())
    yield row


corpus = pathlib.Path(sys.argv[1])
for line in (corpus / "EXPECTED.jsonl").read_text().splitlines():
    file = json.loads(line)["file"]
    message = email.message_from_bytes((corpus / file).read_bytes(), policy=email.policy.compat32)
    try:
        print("\t".join([file, *rows(message, 0)]))
    except (AttributeError, TypeError, ValueError, AssertionError):
        # It gave up on the message.
        continue
