import InternetMessage

/// A part of a message, for people and as JSON.
struct PartObject: Encodable {
  private let part: Int
  private let parent: Int?
  private let role: String
  private let type: String
  private let name: String?
  private let size: Int

  /// The parts of a message, each before what stands in it.
  static func all(of message: Message) -> [PartObject] {
    let structure = message.structure
    return zip(structure.parts, structure.roles).map { part, role in
      PartObject(
        part: part.number, parent: part.parent.map { structure.parts[$0].number },
        role: role.rawValue, type: part.contentType.mediaType, name: message.name(of: part),
        size: message.size(of: part))
    }
  }

  /// The columns of the part in a table.
  var row: [String] {
    ["Part \(part)", role, type, TextOutput.size(size), name ?? "-"]
  }
}

/// A part as a JSON object by itself.
struct PartLine: Encodable {
  let mail: Int64
  let part: PartObject

  private enum CodingKeys: String, CodingKey { case schema, mail }

  func encode(to encoder: any Encoder) throws {
    try part.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(mail, forKey: .mail)
  }
}
