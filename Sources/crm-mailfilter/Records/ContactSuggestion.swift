import InternetMessage
import MailPipeline
import RecordFiles
import Tracking

/// Somebody who could become a record: who takes part in tracked mail from outside and is none, or
/// whose card (vCard) came with it.
///
/// Cards are read where they lie, in the messages; nothing of them is kept until one is accepted, and
/// then only what records hold.
struct ContactSuggestion {
  /// The address, by which it is named.
  let address: AddrSpec
  /// In how many messages the person takes part.
  var copies = 0
  /// When the first and the last of them were sent; `nil` where only a card came.
  var sent: ClosedRange<Int64>?
  /// What the person is called: by the card, else in mail.
  var name: String?
  /// The company, by the card.
  var company: String?
  /// All addresses of the card.
  var addresses: [AddrSpec] = []
  /// Whether a card came.
  var hasCard = false

  /// So many messages with cards are read, the newest first, and so many cards of each.
  private static let (maxMessages, maxCards) = (1000, 50)

  /// All suggestions of an organization, those in most mail first, then those of cards alone.
  ///
  /// - Parameters:
  ///   - administration: Its records.
  ///   - archive: Its mail.
  /// - Returns: Them.
  /// - Throws: `StoreError`, `CommandError`.
  static func all(
    of administration: any OrganizationAdministration, in archive: any MailArchive
  ) throws -> [ContactSuggestion] {
    var suggestions = try administration.unresolvedAddresses(limit: Int.max).map { entry in
      ContactSuggestion(
        address: entry.address, copies: entry.copies, sent: entry.sent, name: entry.name,
        addresses: [entry.address])
    }
    let cards = try cards(in: archive)
    guard !cards.isEmpty else { return suggestions }
    var places: [AddrSpec: Int] = [:]
    for (place, suggestion) in suggestions.enumerated() { places[suggestion.address] = place }
    let known = try KnownAddresses(administration)
    for (addresses, card) in cards {
      let place: Int
      if let found = addresses.lazy.compactMap({ places[$0] }).first {
        place = found
      } else if let first = addresses.first, !addresses.contains(where: known.contains) {
        place = suggestions.count
        suggestions.append(ContactSuggestion(address: first, addresses: [first]))
        places[first] = place
      } else {
        continue
      }
      // The newest card counts.
      guard !suggestions[place].hasCard else { continue }
      suggestions[place].hasCard = true
      if !card.name.isEmpty { suggestions[place].name = card.name }
      if !card.organization.isEmpty { suggestions[place].company = card.organization }
      for address in addresses
      where !suggestions[place].addresses.contains(address) && !known.contains(address) {
        suggestions[place].addresses.append(address)
      }
    }
    return suggestions
  }

  /// The cards of people that came with tracked mail, those of the newest mail first.
  private static func cards(
    in archive: any MailArchive
  ) throws -> [(addresses: [AddrSpec], card: ContactCard)] {
    var query = CopyQuery()
    query.search = .criterion(.card)
    query.limit = maxMessages
    var found: [(addresses: [AddrSpec], card: ContactCard)] = []
    for id in try archive.copyIDs(query) {
      var bytes: [UInt8] = []
      try archive.content(of: id) { bytes += $0 }
      let message = Message(bytes)
      for part in message.structure.parts where isCard(part) {
        var reader = VCardReader(FileBytes(message.content(of: part)))
        for _ in 0..<maxCards {
          guard let card = try reader.next() else { break }
          // What says that it is private stays with who sent it.
          guard card.kind == .person, !card.isPrivate, card.isWhole else { continue }
          let addresses = card.addresses.prefix(20).compactMap { AddrSpec($0) }
          if !addresses.isEmpty { found.append((addresses, card)) }
        }
      }
    }
    return found
  }

  private static func isCard(_ part: MIMEPart) -> Bool {
    switch part.contentType.mediaType {
    case "text/vcard", "text/x-vcard", "text/directory": true
    default: part.fileName?.lowercased().hasSuffix(".vcf") ?? false
    }
  }

  /// The addresses that are a user's or a record's.
  private struct KnownAddresses {
    private var addresses: Set<AddrSpec> = []
    private var domains: Set<String> = []

    init(_ administration: any OrganizationAdministration) throws {
      for user in try administration.users() {
        addresses.formUnion([user.address] + user.addresses)
      }
      for record in try administration.records(type: nil, limit: Int.max) {
        addresses.formUnion(record.addresses)
        domains.formUnion(record.domains)
      }
    }

    func contains(_ address: AddrSpec) -> Bool {
      addresses.contains(address) || domains.contains(address.domainKey)
    }
  }
}
