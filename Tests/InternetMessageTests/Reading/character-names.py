#!/usr/bin/env python3
"""Writes Sources/InternetMessage/Reading/CharacterNames.swift out of the list that WHATWG publishes
(HTML section 13.5), as Python's html.entities holds it:

    python3 Tests/InternetMessageTests/Reading/character-names.py \\
        > Sources/InternetMessage/Reading/CharacterNames.swift
"""

import html.entities

HEAD = """\
/// The names of characters in HTML (WHATWG HTML section 13.5); `character-names.py` beside the tests
/// wrote this file out of the published list.
///
/// Each line is a name and the one or two characters that it means, in hexadecimal.
enum CharacterNames {"""


def table(title, name, entries):
    print(f"  /// {title}")
    print(f"  static var {name}: SortedLines {{")
    print("    SortedLines(")
    print('      text: """')
    for key in sorted(entries, key=str.encode):
        print(f"        {key} {' '.join(f'{ord(c):X}' for c in entries[key])}")
    print()
    print('        """)')
    print("  }")


names = html.entities.html5
print(HEAD)
table(
    "Those that a semicolon ends, without it.",
    "all",
    {name[:-1]: text for name, text in names.items() if name.endswith(";")},
)
print()
table(
    "Those that older HTML lets stand without a semicolon.",
    "legacy",
    {name: text for name, text in names.items() if not name.endswith(";")},
)
print()
print("  /// The length of the longest name.")
print(f"  static let longest = {max(len(n) for n in names) - 1}")
print("  /// The length of the longest of those without a semicolon.")
print(f"  static let longestLegacy = {max(len(n) for n in names if not n.endswith(';'))}")
print("}")
