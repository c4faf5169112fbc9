import Foundation
import MailPipeline
import System

/// What commands print for programs: one object a line.
enum JSONOutput {
  /// The number of the form of all objects; it changes when a key changes its meaning or goes.
  static let schema = 1

  /// An object as one line.
  ///
  /// Control characters, and those that turn the writing direction, are escaped.
  ///
  /// - Throws: `EncodingError`, which no value of this program causes.
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    // Outside of texts JSON has none of these, so each stands in a text.
    return SafeText.replacingHarm(in: text) { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
