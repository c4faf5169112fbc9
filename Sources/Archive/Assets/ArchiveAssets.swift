/// The files of an archive that are the same in all.
package enum ArchiveAssets {
  /// Each with where it lies.
  package static let files: [(path: ArchivePath, bytes: [UInt8])] = [
    (.style, Array(style.utf8)), (.script, Array(script.utf8)), (.icon, Array(icon.utf8)),
  ]

  /// A letter, for the browser's tab and beside the organization's name.
  static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3.5" \
    fill="#0b5a72"/><path d="M3.2 5h9.6v6.4H3.2zM3.2 5.2 8 8.8l4.8-3.6" fill="none" stroke="#fff" \
    stroke-width="1.1" stroke-linejoin="round"/></svg>

    """
}
