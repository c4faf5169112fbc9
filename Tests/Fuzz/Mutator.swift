/// Makes inputs out of seeds: the same input for the same number.
struct Mutator {
  let seeds: [[UInt8]]
  let fragments: [[UInt8]]
  let beginnings: [[UInt8]]

  /// The input of a number.
  func input(_ number: UInt64) -> [UInt8] {
    var random = Random(seed: number)
    var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
    if !beginnings.isEmpty, Int.random(in: 0..<4, using: &random) == 0 {
      // One field alone: most of the parsing is in fields.
      let field = beginnings[Int.random(in: 0..<beginnings.count, using: &random)]
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
      let fragment = fragments[Int.random(in: 0..<fragments.count, using: &random)]
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
