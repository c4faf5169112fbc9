/// The files of an archive that are the same in all.
package enum ArchiveAssets {
  /// Each with where it lies.
  package static let files: [(path: ArchivePath, bytes: [UInt8])] = [
    (.style, Array(style.utf8)), (.script, Array(script.utf8)), (.icon, Array(icon.utf8)),
  ]

  static let style = """
    body { font-family: system-ui, sans-serif; margin: 1rem }
    .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
    .text { white-space: pre-wrap; overflow-wrap: anywhere }

    """

  static let script = """
    "use strict";

    """

  static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" \
    fill="#1f5f8b"/><path d="M3 5h10v7H3z M3 5l5 4 5-4" fill="none" stroke="#fff"/></svg>

    """
}
