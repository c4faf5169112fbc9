/// The fields of a part's header that say what its body is.
struct PartHeader {
  var contentType: Range<Int>?
  var disposition: Range<Int>?
  var transferEncoding: Range<Int>?
  var contentID: Range<Int>?

  /// Takes a field if it is one of these and the first of its name.
  mutating func take(_ name: Bytes, value: Range<Int>) {
    guard name.count > 9, name[7] == UInt8(ascii: "-"), name.hasFoldedPrefix("content-") else {
      return
    }
    switch name.count {
    case 10 where name.equalsFolded("content-id"): contentID = contentID ?? value
    case 12 where name.equalsFolded("content-type"): contentType = contentType ?? value
    case 19 where name.equalsFolded("content-disposition"): disposition = disposition ?? value
    case 25 where name.equalsFolded("content-transfer-encoding"):
      transferEncoding = transferEncoding ?? value
    default: break
    }
  }
}
