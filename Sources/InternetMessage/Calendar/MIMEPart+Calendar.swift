extension MIMEPart {
  /// Whether it may hold a calendar: by its type, by the name of its file, or as a meeting that Outlook
  /// wrote for another Outlook.
  public var mayBeCalendar: Bool {
    guard origin == .mime || origin == .uuencode || origin == .tnefFile else { return false }
    switch (contentType.type, contentType.subtype) {
    case ("text", "calendar"), ("text", "x-vcalendar"), ("text", "vcalendar"),
      ("application", "ics"), ("application", "calendar"), ("application", "x-ics"),
      ("application", "vnd.ms-outlook-calendar"):
      return true
    case ("multipart", _), ("message", _), ("image", _), ("audio", _), ("video", _): return false
    default: break
    }
    if isTNEF { return true }
    guard let name = fileName?.lowercased() else { return false }
    return name.hasSuffix(".ics") || name.hasSuffix(".vcs") || name.hasSuffix(".ical")
      || name.hasSuffix(".icalendar")
  }

  /// Whether it is a TNEF stream that is more than a message: a meeting, a task, a contact.
  public var isTNEF: Bool { isItem }
}
