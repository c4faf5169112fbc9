/// Where the bytes of one message come from, in order and once.
public protocol ByteSource: AnyObject {
  /// Reads some bytes.
  ///
  /// - Parameter room: Where they go; not empty.
  /// - Returns: How many; 0 at the end.
  /// - Throws: `InputError.readFailed`.
  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int
}
