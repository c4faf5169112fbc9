import Testing
import Tracking

@Suite("A subject")
struct SubjectLineTests {
  @Test(
    "is told from its prefixes",
    arguments: [
      ("Re: Offer", "Offer"),
      ("RE[2]: Offer", "Offer"),
      ("Re^3: Offer", "Offer"),
      ("AW: WG: Offer", "Offer"),
      ("回复：报价", "报价"),
      ("[list] Re: Offer", "Offer"),
      ("Re: [list] Offer", "Offer"),
      ("[list] Offer", "[list] Offer"),
      ("Project: deadline", "Project: deadline"),
      ("12:30 meeting", "12:30 meeting"),
      ("Re:", ""),
      ("", ""),
    ])
  func topic(_ subject: String, _ topic: String) {
    #expect(SubjectLine(subject).topic == topic)
  }

  @Test("says that it forwards by its outermost prefix")
  func forwards() {
    #expect(SubjectLine("Fwd: Re: Offer").isForward)
    #expect(SubjectLine("WG: Offer").isForward)
    #expect(!SubjectLine("Re: Fwd: Offer").isForward)
    #expect(!SubjectLine("Forward: Offer").isForward)
  }

  @Test("shows its tracking token")
  func tokens() {
    var policy = CorrelationPolicy()
    #expect(TrackingToken.find(in: "Offer CRM:0001001", policy: policy) == "CRM:0001001")
    #expect(TrackingToken.find(in: "Re: Offer crm:0001001 (fwd)", policy: policy) == "CRM:0001001")
    #expect(TrackingToken.find(in: "Offer CRM:00010012", policy: policy) == nil)
    #expect(TrackingToken.find(in: "Offer CRM:000100", policy: policy) == nil)
    #expect(TrackingToken.find(in: "XCRM:0001001", policy: policy) == nil)
    #expect(
      TrackingToken.find(in: "CRM:0001001 CRM:0001002", policy: policy) == "CRM:0001002")
    policy.tokenPrefixes = ["ACME-", "CRM:"]
    policy.tokenDigits = [9, 7]
    #expect(TrackingToken.find(in: "Offer ACME-123456789", policy: policy) == "ACME-123456789")
    #expect(TrackingToken.find(in: "Offer CRM:0001001", policy: policy) == "CRM:0001001")
  }
}
