import Synchronization

/// Opens the messages of a list; from several threads at once.
package final class MessageOpener: Sendable {
  /// The list.
  package let list: MessageList
  private let temporaryFolders: [String]
  private let locator = MaildirLocator()
  private let mboxes = Mutex([Int: MailFile]())

  /// Beyond so many bytes a message is not read at one go.
  package static let largestFirstRead = 8 << 20

  /// Makes an opener.
  ///
  /// - Parameters:
  ///   - list: The list.
  ///   - temporaryFolders: Where large messages may lie meanwhile.
  package init(_ list: MessageList, temporaryFolders: [String]) {
    self.list = list
    self.temporaryFolders = temporaryFolders
  }

  /// Opens a message.
  ///
  /// - Parameter item: The message.
  /// - Returns: The message and its length in bytes; `nil` where it is gone.
  /// - Throws: `MailboxError`.
  package func open(_ item: MessageList.Item) throws -> (input: MessageInput, size: Int)? {
    let source = list.sources[item.source]
    if source.kind == .mbox {
      let file = try mbox(item.source)
      guard try isInPlace(item, file) else { return nil }
      let size = item.range.count
      return (
        input(
          MboxMessageSource(file, item.range, quoting: list.quoting[item.source] ?? .plain), size),
        size
      )
    }
    guard let file = try openFile(item, source) else { return nil }
    if FolderContent.isAppleMessage(list.name(of: item)), !source.hasMaildirNames {
      guard let range = try AppleMessage.range(in: file) else {
        throw MailboxError(
          source.kind == .file ? source.path : source.path.appending(list.name(of: item)),
          reason: "not a whole .emlx file")
      }
      return (input(MailFileSource(file, range), range.count), range.count)
    }
    return (input(MailFileSource(file), file.size), file.size)
  }

  private func input(_ source: any ByteSource, _ size: Int) -> MessageInput {
    MessageInput(
      source: source, temporaryFolders: temporaryFolders,
      firstRead: size < Self.largestFirstRead ? size + 1 : 64 << 10)
  }

  private func openFile(_ item: MessageList.Item, _ source: MailSource) throws -> MailFile? {
    let name = list.name(of: item)
    var path = source.kind == .file ? source.path : source.path.appending(name)
    // A mail program may be quicker than we are more than once.
    for _ in 0..<5 {
      if let file = try MailFile.ifThere(path) { return file }
      guard source.hasMaildirNames,
        let found = locator.find(MaildirName(name).unique, in: source.folder)
      else { return nil }
      path = found
    }
    return nil
  }

  /// Whether a message still begins where it did: a mail program may have taken others out.
  private func isInPlace(_ item: MessageList.Item, _ file: MailFile) throws -> Bool {
    let line = list.name(of: item)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 1)
    defer { room.deallocate() }
    return try file.read(into: room, at: item.range.lowerBound) == line.count
      && room.elementsEqual(line)
  }

  private func mbox(_ number: Int) throws -> MailFile {
    if let file = list.expanded[number] { return file }
    return try mboxes.withLock { mboxes in
      if let file = mboxes[number] { return file }
      // A profile may hold more of them than a process may have files.
      if mboxes.count >= Self.maxOpen { mboxes = [:] }
      let file = try MailFile(list.sources[number].path)
      mboxes[number] = file
      return file
    }
  }

  private static let maxOpen = 128
}

/// An `.emlx` file of Apple Mail: a line with the message's length, the message, a property list.
enum AppleMessage {
  /// Where the message lies.
  ///
  /// - Parameter file: The file.
  /// - Returns: The range; `nil` where the file is not of this form or shorter than it says.
  /// - Throws: `InputError`.
  static func range(in file: MailFile) throws(InputError) -> Range<Int>? {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 1)
    defer { room.deallocate() }
    let count = try file.read(into: room, at: 0)
    guard let lineEnd = room[..<count].firstIndex(of: 10) else { return nil }
    let line = room[..<lineEnd].filter { $0 != 32 && $0 != 13 }
    guard let length = Int(String(decoding: line, as: UTF8.self)), length >= 0,
      length <= file.size - lineEnd - 1
    else { return nil }
    return (lineEnd + 1)..<(lineEnd + 1 + length)
  }
}
