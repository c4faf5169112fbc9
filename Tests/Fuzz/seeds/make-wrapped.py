#!/usr/bin/env python3
"""Writes the seeds that hold parts which show only when others are decoded.

  make-wrapped.py          writes tnef.eml, uuencode.eml and encoded.eml beside itself

Streams (MS-OXTNEF) stand in tnef.eml as they are, not in base64: what is mutated is what is read.
"""
import base64
import binascii
import pathlib
import struct


def attribute(level, number, data):
    return struct.pack("<BHHI", level, number, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def filled(data):
    return data + b"\0" * (-len(data) % 4)


def fixed(number, kind, data, name=b""):
    return struct.pack("<HH", kind, number) + name + filled(data)


def long(number, kind, data, name=b""):
    return struct.pack("<HH", kind, number) + name + struct.pack("<II", 1, len(data)) + filled(data)


def text(number, value, name=b""):
    return long(number, 0x1F, (value + "\0").encode("utf-16-le"), name)


def listed(*properties):
    return struct.pack("<I", len(properties)) + b"".join(properties)


def rich(data, kind):
    return struct.pack("<II4sI", len(data) + 12, 400, kind, 0) + data


def stream(*attributes):
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")
RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\f1 \'cf\u8364?\par{\*\x y}z}"

inner = stream(
    attribute(1, 0x8008, b"IPM.Microsoft Mail.Note\0"),
    attribute(1, 0x9003, listed(text(0x37, "Old"), text(0x1000, "as before"))),
    attribute(2, 0x9002, b"\1" + b"\0" * 13),
    attribute(2, 0x800F, b"abc"),
)
# Six bytes of the window, three of its own, those again, the end.
compressed = bytes([0b1010001, 0x00, 0x04]) + b" ab" + bytes([0x0D, 0x64]) + b"}" + bytes([0x0D, 0xF0])
outer = stream(
    attribute(1, 0x9007, struct.pack("<II", 1252, 0)),
    attribute(1, 0x0006, struct.pack("<7H", 2026, 11, 2, 10, 0, 0, 1)),
    attribute(1, 0x9004, struct.pack("<I", 1) + listed(text(0x39FE, "a@x.example"))),
    attribute(
        1,
        0x9003,
        listed(
            text(0x1A, "IPM.Schedule.Meeting.Request"),
            long(0x1009, 0x102, rich(RTF, b"MELA")),
            long(0x1013, 0x102, b"<p>page<img src='cid:i@x'>"),
            fixed(0x8000, 0x40, struct.pack("<Q", 134000000000000000), APPOINTMENT + struct.pack("<II", 0, 0x820D)),
            text(0x8001, "Room", APPOINTMENT + struct.pack("<II", 1, 6) + "Ro\0".encode("utf-16-le") + b"\0\0"),
            struct.pack("<HHIII", 0x1003, 0x0E01, 2, 1, 2),
            struct.pack("<HHII4sI4s", 0x101E, 0x0E02, 2, 2, b"a\0\0\0", 2, b"b\0\0\0"),
        ),
    ),
    attribute(2, 0x9002, b"\1" + b"\0" * 13),
    attribute(2, 0x8010, b"A~1.PNG\0"),
    attribute(2, 0x800F, b"\x89PNG"),
    attribute(2, 0x9005, listed(text(0x3707, "a b.png"), text(0x370E, "image/png"), text(0x3712, "i@x"))),
    attribute(2, 0x9002, b"\1" + b"\0" * 13),
    attribute(
        2,
        0x9005,
        listed(
            fixed(0x3705, 3, struct.pack("<I", 5)),
            long(0x3701, 0x0D, bytes.fromhex("0703020000000000c000000000000046") + inner),
        ),
    ),
)
second = stream(attribute(1, 0x9003, listed(long(0x1009, 0x102, rich(compressed, b"LZFu")))))

folder = pathlib.Path(__file__).parent
part = b"--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\n%s\n"
(folder / "tnef.eml").write_bytes(
    b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n \n"
    + part % outer + part % second + b"--b--\n"
)

data = bytes(range(100))
lines = b"".join(binascii.b2a_uu(data[start:start + 45], backtick=True) for start in range(0, 100, 45))
file = b"begin 644 a b.bin\n" + lines + b"`\nend\n"
(folder / "uuencode.eml").write_bytes(
    b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n" + file
    + b"and\nbegin-base64 644 b\n" + base64.b64encode(data[:30]) + b"\n====\n"
    + b"--b\nContent-Transfer-Encoding: x-uuencode\nContent-Type: text/csv; name=c.csv\n\n" + file
    + b"--b\nContent-Transfer-Encoding: quoted-printable\n\n" + file.replace(b"=", b"=3D") + b"--b--\n"
)

message = b"Subject: deep\nContent-Type: text/html\n\n<p>words\n"
for _ in range(2):
    message = (
        b"Subject: in\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(message)
    )
quoted = message.replace(b"=", b"=3D")
(folder / "encoded.eml").write_bytes(
    b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    b"Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" + quoted
    + b"\n--b\n" + message + b"--b\n\nlast\n--b--\n"
)
