import System

/// Finds where a message lies that was delivered to a mailbox earlier.
package enum MessageFinder {
  /// Finds it.
  ///
  /// In a Maildir it is looked for in the folder where it was seen, then in the others of the same
  /// Maildir.
  ///
  /// - Parameters:
  ///   - fileName: The unique name; `nil` for a message in an mbox.
  ///   - folder: The folder or mbox where it was seen.
  /// - Returns: Its file, or the mbox; `nil` where it is no longer there.
  package static func find(_ fileName: String?, in folder: MailPath) -> MailPath? {
    guard let fileName else { return FileStamp(folder) == nil ? nil : folder }
    let unique = FilePath.bytes(of: fileName)
    let file = folder.appending(unique)
    if FileStamp(file) != nil { return file }
    if let found = MaildirLocator.guess(fileName, in: folder) { return found }
    let locator = MaildirLocator()
    if let found = locator.find(unique, in: folder) { return found }
    var survey = MailboxSurvey(selection: .all)
    survey.add(root(of: folder))
    var asked: Set<MailPath> = [folder]
    for source in survey.sources
    where source.kind == .maildir && asked.insert(source.folder).inserted {
      if let found = locator.find(unique, in: source.folder) { return found }
    }
    return nil
  }

  /// The topmost folder of the Maildir that a folder belongs to.
  private static func root(of folder: MailPath) -> MailPath {
    var root = folder
    while MailboxSurvey.isMaildir(root.folder), root.folder != root { root = root.folder }
    return root
  }
}
