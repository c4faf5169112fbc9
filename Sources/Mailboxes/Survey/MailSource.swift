/// A place in which messages lie: a subfolder of a Maildir, a folder of files, an mbox, or one file.
package struct MailSource: Sendable {
  /// The kinds.
  package enum Kind: Sendable, Hashable {
    /// `new` or `cur` of a Maildir folder.
    case maildir
    /// A folder with a message in each file whose name says so: `.eml`, `.emlx`, a number (MH).
    case files
    /// A file of many messages.
    case mbox
    /// A file of one message.
    case file
  }

  /// The kind.
  package let kind: Kind
  /// The folder or file that is read.
  package let path: MailPath
  /// What a delivery is noted with: the Maildir's folder, the folder of files, the mbox.
  package let folder: MailPath
  /// Whether `--folder` names it, so that all of it is taken.
  package let isNamed: Bool
  /// Whether it is an mbox that is compressed.
  let isCompressed: Bool
  /// Whether it is one file of a Maildir: its name is known as any other's there.
  let isMaildirFile: Bool

  /// Whether names are those of a Maildir.
  var hasMaildirNames: Bool { kind == .maildir || isMaildirFile }

  init(
    _ kind: Kind, _ path: MailPath, folder: MailPath, isNamed: Bool = false,
    isMaildirFile: Bool = false, isCompressed: Bool = false
  ) {
    self.isCompressed = isCompressed
    self.isMaildirFile = isMaildirFile
    self.kind = kind
    self.path = path
    self.folder = folder
    self.isNamed = isNamed
  }
}
