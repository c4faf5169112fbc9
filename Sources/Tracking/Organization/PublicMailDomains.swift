/// Domains under which anybody can have an address: none of them says for which company somebody
/// works, so a record never matches by such a domain.
package enum PublicMailDomains {
  private static let domains: Set<String> = [
    "126.com", "163.com", "aim.com", "aol.com", "aol.de", "arcor.de", "att.net", "bellsouth.net",
    "bigpond.com", "bluewin.ch", "btinternet.com", "charter.net", "comcast.net", "cox.net",
    "daum.net", "disroot.org", "duck.com", "earthlink.net", "email.cz", "fastmail.com",
    "fastmail.fm", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
    "gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hotmail.co.uk", "hotmail.com",
    "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com",
    "inbox.com", "inbox.lv", "interia.pl", "juno.com", "kpnmail.nl", "laposte.net", "libero.it",
    "live.co.uk", "live.com", "live.de", "live.fr", "live.nl", "mac.com", "mail.bg", "mail.com",
    "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "netzero.net",
    "nifty.com", "o2.pl", "ocn.ne.jp", "onet.pl", "online.de", "optonline.net", "orange.fr",
    "outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it", "pm.me", "posteo.de",
    "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru",
    "rediffmail.com", "rocketmail.com", "runbox.com", "sapo.pt", "sbcglobal.net", "seznam.cz",
    "sfr.fr", "shaw.ca", "sina.com", "sky.com", "sohu.com", "sympatico.ca", "t-online.de",
    "telenet.be", "terra.com.br", "tiscali.it", "tuta.com", "tutanota.com", "ukr.net", "uol.com.br",
    "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de", "wp.pl", "xtra.co.nz",
    "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.br",
    "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net",
    "ymail.com", "ziggo.nl", "zoho.com",
  ]

  /// Whether a domain, as a lower-cased A-label, is one of them.
  package static func contains(_ domain: String) -> Bool { domains.contains(domain) }
}
