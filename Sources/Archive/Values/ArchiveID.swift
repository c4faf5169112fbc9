import System

/// The name of a message, record, person or conversation in an archive: part of its file's name.
///
/// The same thing has the same name in every run, so that links from elsewhere stay right.
package struct ArchiveID: Hashable, Sendable, Comparable {
  /// At least two lower-case letters, digits and hyphens.
  package let text: String

  /// The name that is the text itself, as a UUID; `nil` where that is no name.
  package init?(_ text: String) {
    let isName = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isName, (2...64).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else {
      return nil
    }
    self.text = text
  }

  /// The name of something that any text identifies, as `contact:4711` or an address.
  package init(hashing text: String) {
    let digits = Array("0123456789abcdef".utf8)
    var name: [UInt8] = []
    for byte in SHA256.digest(of: Array(text.utf8)).prefix(16) {
      name += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    self.text = String(decoding: name, as: UTF8.self)
  }

  /// The folder that it lies in, so that none holds too many files.
  var folder: Substring { text.prefix(2) }

  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
