/// Makes inputs out of seeds: the same input for the same number.
struct Mutator {
  let seeds: [[UInt8]]

  /// What the grammars of mail give a meaning; put in where it does not belong.
  private static let fragments: [[UInt8]] = [
    "\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\n ", "\0", "--", "--b\n", "--b--\n", ": ", ";", ",",
    "<",
    ">", "@", "(", ")", "\"", "\\", "\\\"", "=?", "?=", "=?utf-8?B?", "=?utf-8?q?=C3",
    "=?x?b?====?=",
    "=", "==", "=\n", "=3D", "&amp;", "&#x110000;", "&#0", "<!--", "-->", "<script>", "</script",
    "<blockquote>", "<a href='", "boundary=b", "*0*=utf-8''%C3", "*1=", "charset=iso-2022-jp",
    "charset=utf-16", "Content-Type: multipart/mixed; boundary=b\n\n",
    "Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: base64\n\n",
    "Content-Transfer-Encoding: quoted-printable\n", "From ", "\nFrom: a@b\n", "undisclosed:;",
    "Mon, 31 Feb 99999 99:99:99 +9999", "\u{FEFF}", "\u{3000}", "> ", "-- \n", "From:\n", "Sent:\n",
  ].map { Array($0.utf8) }

  private static let fields = ["To: ", "Date: ", "Subject: ", "References: ", "Content-Type: "].map
  {
    Array($0.utf8)
  }

  /// The input of a number.
  func input(_ number: UInt64) -> [UInt8] {
    var random = Random(seed: number)
    var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
    if Int.random(in: 0..<4, using: &random) == 0 {
      // One field alone: most of the parsing is in fields.
      let field = Self.fields[Int.random(in: 0..<Self.fields.count, using: &random)]
      let start = Int.random(in: 0...bytes.count, using: &random)
      bytes = field + bytes[start..<min(bytes.count, start + 200)]
    }
    for _ in 0..<Int.random(in: 1...8, using: &random) { mutate(&bytes, &random) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout Random) {
    func place() -> Int { Int.random(in: 0...bytes.count, using: &random) }
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where !bytes.isEmpty:
      bytes[place() % bytes.count] = UInt8.random(in: 0...255, using: &random)
    case 1:
      let start = place()
      bytes.removeSubrange(
        start..<min(bytes.count, start + Int.random(in: 0...40, using: &random)))
    case 2, 3, 4:
      let fragment = Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &random)]
      bytes.insert(contentsOf: fragment, at: place())
    case 5:
      let start = place()
      let copy = Array(bytes[start..<min(bytes.count, start + 300)])
      bytes.insert(contentsOf: copy, at: place())
    case 6:
      let other = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      let start = Int.random(in: 0...other.count, using: &random)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 400)], at: place())
    default: bytes.removeLast(min(bytes.count, Int.random(in: 0...60, using: &random)))
    }
  }
}
