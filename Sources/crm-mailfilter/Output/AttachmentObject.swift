import InternetMessage

/// An attachment as JSON.
struct AttachmentObject: Encodable {
  private let part: Int
  private let name: String?
  private let type: String
  private let size: Int

  init(_ attachment: Attachment) {
    part = attachment.number
    name = attachment.name
    type = attachment.mediaType
    size = attachment.size
  }
}
