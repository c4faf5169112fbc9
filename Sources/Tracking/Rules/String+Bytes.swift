import Glibc

extension String {
  /// Whether the UTF-8 of another text occurs in this one's.
  func containsBytes(of other: String) -> Bool {
    var text = self
    var wanted = other
    return text.withUTF8 { text in
      wanted.withUTF8 { wanted in
        guard let first = wanted.first else { return true }
        guard let base = text.baseAddress, let wantedBase = wanted.baseAddress else { return false }
        var position = 0
        while position + wanted.count <= text.count,
          let found = memchr(
            base + position, Int32(first), text.count - position - wanted.count + 1)
        {
          let start = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
          if memcmp(found, wantedBase, wanted.count) == 0 { return true }
          position = start + 1
        }
        return false
      }
    }
  }
}
