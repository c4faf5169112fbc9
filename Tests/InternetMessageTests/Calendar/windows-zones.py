#!/usr/bin/env python3
"""Writes Sources/InternetMessage/Calendar/WindowsZones.swift out of Unicode CLDR's table windowsZones
(UTS #35 part 6, territory 001), as the Python package Babel holds it:

    python3 -m pip install Babel
    python3 Tests/InternetMessageTests/Calendar/windows-zones.py \\
        > Sources/InternetMessage/Calendar/WindowsZones.swift

The data is under Unicode License V3 (SPDX Unicode-3.0), Copyright 1991-2025 Unicode, Inc.
"""

from babel.core import get_cldr_version, get_global

HEAD = """\
/// The IANA names of the time zones of Windows.
///
/// It is the table windowsZones of Unicode CLDR {version}, territory 001 (UTS #35 part 6);
/// `windows-zones.py` beside the tests wrote this file.
///
/// Copyright © 1991-2025 Unicode, Inc.; the data is under Unicode License V3, see debian/copyright.
///
/// Each line is a name in lower case with `_` for blanks, and the zone.
enum WindowsZones {{
  static var all: SortedLines {{
    SortedLines(
      text: \"\"\""""

print(HEAD.format(version=get_cldr_version()))
zones = {name.lower().replace(" ", "_"): zone for name, zone in get_global("windows_zone_mapping").items()}
for name in sorted(zones, key=str.encode):
    print(f"        {name} {zones[name]}")
print()
print('        """)')
print("  }")
print("}")
