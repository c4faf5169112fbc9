/// Web sites as they stand in tables and cards, of which a company's has its domain.
package enum WebSite {
  /// The hosts of a text, lower-cased and without `www.`; those where anybody has pages left out.
  package static func hosts(in text: String) -> [String] {
    var hosts: [String] = []
    for word in text.split(whereSeparator: { " ,;|\n\t".contains($0) }).prefix(20) {
      guard let host = host(of: word.lowercased()), !isShared(host), !hosts.contains(host) else {
        continue
      }
      hosts.append(host)
    }
    return hosts
  }

  private static func host(of address: String) -> String? {
    var rest = address[...]
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    rest = rest.prefix { !"/?#".contains($0) }
    // Whoever signs in stands before the host.
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    rest = rest.prefix { $0 != ":" }
    if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
    while rest.last == "." { rest.removeLast() }
    guard rest.contains("."), !rest.hasPrefix("."), !rest.utf8.contains(UInt8(ascii: "_")),
      rest.contains(where: \.isLetter)
    else { return nil }
    return String(rest)
  }

  /// Whether a host is where anybody has pages: a social network, a shop, a maker of sites.
  private static func isShared(_ host: String) -> Bool {
    let labels = host.split(separator: ".")
    return labels.indices.contains { shared.contains(labels[$0...].joined(separator: ".")) }
      || labels.count >= 2 && sharedNames.contains(String(labels[labels.count - 2]))
      || labels.count >= 3 && sharedNames.contains(String(labels[labels.count - 3]))
        && labels[labels.count - 2].count <= 3
  }

  /// Under any country's domain.
  private static let sharedNames: Set<String> = ["amazon", "ebay", "google", "blogspot", "webnode"]

  private static let shared: Set<String> = [
    "about.me", "behance.net", "bigcartel.com", "business.site", "carrd.co", "crunchbase.com",
    "dribbble.com", "dropbox.com", "etsy.com", "facebook.com", "fb.com", "fb.me", "flickr.com",
    "g.page", "github.com", "github.io", "gitlab.com", "gitlab.io", "godaddysites.com", "goo.gl",
    "gumroad.com", "herokuapp.com", "indiamart.com", "instagram.com", "issuu.com", "jimdo.com",
    "jimdofree.com", "jimdosite.com", "kununu.com", "linkedin.com", "linktr.ee", "medium.com",
    "meetup.com", "mystrikingly.com", "myshopify.com", "netlify.app", "notion.site", "ok.ru",
    "pages.dev", "pinterest.com", "reddit.com", "sharepoint.com", "site123.me", "skype.com",
    "snapchat.com", "soundcloud.com", "square.site", "squarespace.com", "substack.com", "t.co",
    "t.me", "telegram.me", "threads.net", "tiktok.com", "tripadvisor.com", "tumblr.com",
    "twitter.com", "typepad.com", "ueniweb.com", "vercel.app", "vimeo.com", "vk.com", "wa.me",
    "web.app", "webflow.io", "weebly.com", "weibo.com", "whatsapp.com", "wikipedia.org", "wix.com",
    "wixsite.com", "wordpress.com", "x.com", "xing.com", "yelp.com", "youtu.be", "youtube.com",
  ]
}
