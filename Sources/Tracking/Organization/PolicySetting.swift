/// One setting of an organization's policy as people read and write it: a name and a text.
package struct PolicySetting: Sendable {
  /// The name, such as `forced-filter`.
  package let name: String
  /// What it settles, in one line.
  package let summary: String
  /// What values it takes, in one line.
  package let values: String
  private let read: @Sendable (OrganizationPolicy) -> String
  private let write: @Sendable (String, inout OrganizationPolicy) -> Bool

  /// The setting's value in a policy.
  package func value(in policy: OrganizationPolicy) -> String { read(policy) }

  /// Changes a policy.
  ///
  /// - Throws: `PolicySettingError` where the text is no value of the setting.
  package func set(_ text: String, in policy: inout OrganizationPolicy) throws(PolicySettingError) {
    guard write(text, &policy) else {
      throw PolicySettingError.invalidValue(setting: name, values: values)
    }
  }

  /// The values that are words of a list, such as `yes` and `no`; none where it takes others.
  package var choices: [String] {
    values.split(separator: ",").map { item in
      String(item.prefix { $0 != ";" }.drop { $0 == " " })
    }.filter { word in
      var policy = OrganizationPolicy()
      return !word.contains(" ") && write(word, &policy)
    }
  }

  /// The name of the setting that says what is kept of refused mail: of an organization elsewhere that
  /// keeps its own settings it is this side's.
  package static let refusals = "log-refused"

  /// The setting of a name.
  ///
  /// - Throws: `PolicySettingError` where there is none; it names the nearest.
  package static func named(_ name: String) throws(PolicySettingError) -> PolicySetting {
    if let setting = all.first(where: { $0.name == name }) { return setting }
    throw PolicySettingError.unknownName(name, nearest: nearest(to: name))
  }

  private static func nearest(to name: String) -> String? {
    all.map { ($0.name, commonBytes($0.name, name)) }.filter { $0.1 >= 3 }
      .max { $0.1 < $1.1 }?.0
  }

  private static func commonBytes(_ left: String, _ right: String) -> Int {
    zip(left.utf8, right.utf8).prefix { $0 == $1 }.count
      + zip(left.utf8.reversed(), right.utf8.reversed()).prefix { $0 == $1 }.count
  }

  /// All settings, in the order in which `org show` lists them.
  package static let all: [PolicySetting] = [
    choice(
      "filter", "the filter of users who chose none", \.filter),
    PolicySetting(
      name: "forced-filter", summary: "the filter that all users have, whatever they chose",
      values: "off, " + FilterMethod.allCases.map(\.rawValue).joined(separator: ", "),
      read: { $0.forcedFilter?.rawValue ?? "off" },
      write: { text, policy in
        if text == "off" {
          policy.forcedFilter = nil
          return true
        }
        guard let filter = FilterMethod(rawValue: text) else { return false }
        policy.forcedFilter = filter
        return true
      }),
    flag("allow-all", "whether users may choose the filter 'all'", \.allowsAll),
    PolicySetting(
      name: "refuse", summary: "with whom no mail is tracked, whatever else holds",
      values: "addresses, @domain or @*.domain, separated by commas; empty for none",
      read: { $0.refused.joined(separator: ",") },
      write: { text, policy in
        let entries = list(text)
        guard entries.allSatisfy(OrganizationPolicy.isRefusable) else { return false }
        policy.refused = entries
        return true
      }),
    flag("track-rules", "whether a rule's 'track' passes over the users' filters", \.tracksByRule),
    choice("internal-mail", "what becomes of mail among users", \.internalMail),
    flag(
      "internal-to-queues", "whether internal mail to a queue is kept in any case",
      \.keepsInternalMailToQueues),
    flag(
      "internal-from-queues", "whether 'internal-mail' holds for what a queue sends, too",
      \.refusesInternalMailFromQueues),
    flag(
      "only-mailbox-decides", "whether only the mailbox that a message came through is asked",
      \.onlyMailboxDecides),
    flag(
      "ambiguous-senders-unresolved", "whether a sender who is several records is left unresolved",
      \.leavesAmbiguousSenders),
    flag(
      "ambiguous-recipients-unresolved",
      "whether a recipient who is several records is left unresolved",
      \.leavesAmbiguousRecipients),
    privileges("member-privileges", "what a member may do", \.memberPrivileges),
    privileges("reader-privileges", "what a reader may do", \.readerPrivileges),
    flag(
      refusals,
      "whether sender, recipients and subject of refused mail are kept, for 'org log'",
      \.logsRefusals),
    flag(
      "index-text", "whether 'search' finds what stands in the text of messages, too",
      \.indexesText),
    choice(
      "track-appointments", "what becomes of appointments that come with tracked mail",
      \.appointments),
    choice("track-tasks", "what becomes of tasks that come with tracked mail", \.tasks),
    number(
      "retention", "after how many days 'prune' withdraws tracked mail; 0 for never", 0...36_500,
      \.retentionDays),
    flag("correlation", "whether replies are joined to what they answer", \.correlation.isEnabled),
    flag(
      "correlation-headers", "whether In-Reply-To, References and Thread-Index count",
      \.correlation.usesHeaders),
    flag("correlation-tokens", "whether tracking tokens count", \.correlation.usesTokens),
    PolicySetting(
      name: "correlation-known-participant",
      summary: "who from outside must take part for an id or token to count",
      values: "off, address, company; yes and no of before are company and off",
      read: { $0.correlation.knownParticipant.rawValue },
      write: { text, policy in
        let before: [String: KnownParticipant] = ["yes": .company, "no": .off]
        guard let known = KnownParticipant(rawValue: text) ?? before[text] else { return false }
        policy.correlation.knownParticipant = known
        return true
      }),
    flag(
      "forwards-are-replies", "whether a forward answers what it forwards",
      \.correlation.forwardsAreReplies),
    PolicySetting(
      name: "token-prefixes", summary: "the prefixes of tracking tokens, the present one first",
      values:
        "texts of 1 to 20 printable ASCII characters that do not end in a digit, separated by commas",
      read: { $0.correlation.tokenPrefixes.joined(separator: ",") },
      write: { text, policy in
        let prefixes = list(text)
        guard !prefixes.isEmpty, prefixes.allSatisfy(isTokenPrefix) else { return false }
        policy.correlation.tokenPrefixes = prefixes
        return true
      }),
    PolicySetting(
      name: "token-digits", summary: "how many digits follow a prefix, the present number first",
      values: "numbers from 3 to 20, separated by commas",
      read: { $0.correlation.tokenDigits.map(String.init).joined(separator: ",") },
      write: { text, policy in
        let numbers = list(text).map { Int($0) ?? 0 }
        guard !numbers.isEmpty, numbers.allSatisfy({ (3...20).contains($0) }) else { return false }
        policy.correlation.tokenDigits = numbers
        return true
      }),
    flag(
      "smart-matching", "whether equal subjects and addresses join mail (a guess)",
      \.correlation.usesSmartMatching),
    number(
      "smart-matching-words", "how many words of a subject are compared", 1...100,
      \.correlation.smartMatchingWords),
    number(
      "smart-matching-delta", "by how many words the subjects may differ", 0...20,
      \.correlation.smartMatchingDelta),
    number(
      "smart-matching-addresses", "how many external addresses must be equal", 1...20,
      \.correlation.smartMatchingAddresses),
    number(
      "smart-matching-days", "how many days back smart matching looks", 1...3650,
      \.correlation.smartMatchingDays),
  ]

  // MARK: Kinds of settings

  private static func flag(
    _ name: String, _ summary: String, _ path: WritableKeyPath<OrganizationPolicy, Bool> & Sendable
  ) -> PolicySetting {
    PolicySetting(
      name: name, summary: summary, values: "yes, no",
      read: { $0[keyPath: path] ? "yes" : "no" },
      write: { text, policy in
        guard let value = ["yes": true, "no": false][text] else { return false }
        policy[keyPath: path] = value
        return true
      })
  }

  private static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ summary: String, _ path: WritableKeyPath<OrganizationPolicy, Value> & Sendable
  ) -> PolicySetting where Value.RawValue == String {
    PolicySetting(
      name: name, summary: summary,
      values: Value.allCases.map(\.rawValue).joined(separator: ", "),
      read: { $0[keyPath: path].rawValue },
      write: { text, policy in
        guard let value = Value(rawValue: text) else { return false }
        policy[keyPath: path] = value
        return true
      })
  }

  private static func privileges(
    _ name: String, _ summary: String,
    _ path: WritableKeyPath<OrganizationPolicy, Set<Privilege>> & Sendable
  ) -> PolicySetting {
    // An administrator cannot be made of somebody by this way.
    let names = Privilege.allCases.filter { $0 != .administer }.map(\.rawValue)
    return PolicySetting(
      name: name, summary: summary,
      values: names.joined(separator: ", ") + ", separated by commas; none",
      read: { policy in
        let held = policy[keyPath: path].sorted().map(\.rawValue)
        return held.isEmpty ? "none" : held.joined(separator: ",")
      },
      write: { text, policy in
        let given = text == "none" ? [] : list(text)
        guard given.allSatisfy(names.contains) else { return false }
        policy[keyPath: path] = Set(given.compactMap(Privilege.init(rawValue:)))
        return true
      })
  }

  private static func number(
    _ name: String, _ summary: String, _ range: ClosedRange<Int>,
    _ path: WritableKeyPath<OrganizationPolicy, Int> & Sendable
  ) -> PolicySetting {
    PolicySetting(
      name: name, summary: summary,
      values: "a number from \(range.lowerBound) to \(range.upperBound)",
      read: { String($0[keyPath: path]) },
      write: { text, policy in
        guard let value = Int(text), range.contains(value) else { return false }
        policy[keyPath: path] = value
        return true
      })
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.trimmedStart().trimmedEnd()) }
      .filter { !$0.isEmpty }
  }

  private static func isTokenPrefix(_ text: String) -> Bool {
    (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
      && !(text.utf8.last.map { $0 >= 48 && $0 <= 57 } ?? true)
  }
}

/// A setting that there is not, or a value that it does not take.
package enum PolicySettingError: Error, Equatable, CustomStringConvertible {
  /// There is no setting of that name; the nearest, where one is near.
  case unknownName(String, nearest: String?)
  /// The text is no value of the setting.
  case invalidValue(setting: String, values: String)

  /// What failed and what to do, in one line.
  package var description: String {
    switch self {
    case .unknownName(let name, let nearest):
      "no setting '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "; see 'org show'")
    case .invalidValue(let setting, let values):
      "that is no value of '\(setting)'; it takes \(values)"
    }
  }
}
