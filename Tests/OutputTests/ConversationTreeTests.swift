import Foundation
import Testing
import Tracking

@testable import crm_mailfilter

/// What `thread` makes of messages that answer each other.
@Suite struct ConversationTreeTests {
  private static func copy(_ id: Int64, answers: Int64? = nil) -> TrackedCopy {
    TrackedCopy(
      id: CopyID(id), direction: .incoming, messageID: "\(id)@x", subject: "Re: Offer",
      senderName: nil, senderAddress: "\(id)@x", sentAt: 1_000_000_000, zone: 0, trackedAt: 0,
      arrivedAt: 0, size: 1, isTruncated: false, conversation: ConversationID(1), owner: "d@x",
      ownerReason: "mailbox", regarding: nil, regardingSource: nil,
      answers: answers.map { CopyID($0) }, correlation: nil, reason: nil, rule: nil,
      isManual: false,
      explanation: "", participants: [], attachments: [], deliveries: [], related: [])
  }

  /// A conversation in which each message answers the one before.
  private static func chain(_ count: Int) -> [TrackedCopy] {
    (0..<Int64(count)).map { copy($0 + 1, answers: $0 > 0 ? $0 : nil) }
  }

  /// The part of the lines that shows the tree.
  private static func drawn(_ copies: [TrackedCopy]) -> [String] {
    let dates = DateText(now: 2_000_000_000, isISO: false)
    let lines = ThreadText(dates: dates).text(copies, on: .none).split(separator: "\n").dropFirst()
    return lines.map { line in
      let parts = line.components(separatedBy: "2001-09-09  ")
      return parts[parts.count - 1].replacingOccurrences(
        of: " +Re: Offer$", with: "", options: .regularExpression)
    }
  }

  @Test func linesLeadThroughTheLevelsToWhatIsAnswered() {
    let copies = [
      Self.copy(1), Self.copy(2, answers: 1), Self.copy(3, answers: 2), Self.copy(4, answers: 3),
      Self.copy(5, answers: 2), Self.copy(6, answers: 1), Self.copy(7, answers: 6), Self.copy(8),
    ]
    #expect(
      Self.drawn(copies) == [
        "1@x", "├─ 2@x", "│ ├─ 3@x", "│ │ └─ 4@x", "│ └─ 5@x", "└─ 6@x", "  └─ 7@x", "8@x",
      ])
  }

  @Test func whatIsDeeperThanTwelveLevelsIsDrawnAtItsEnd() {
    // The third message and the twelfth have another answer each, to which a line leads.
    let others = [Self.copy(100, answers: 3), Self.copy(200, answers: 12)]
    let lines = Self.drawn(Self.chain(16) + others)
    func line(_ id: Int) -> String? { lines.first { $0.hasSuffix(" \(id)@x") } }
    #expect(line(4) == "    ├─ 4@x")
    #expect(line(12) == "    │               └─ 12@x")
    #expect(line(13) == "    │                 ├─ 13@x")
    #expect(line(14) == "… │                 │ └─ 14@x")
    #expect(line(15) == "…                 │   └─ 15@x")
    #expect(line(16) == "…               │     └─ 16@x")
    #expect(line(200) == "    │                 └─ 200@x")
    #expect(line(100) == "    └─ 100@x")
  }

  @Test func messagesThatAnswerEachOtherInACircleAreShownOnce() {
    let copies = [Self.copy(1, answers: 3), Self.copy(2, answers: 1), Self.copy(3, answers: 2)]
    #expect(Self.drawn(copies) == ["1@x", "└─ 2@x", "  └─ 3@x"])
  }
}
