import HostileShapes
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
      ("[EXT] [Sales] Re: Offer", "Offer"),
      ("EXTERNAL: AW: Offer", "Offer"),
      ("EXTERNAL: Offer", "EXTERNAL: Offer"),
      ("(urgent) Offer", "(urgent) Offer"),
      ("【外部】Re: Offer", "Offer"),
      ("【外部】Offer", "【外部】Offer"),
      ("[EXT]: Re: Offer", "Offer"),
      ("[EXT]: Offer", "[EXT]: Offer"),
      ("Re: [list] - Offer", "- Offer"),
      ("Re: (urgent) Offer", "(urgent) Offer"),
      ("[Fwd: Re: Offer]", "Offer"),
      ("Offer (fwd)", "Offer"),
      ("Offer (two pumps)", "Offer (two pumps)"),
      ("Re:", ""),
      ("", ""),
    ])
  func topic(_ subject: String, _ topic: String) {
    #expect(SubjectLine(subject).topic == topic)
  }

  @Test(
    "says that it forwards by its outermost prefix, as programs write it",
    arguments: [
      "Fwd: Re: Offer", "FWD:Offer", "Fwd[2]: Offer", "Fw^3: Offer",
      // What gateways and lists put before it.
      "[EXTERNAL] Fwd: Offer", "[EXTERNAL] [Sales] Fwd: Offer", "[SPAM?][EXT] FW: Offer",
      "EXTERNAL: FW: Offer", "External Sender: Fwd: Offer", "(EXT) Fwd: Offer",
      "{Spam?} Fwd: Offer",
      "*** EXTERNAL *** Fwd: Offer", "*****SPAM***** Fwd: Offer", "<EXT> Fwd: Offer",
      "[EXT]: Fwd: Offer", "[External] - FW: Offer", "EXTERNAL - Fwd: Offer", "EXT- FW: Offer",
      "[ EXTERNAL ]Fwd: Offer", "[EXTERNAL EMAIL] | Fwd: Offer",
      "CAUTION: EXTERNAL EMAIL: Fwd: Offer",
      "【外部】Fwd: Offer", "（外部）転送：Offer", "［EXT］ FW: Offer", "[EXT]【Sales】Fwd: Offer",
      "[Sales] Offer (fwd)", "Fwd: Fwd: Offer (fwd)", "[EXT] [Fwd: Offer]", "Fwd:[EXT] Re: Offer",
      // Netscape and Evolution; Pine and Elm.
      "[Fwd: Offer]", "[Fwd: Offer] CRM:0001001", "[Fwd: [Fwd: Offer]]", "Offer (fwd)",
      "Offer (FWD)",
      // Outlook, Lotus Notes, Apple Mail, Gmail and Thunderbird in other languages.
      "WG: Offer", "WG : Offer", "TR\u{A0}: Offer", "I: Offer", "RV: Offer", "VB: Offer",
      "VL: Offer",
      "FS: Offer", "ENC: Offer", "PD: Offer", "TRS: Offer", "YML: Offer", "Doorst: Offer",
      "Posr: Offer", "Proslj.: Offer", "Továbbítás: Offer",
      "TOVA\u{301}BBI\u{301}TA\u{301}S: Offer",
      "Pārs.: Offer", "ΠΡΘ: Offer", "Пересл: Offer", "ПЕРЕСЛ: Offer", "Препр: Offer",
      "הועבר: Offer",
      "إعادة توجيه: Offer", "转发：Offer", "轉寄: Offer", "転送: Offer", "전달: Offer",
      "Chuyển tiếp: Offer", "ส่งต่อ: Offer", "ＦＷ：Offer",
      // Case without a locale's rules.
      "İLT: Offer", "ilt: Offer", "ILT: Offer", "ılt: Offer",
    ])
  func forwards(_ subject: String) {
    #expect(SubjectLine(subject).isForward)
  }

  @Test(
    "does not forward where it answers, or only looks like it",
    arguments: [
      "Re: Fwd: Offer", "[EXT] RE: FW: Offer", "Re: [Fwd: Offer]", "Re: Offer (fwd)",
      "Forward: Offer",
      "Offer: I: one", "[Sales] Offer", "(Fwd Offer)", "EXTERNAL: Offer", "回复：Fwd: Offer",
      "Offer [Fwd: x]", "EXTERNAL - Offer", "【外部】Offer",
      "Re: 【外部】Fwd: Offer", "Offer - Fwd: x", "- Fwd: Offer", "【外部",
      // Finnish for an answer, Danish for a forward: as an answer no mail is lost.
      "VS: Offer", "SV: Offer", "R: Offer", "На: Offer",
    ])
  func answers(_ subject: String) {
    #expect(!SubjectLine(subject).isForward)
  }

  @Test("of a stranger is taken apart in one pass")
  func hostile() {
    for piece in [
      "[", "[a]", "[a]-", "【", "【a】", "-", "EXT-", "（：", "[Fwd:", "(fwd)", "Re:", "*", "*a*", "a:",
      "：", "EXT:",
    ] {
      let subject = "Fwd: " + String(repeating: piece, count: 300_000 / piece.utf8.count)
      #expect(SubjectLine(subject).isForward)
    }
  }

  @Test("of a stranger is read in linear time")
  func linear() {
    let units = [
      "[", "]", "[a]", "Fwd:", "[Fwd:", "(fwd)", "Re", ":", "*", "EXT", "-", " ", "【", "】", "（",
      "İ",
      "CRM:", "0001001", "CRM:0001001", "１", "a", "é",
    ]
    var policy = CorrelationPolicy()
    policy.tokenPrefixes = ["CRM:", "C", "CRM:0"]
    let violations = Doubling.violations(Shape.combinations(units), size: 8 << 10) { bytes in
      let subject = String(decoding: bytes, as: UTF8.self)
      _ = SubjectLine(subject).topic
      _ = TrackingToken.find(in: subject, policy: policy)
      _ = TrackingToken.mayStand(in: subject)
    }
    #expect(violations.isEmpty)
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
    // A letter or digit before it makes it a part of a word.
    #expect(TrackingToken.find(in: "CRM:0001001CRM:0001002", policy: policy) == "CRM:0001001")
    #expect(TrackingToken.find(in: "ÄCRM:0001001", policy: policy) == nil)
    #expect(TrackingToken.find(in: "ЯCRM:0001001", policy: policy) == nil)
    policy.tokenPrefixes = ["ACME-", "CRM:"]
    policy.tokenDigits = [9, 7]
    #expect(TrackingToken.find(in: "Offer ACME-123456789", policy: policy) == "ACME-123456789")
    #expect(TrackingToken.find(in: "Offer CRM:0001001", policy: policy) == "CRM:0001001")
  }
  @Test(
    "shows its tracking token beside other scripts and signs",
    arguments: [
      "回复：报价CRM:0001001", "回复：CRM:0001001", "見積りCRM:0001001号", "견적CRM:0001001",
      "“Offer”CRM:0001001", "Offer –CRM:0001001", "Offer—CRM:0001001…", "«CRM:0001001»",
      "Re: Offer\u{A0}CRM:0001001", "Offer CRM：0001001", "Offer ＣＲＭ：０００１００１", "[CRM:0001001]",
    ])
  func tokensBesideScripts(_ subject: String) {
    #expect(TrackingToken.find(in: subject, policy: CorrelationPolicy()) == "CRM:0001001")
    #expect(TrackingToken.mayStand(in: subject))
  }

  @Test("tells where no token can stand, whatever the prefix is")
  func noTokens() {
    #expect(!TrackingToken.mayStand(in: "Offer 17"))
    #expect(!TrackingToken.mayStand(in: "2026"))
    #expect(TrackingToken.mayStand(in: "Offer #123"))
  }
}
