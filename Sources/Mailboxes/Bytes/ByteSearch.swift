import CSystem

/// Finds bytes among bytes.
enum ByteSearch {
  /// The first place of a part at or after an offset; `nil` where there is none.
  static func find(_ part: [UInt8], in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int? {
    let start = max(0, offset)
    guard let base = bytes.baseAddress, start < bytes.count else { return nil }
    return part.withUnsafeBytes { part in
      csystem_find(base + start, bytes.count - start, part.baseAddress, part.count)
        .map { base.distance(to: $0) }
    }
  }
}
