extension CalendarItem {
  /// Reads the meeting that a TNEF stream is (MS-OXOCAL section 2.2); `nil` where it is none.
  ///
  /// - Parameters:
  ///   - stream: The decoded content of a `winmail.dat`.
  ///   - sender: The address of who sent the message, in lower case: the organizer of a request that
  ///     names none.
  public init?(_ stream: TNEF, sender: String?) {
    guard let method = Self.method(of: stream) else { return nil }
    self.init(.appointment)
    self.method = method
    func text(_ property: TNEF.Property?) -> String? {
      property.flatMap { stream.string($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    func time(_ numbers: [UInt32], in set: TNEF.PropertySet) -> CalendarTime? {
      numbers.lazy.compactMap { stream.property($0, in: set).flatMap { stream.time($0) } }.first
        .flatMap { (Civil.beginning..<Civil.end).contains($0) ? $0 : nil }
        .map { CalendarTime(instant: $0, in: .utc) }
    }
    uid = (stream.property(3, in: .meeting) ?? stream.property(0x23, in: .meeting)).flatMap {
      Self.hexadecimal(stream.data($0))
    }
    zone = .utc
    // The named ones are in UTC; those of old attributes are local to who wrote them.
    start =
      time([0x820D, 0x8235], in: .appointment)
      ?? stream.property(0x0060).flatMap {
        stream.time($0).map { CalendarTime(instant: $0, in: .utc) }
      }
    end =
      time([0x820E, 0x8236], in: .appointment)
      ?? stream.property(0x0061).flatMap {
        stream.time($0).map { CalendarTime(instant: $0, in: .utc) }
      }
    sequence =
      stream.property(0x8201, in: .appointment).flatMap { stream.integer($0) }
      .map { min(max(0, $0), 999_999_999) } ?? 0
    location = text(stream.property(0x8208, in: .appointment))
    summary = text(stream.property(0x0037)) ?? text(stream.property(0x0E1D))
    stamp = (stream.property(0x001A, in: .meeting) ?? stream.property(0x0039)).flatMap {
      stream.time($0)
    }
    if let start, let end, end.order < start.order { self.end = start }
    for time in [start, end] where time?.isInRange == false { remarks.insert(.outOfRange) }
    if method == "CANCEL" { status = "CANCELLED" }
    readPeople(stream, sender: sender, text)
  }

  private mutating func readPeople(
    _ stream: TNEF, sender: String?, _ text: (TNEF.Property?) -> String?
  ) {
    func address(_ properties: [TNEF.Property], _ ids: [UInt16]) -> String? {
      ids.lazy.compactMap { id in properties.first(id).flatMap { stream.string($0) } }
        .compactMap { CalendarPerson.address($0.utf8) }.first
    }
    // Who is represented, else who sent it (MS-OXOMSG section 2.2.1).
    let represented = address(stream.properties, [0x5D02, 0x0065])
    let writer = address(stream.properties, [0x5D01, 0x0C1F])
    let name = text(stream.property(0x0042)) ?? text(stream.property(0x0C1A))
    if method == "REPLY" {
      guard let address = represented ?? writer ?? sender else { return }
      var person = CalendarPerson(address: address, name: name)
      person.status = Self.answer(stream.messageClass) ?? person.status
      attendees = [person]
      return
    }
    if let address = represented ?? writer ?? sender {
      organizer = CalendarPerson(address: address, name: name)
    }
    for recipient in stream.recipients.prefix(CalendarReader.Limit.people) {
      let kind = recipient.first(0x0C15).flatMap { stream.integer($0) } ?? 1
      guard (1...3).contains(kind) else { continue }
      let address = address(recipient, [0x39FE, 0x3003])
      guard address == nil || address != organizer?.address else { continue }
      var person = CalendarPerson(
        address: address,
        name: [0x3001, 0x5FF6].lazy.compactMap { id in
          recipient.first(id).flatMap { stream.string($0) }
        }.first { !$0.isEmpty })
      if kind == 2 { person.role = "OPT-PARTICIPANT" }
      if kind == 3 {
        person.role = "NON-PARTICIPANT"
        person.type = "RESOURCE"
      }
      if person.address != nil || person.name != nil { attendees.append(person) }
    }
  }

  private static func method(of stream: TNEF) -> String? {
    guard let name = stream.messageClass?.lowercased() else { return nil }
    if name.hasPrefix("ipm.schedule.meeting.request") { return "REQUEST" }
    if name.hasPrefix("ipm.schedule.meeting.canceled") { return "CANCEL" }
    if name.hasPrefix("ipm.schedule.meeting.resp.") { return "REPLY" }
    // The names of before 1997 (MS-OXTNEF section 2.1.3.3.9).
    if name.hasPrefix("ipm.microsoft schedule.mtgreq") { return "REQUEST" }
    if name.hasPrefix("ipm.microsoft schedule.mtgcncl") { return "CANCEL" }
    return name.hasPrefix("ipm.microsoft schedule.mtgresp") ? "REPLY" : nil
  }

  private static func answer(_ name: String?) -> String? {
    guard let name = name?.lowercased() else { return nil }
    if name.hasSuffix("resp.pos") || name.hasSuffix("mtgrespp") { return "ACCEPTED" }
    if name.hasSuffix("resp.neg") || name.hasSuffix("mtgrespn") { return "DECLINED" }
    return name.hasSuffix("resp.tent") || name.hasSuffix("mtgrespa") ? "TENTATIVE" : nil
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String? {
    guard !bytes.isEmpty, bytes.count <= 500 else { return nil }
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
