import InternetMessage

/// Which domains a set of addresses or of patterns may have, in few bits.
///
/// Where two masks have no bit in common, no pattern of one matches an address of the other. It is
/// tested for each rule, and most rules are about somebody else.
struct DomainMask: Hashable, Sendable {
  private var bits = SIMD4<UInt64>.zero

  /// Of no domain.
  static let none = DomainMask()

  /// Of any domain.
  static let all: DomainMask = {
    var mask = DomainMask()
    mask.bits = SIMD4(repeating: .max)
    return mask
  }()

  /// Adds one domain, in the form in which domains are compared.
  mutating func add(_ domain: String) {
    guard domain.utf8.allSatisfy({ $0 < 0x80 }) else {
      self = .all
      return
    }
    var hash = Self.start
    for byte in domain.utf8.reversed() { Self.mix(byte, into: &hash) }
    set(hash)
  }

  /// Adds the domain of an address, and all domains above it.
  mutating func addWithParents(_ address: AddrSpec) {
    var hash = Self.start
    for byte in address.domainKey.utf8.reversed() {
      // Characters may be equal that are written in other bytes.
      guard byte < 0x80 else {
        self = .all
        return
      }
      if byte == UInt8(ascii: ".") { set(hash) }
      Self.mix(byte, into: &hash)
    }
    set(hash)
  }

  /// Whether something of one may be in the other.
  func intersects(_ other: DomainMask) -> Bool { bits & other.bits != .zero }

  private mutating func set(_ hash: UInt64) {
    let bit = Int(truncatingIfNeeded: hash >> 56)
    bits[bit & 3] |= 1 << UInt64(bit >> 2)
  }

  // FNV-1a, from the end of the domain: that of a parent is on the way.
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func mix(_ byte: UInt8, into hash: inout UInt64) {
    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
}
