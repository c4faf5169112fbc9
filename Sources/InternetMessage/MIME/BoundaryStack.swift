/// The boundaries of the multiparts that are open, innermost last (RFC 2046 section 5.1.1).
///
/// Looking one up costs the same however many are open.
struct BoundaryStack {
  /// A multipart that is open.
  struct Frame {
    /// The multipart.
    var part: Int
    var boundary: [UInt8]
    var hash: Int
    /// The next outer frame with the same hash.
    var shadowed: Int?
  }

  private(set) var frames: [Frame] = []
  private var innermost: [Int: Int] = [:]
  private(set) var longest = 0

  var isEmpty: Bool { frames.isEmpty }

  mutating func push(part: Int, boundary: [UInt8]) {
    let hash = boundary.withUnsafeBytes(Self.hash)
    let shadowed = innermost.updateValue(frames.count, forKey: hash)
    frames.append(Frame(part: part, boundary: boundary, hash: hash, shadowed: shadowed))
    longest = max(longest, boundary.count)
  }

  mutating func removeLast() {
    guard let frame = frames.popLast() else { return }
    innermost[frame.hash] = frame.shadowed
  }

  /// The innermost open multipart whose boundary is these bytes.
  func frame(of boundary: Bytes) -> Int? {
    var place = innermost[Self.hash(boundary)]
    while let candidate = place {
      let frame = frames[candidate]
      if frame.boundary.count == boundary.count, frame.boundary.elementsEqual(boundary) {
        return candidate
      }
      place = frame.shadowed
    }
    return nil
  }

  private static func hash(_ bytes: Bytes) -> Int {
    // Seeded anew in each process: nobody can write boundaries that collide.
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}
