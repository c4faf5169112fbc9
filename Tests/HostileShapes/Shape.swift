/// A kind of input of which there can be any amount: what a hostile sender repeats.
public struct Shape: Sendable, CustomStringConvertible {
  /// How two units stand together.
  public enum Order: Sendable {
    /// All of the first, then all of the second.
    case oneAfterTheOther
    /// In turn.
    case inTurn
  }

  private let units: [String]
  private let order: Order

  /// The units, as a test that fails names them.
  public var description: String {
    let names = units.map { "\($0.debugDescription)" }
    return names.joined(separator: order == .inTurn ? " and " : " then ")
  }

  /// An input of at least so many bytes, less one unit at the most.
  public func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 64)
    switch order {
    case .inTurn:
      let once = Array(units.joined().utf8)
      while bytes.count < count { bytes += once }
    case .oneAfterTheOther:
      for (number, unit) in units.enumerated() {
        let once = Array(unit.utf8)
        let end = count * (number + 1) / units.count
        while bytes.count < end { bytes += once }
      }
    }
    return bytes
  }

  /// What readers of mail look at: blanks, separators, quotes, brackets, marks, names, line ends.
  public static let units = [
    " ", "\t", "\n ", "\r\n", "\n", ";", ",", ":", "\"", "\\", "(", ")", "<", ">", "@", "=", "=?",
    "?=", "=?utf-8?q?x?=", "a", "é", "a=", "A :\n", "To:x\n", "- ", "--b\n",
  ]

  /// Each unit alone, and some of the pairs, others for each number: all of them take minutes in a
  /// build that is not optimised.
  public static func some(of units: [String] = units, number: Int) -> [Shape] {
    let pairs = combinations(units).dropFirst(units.count)
    return units.map { Shape(units: [$0], order: .inTurn) }
      + pairs.enumerated().filter { $0.offset % 37 == number % 37 }.map(\.element)
  }

  /// Each unit alone, each pair one after the other and in turn.
  public static func combinations(_ units: [String]) -> [Shape] {
    var shapes = units.map { Shape(units: [$0], order: .inTurn) }
    for (number, first) in units.enumerated() {
      for (other, second) in units.enumerated() where number != other {
        shapes.append(Shape(units: [first, second], order: .oneAfterTheOther))
        if number < other { shapes.append(Shape(units: [first, second], order: .inTurn)) }
      }
    }
    return shapes
  }
}
