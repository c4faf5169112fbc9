import InternetMessage
import Testing

@testable import MailPipeline

@Suite struct MessageTiesTests {
  private static func header(_ fields: String) -> MessageHeader {
    MessageHeader(HeaderSection(Array((fields + "\n\n").utf8)))
  }

  private static let first = """
    Message-ID: <1@x.example>
    References: <0@x.example>
    Thread-Index: AQHY6pPc4P1oCkKzTk2yJ3Zr0m1nqw==
    Subject: The offer CRM:0012345
    """

  @Test(arguments: [
    // An answer, another answer to the same, the same conversation, token, subject, and the message itself.
    ("In-Reply-To: <1@x.example>", false), ("References: <0@x.example>", false),
    ("Message-ID: <0@x.example>", false),
    ("Thread-Index: AQHY6pPc4P1oCkKzTk2yJ3Zr0m1nqwAAAAAA", false),
    ("Subject: Other CRM:0012345", false), ("Subject: RE: the Offer CRM:0012345", false),
    ("Message-ID: <1@x.example>", false),
    ("Message-ID: <2@x.example>\nSubject: Another offer", true), ("Subject: ", true), ("", true),
  ]) func whatHasToDoWithAnotherIsNotAlone(_ fields: String, _ isAlone: Bool) {
    for order in [true, false] {
      var ties = MessageTies()
      let headers = [Self.header(Self.first), Self.header(fields)]
      let found = (order ? headers : headers.reversed()).map { ties.insert($0) }
      #expect(found == [true, isAlone], "\(fields)")
    }
  }

  @Test func subjectsAloneJoinAndEmptyOnesDoNot() {
    var ties = MessageTies()
    let found = ["Re: Lunch", "lunch", "Re:", "Re:"].map {
      ties.insert(Self.header("Subject: \($0)"))
    }
    #expect(found == [true, false, true, true])
  }
}
