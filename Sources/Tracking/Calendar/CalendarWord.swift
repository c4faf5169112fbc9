import InternetMessage

/// What one message says of one appointment or task: the component, and whose mail it came in.
package struct CalendarWord: Sendable {
  /// What is said.
  package var item: CalendarItem
  /// The address of who sent the message (From), as `AddrSpec.comparisonKey`; `nil` where none is
  /// known.
  package var sender: String?
  /// When the message was sent, in seconds since 1970: what is missing of DTSTAMP.
  package var sentAt: Int64

  /// Makes one.
  package init(item: CalendarItem, sender: String?, sentAt: Int64) {
    self.item = item
    self.sender = sender
    self.sentAt = sentAt
  }

  /// What is said last, by RFC 5546 section 2.1.5: the revision, then when it was told.
  var revision: Revision { Revision(sequence: item.sequence, stamp: item.stamp ?? Int(sentAt)) }

  /// The place of a word among those of one appointment.
  struct Revision: Comparable {
    let sequence: Int
    let stamp: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.sequence, left.stamp) < (right.sequence, right.stamp)
    }
  }

  /// Whether an attendee says it, not the organizer (RFC 5546 section 1.4).
  var isAnswer: Bool { item.method == "REPLY" || item.method == "COUNTER" }

  /// Whether it makes and changes nothing: a question for the latest state, a proposal that is refused.
  var isWithoutEffect: Bool { item.method == "REFRESH" || item.method == "DECLINECOUNTER" }
}

/// The calendar of a message: which parts hold one, and what they say.
package enum MessageCalendar {
  /// What a message says of appointments and tasks, in order; of one UID in two parts both.
  ///
  /// A meeting of Outlook's that is only in `winmail.dat` is read where no other part holds a calendar.
  /// What stands in an attached message is that message's.
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - zones: Where the rules of time zones are looked up.
  ///   - receivedAt: When it came, in seconds since 1970, where it has no date.
  /// - Returns: The words.
  package static func words(
    of message: Message, zones: ZoneSource, receivedAt: Int64
  ) -> [CalendarWord] {
    guard mayStand(in: message.structure) else { return [] }
    let sender = message.header.from.first?.address
    let sentAt = message.header.date?.secondsSince1970 ?? receivedAt
    var items: [CalendarItem] = []
    for part in parts(of: message.structure) where !part.isTNEF {
      var found = CalendarReader.items(
        of: message.content(of: part), charset: part.contentType.charset, zones: zones)
      let method = part.contentType.parameters["method"]?.uppercased()
      for index in found.indices {
        // The object itself counts (RFC 6047 section 2.4 has both the same).
        if found[index].method == nil {
          found[index].method = method
        } else if let method, method != found[index].method {
          found[index].remarks.insert(.otherMethod)
        }
      }
      items += found
    }
    if items.isEmpty {
      items = parts(of: message.structure).lazy.filter(\.isTNEF).compactMap {
        TNEF(message.content(of: $0))
      }.compactMap { CalendarItem($0, sender: sender?.description.lowercased()) }
    }
    return items.map {
      CalendarWord(item: $0, sender: sender?.comparisonKey, sentAt: sentAt)
    }
  }

  /// Whether a message may hold a calendar, as far as the headers of its parts say.
  package static func mayStand(in structure: MIMEStructure) -> Bool {
    structure.parts.contains { $0.mayBeCalendar }
  }

  /// The parts that may hold one, and do not stand in an attached message.
  private static func parts(of structure: MIMEStructure) -> [MIMEPart] {
    var end = 0
    return structure.parts.filter { part in
      guard part.index >= end else { return false }
      if part.contentType.isMessage, part.hasChildren { end = part.end }
      return part.mayBeCalendar
    }
  }
}
