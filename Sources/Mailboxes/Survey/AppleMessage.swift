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
