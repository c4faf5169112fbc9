import Glibc
import Synchronization

/// Converters of iconv(3) to UTF-8 that wait for the next text.
///
/// Where no other is open, the C library loads a charset's module from its file for each converter
/// that is opened and unloads it afterwards, which takes longer than most texts.
enum ConverterPool {
  /// A converter, used by one thread at a time.
  struct Converter: @unchecked Sendable {
    fileprivate let descriptor: iconv_t

    /// Converts, as iconv(3) does.
    func convert(
      _ source: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
      _ left: UnsafeMutablePointer<Int>?,
      to target: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
      _ room: UnsafeMutablePointer<Int>?
    ) -> Int {
      iconv(descriptor, source, left, target, room)
    }
  }

  private struct Idle {
    var converters: [String: [Converter]] = [:]
    var count = 0
  }

  private static let idle = Mutex(Idle())

  /// So many wait: whoever sends mail chooses its charsets.
  private static let most = 32

  /// Lends a converter.
  ///
  /// - Parameters:
  ///   - name: A charset, as iconv(3) knows it.
  ///   - body: Uses the converter, which is in its initial state.
  /// - Returns: What the body returns; `nil` where nobody knows the charset.
  static func withConverter<Result>(
    from name: String, _ body: (Converter) throws -> Result
  ) rethrows -> Result? {
    let waiting = idle.withLock { idle in
      let converter = idle.converters[name]?.popLast()
      if converter != nil { idle.count -= 1 }
      return converter
    }
    guard let converter = waiting ?? open(name) else { return nil }
    defer { giveBack(converter, name) }
    return try body(converter)
  }

  private static func open(_ name: String) -> Converter? {
    let descriptor = iconv_open("UTF-8", name)
    guard let descriptor, descriptor != iconv_t(bitPattern: -1) else { return nil }
    return Converter(descriptor: descriptor)
  }

  private static func giveBack(_ converter: Converter, _ name: String) {
    _ = converter.convert(nil, nil, to: nil, nil)
    let isKept = idle.withLock { idle in
      guard idle.count < most else { return false }
      idle.converters[name, default: []].append(converter)
      idle.count += 1
      return true
    }
    if !isKept { iconv_close(converter.descriptor) }
  }
}
