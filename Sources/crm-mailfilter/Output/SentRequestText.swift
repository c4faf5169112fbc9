import System
import Tracking

/// A request that was sent, for people: as it was sent, but for what a terminal would obey.
struct SentRequestText {
  let request: SentRequest
  let dates: DateText

  /// In lines, indented.
  var text: String {
    var text = "    \(request.method) \(SafeText.neutralised(request.path))\n"
    let answer = request.status.map { "answered \($0)" } ?? "no answer"
    text +=
      "        \(dates.long(request.sentAt)), \(request.isPart ? "in a batch, " : "")\(answer)\n"
    for field in request.fields {
      text += "        \(SafeText.neutralised("\(field.name): \(field.value)"))\n"
    }
    if let body = request.body, !body.isEmpty {
      text += "        \(SafeText.neutralised(String(decoding: body, as: UTF8.self)))\n"
    }
    if request.left > 0 {
      text += "        (\(request.left) more \(request.left == 1 ? "byte" : "bytes"), not kept)\n"
    }
    return text
  }
}

/// A request that was sent, of `org log --requests --json`.
struct SentRequestObject: Encodable {
  /// A header field.
  struct Field: Encodable {
    let name: String
    let value: String
  }

  let sentAt: String
  let inBatch: Bool
  let method: String
  let path: String
  let fields: [Field]
  let body: String?
  let leftOut: Int
  let status: Int?

  private enum CodingKeys: String, CodingKey {
    case method, path, fields, body, status
    case sentAt = "sent_at"
    case inBatch = "in_batch"
    case leftOut = "left_out"
  }

  init(_ request: SentRequest) {
    sentAt = TextOutput.isoDate(request.sentAt)
    inBatch = request.isPart
    method = request.method
    path = request.path
    fields = request.fields.map { Field(name: $0.name, value: $0.value) }
    body = request.body.map { String(decoding: $0, as: UTF8.self) }
    leftOut = request.left
    status = request.status
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sentAt, forKey: .sentAt)
    try container.encode(inBatch, forKey: .inBatch)
    try container.encode(method, forKey: .method)
    try container.encode(path, forKey: .path)
    try container.encode(fields, forKey: .fields)
    // A key stands there whether it has a value or not.
    try container.encode(body, forKey: .body)
    try container.encode(leftOut, forKey: .leftOut)
    try container.encode(status, forKey: .status)
  }
}
