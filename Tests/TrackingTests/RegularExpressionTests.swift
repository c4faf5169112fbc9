import Testing

@testable import Tracking

/// What expressions match, and which are refused.
@Suite struct RegularExpressionTests {
  /// An expression, texts that it matches, texts that it does not, and who says so: a section of POSIX's
  /// XBD, `glibc` for what its matcher does where POSIX leaves it open, `PCRE` for what everybody means
  /// who learnt it there, `ours` for what is decided here.
  typealias Row = (pattern: String, yes: [String], no: [String], source: String)

  static let characters: [Row] = [
    ("/a/", ["a", "cab"], ["", "A", "b"], "9.4.1"),
    ("/abc/", ["abc", "xabcx"], ["ab", "acb", "a bc"], "9.4.6"),
    ("/./", ["a", "é", " ", "\u{1F600}"], [""], "9.4.4"),
    ("/a.c/", ["abc", "aéc", "a日c", "a\u{1F600}c", "a.c"], ["ac", "abbc"], "9.4.4"),
    ("/^.$/", ["é", "日", "\u{1F600}"], ["", "e\u{301}", "ab"], "9.4.4"),
    ("/a.c/", ["a\nc", "a\0c"], ["a\n\nc"], "9.4.4"),
    ("/\\./", ["a.b"], ["ab", ""], "9.4.3"),
    ("/\\*\\+\\?/", ["*+?"], ["*+", "**?"], "9.4.3"),
    ("/\\(a\\)/", ["(a)"], ["a"], "9.4.3"),
    ("/\\[a\\]/", ["[a]"], ["a"], "9.4.3"),
    ("/\\{2\\}/", ["a{2}"], ["aa"], "9.4.3"),
    ("/\\\\/", ["a\\b"], ["ab"], "9.4.3"),
    ("/\\^a\\$/", ["^a$"], ["a"], "9.4.3"),
    ("/a\\|b/", ["a|b"], ["a", "b"], "9.4.3"),
    ("/\\//", ["a/b"], ["ab"], "ours"),
    ("/a/b/", ["a/b"], ["ab"], "ours"),
    ("/\\-\\_\\@/", ["-_@"], ["-@"], "glibc"),
    ("/]/", ["]"], ["["], "9.4.3"),
    ("/}/", ["}"], ["{"], "9.4.3"),
    ("/é/", ["café"], ["cafe", "É"], "9.4.1"),
    ("/日本/", ["日本語"], ["日 本"], "9.4.1"),
    ("/\u{1F600}/", ["x\u{1F600}"], ["\u{1F601}"], "9.4.1"),
  ]

  static let repetitions: [Row] = [
    ("/^a*$/", ["", "a", "aaaa"], ["b", "aab"], "9.4.6"),
    ("/^a+$/", ["a", "aaaa"], ["", "b"], "9.4.6"),
    ("/^a?$/", ["", "a"], ["aa"], "9.4.6"),
    ("/^ab*c$/", ["ac", "abc", "abbbc"], ["a", "abb", "adc"], "9.4.6"),
    ("/^ab+c$/", ["abc", "abbc"], ["ac"], "9.4.6"),
    ("/^ab?c$/", ["ac", "abc"], ["abbc"], "9.4.6"),
    ("/^.*$/", ["", "x", "x y"], [], "9.4.6"),
    ("/^é+$/", ["é", "éé"], ["", "e", "é\u{301}"], "9.4.6"),
    ("/^a{3}$/", ["aaa"], ["aa", "aaaa"], "9.4.6"),
    ("/^a{2,}$/", ["aa", "aaaaa"], ["a", ""], "9.4.6"),
    ("/^a{2,3}$/", ["aa", "aaa"], ["a", "aaaa"], "9.4.6"),
    ("/^a{0,2}$/", ["", "a", "aa"], ["aaa"], "9.4.6"),
    ("/^a{0}b$/", ["b"], ["ab"], "9.4.6"),
    ("/^a{0,0}b$/", ["b"], ["ab"], "9.4.6"),
    ("/^a{0,}$/", ["", "aaa"], ["b"], "9.4.6"),
    ("/^a{1}$/", ["a"], ["", "aa"], "9.4.6"),
    ("/^a{1,1}$/", ["a"], ["", "aa"], "9.4.6"),
    ("/^(ab){2}$/", ["abab"], ["ab", "ababab"], "9.4.6"),
    ("/^(a|b){2,3}$/", ["ab", "bba"], ["a", "abab", "ac"], "9.4.6"),
    ("/^(ab?){2,3}c$/", ["aac", "ababc", "abaabc"], ["ac", "bac", "aaaac"], "9.4.6"),
    ("/^(a{2}b){2}$/", ["aabaab"], ["aab", "abab"], "9.4.6"),
    ("/^(a{1,2}){2}$/", ["aa", "aaa", "aaaa"], ["a", "aaaaa"], "9.4.6"),
    ("/^[ab]{2}$/", ["ab", "ba"], ["a", "abc"], "9.4.6"),
    ("/^.{2}$/", ["éa", "日本"], ["é", "abc"], "9.4.6"),
    ("/^(a*)*$/", ["", "aaa"], ["b"], "9.4.6"),
    ("/^(a*)+b$/", ["b", "aab"], ["a"], "9.4.6"),
    ("/^(a+)*b$/", ["b", "aab"], ["a"], "9.4.6"),
    ("/^(a?){3}$/", ["", "a", "aaa"], ["aaaa"], "9.4.6"),
    ("/^(a|ab)(c|bcd)$/", ["abc", "ac", "abcd", "abbcd"], ["ab", "abd"], "9.4.6"),
    ("/^a**$/", ["", "aa"], ["b"], "glibc"),
    ("/^a{2}{2}$/", ["aaaa"], ["aa", "aaa"], "glibc"),
    ("/^a{2}*$/", ["", "aa", "aaaa"], ["a", "aaa"], "glibc"),
    ("/^a+*$/", ["", "a"], ["b"], "glibc"),
    ("/^(a|b)*c$/", ["c", "abbac"], ["abd"], "9.4.6"),
    (
      "/^x{255}$/", [String(repeating: "x", count: 255)],
      [String(repeating: "x", count: 254)], "9.4.6"
    ),
    (
      "/^x{300}$/", [String(repeating: "x", count: 300)],
      [String(repeating: "x", count: 299)], "ours"
    ),
    ("/^(.{0,9}a){3}b$/", ["aaab", "xxaxxaab"], ["aab", "xaxab"], "9.4.6"),
  ]

  static let alternatives: [Row] = [
    ("/a|b/", ["a", "b"], ["c", ""], "9.4.7"),
    ("/^(a|b|cd)$/", ["a", "b", "cd"], ["c", "abcd"], "9.4.7"),
    ("/^a|b$/", ["ax", "xb"], ["xax", "bx"], "9.4.8"),
    ("/ab|cd/", ["ab", "cd"], ["ad", "abd".replacing("ab", with: "a")], "9.4.8"),
    ("/a(b|c)d/", ["abd", "acd"], ["ad", "abcd"], "9.4.8"),
    ("/^(a|)b$/", ["ab", "b"], ["aab"], "glibc"),
    ("/^(|a)b$/", ["ab", "b"], ["aab"], "glibc"),
    ("/a|/", ["", "b"], [], "glibc"),
    ("/^(a||b)c$/", ["ac", "bc", "c"], ["abc"], "glibc"),
    ("/^()a$/", ["a"], ["", "aa"], "glibc"),
    ("/^()*a$/", ["a"], ["b"], "glibc"),
    ("/^((a|b)|(c|d))+$/", ["abcd"], ["abe", ""], "9.4.7"),
    ("/^(one|two|three) (four|five)$/", ["one five", "three four"], ["one", "four one"], "9.4.7"),
    ("/^(a|a)*b$/", ["b", "aab"], ["aa"], "9.4.7"),
    ("/^((((a))))$/", ["a"], ["aa"], "9.4.6"),
  ]

  static let anchors: [Row] = [
    ("/^a/", ["a", "ab"], ["ba", ""], "9.4.9"),
    ("/a$/", ["a", "ba"], ["ab", "a\n"], "9.4.9"),
    ("/^$/", [""], ["a", " "], "9.4.9"),
    ("/^/", ["", "a"], [], "9.4.9"),
    ("/$/", ["", "a"], [], "9.4.9"),
    ("/(^a)b/", ["ab"], ["cab"], "9.4.9"),
    ("/(^a|b)c/", ["ac", "xbc"], ["xac"], "9.4.9"),
    ("/a(b$|c)/", ["xab", "acx"], ["abx"], "9.4.9"),
    ("/a^b/", [], ["ab", "a^b", "a\nb"], "9.4.9"),
    ("/a$b/", [], ["ab", "a$b", "a\nb"], "9.4.9"),
    ("/^^a$$/", ["a"], ["ba"], "glibc"),
    ("/(^|[^a-z])re:/", ["re:", "x re:"], ["fire:"], "9.4.9"),
    ("/(a|^)b/", ["b", "ab", "xab"], ["xb"], "9.4.9"),
    ("/(^a)*b/", ["b", "ab", "xb"], ["a"], "glibc"),
    ("/\\Aa\\z/", ["a"], ["a\n", "ba"], "PCRE"),
    ("/\\Aa\\Z/", ["a"], ["ab"], "PCRE"),
    ("/\\`a\\'/", ["a"], ["ab", "ba"], "glibc"),
    ("/a\nb|^c/".replacing("\n", with: "\\n"), ["a\nb", "c"], ["a\nc"], "PCRE"),
  ]

  static let brackets: [Row] = [
    ("/^[abc]$/", ["a", "b", "c"], ["d", "ab"], "9.3.5"),
    ("/^[^abc]$/", ["d", "é", "日"], ["a", ""], "9.3.5"),
    ("/^[a-c]$/", ["a", "b", "c"], ["d", "-", "B"], "9.3.5"),
    ("/^[^a-c]$/", ["d", "-", "B"], ["b"], "9.3.5"),
    ("/^[a-cx-z0-9]+$/", ["ax9"], ["d", "w"], "9.3.5"),
    ("/^[]a]$/", ["]", "a"], ["[", "]a"], "9.3.5"),
    ("/^[^]a]$/", ["b", "["], ["]", "a"], "9.3.5"),
    ("/^[a-]$/", ["a", "-"], ["b"], "9.3.5"),
    ("/^[-a]$/", ["a", "-"], ["b"], "9.3.5"),
    ("/^[a^]$/", ["a", "^"], ["b"], "9.3.5"),
    ("/^[.*+?(){}|$]+$/", [".*+?(){}|$"], ["a", "\\"], "9.3.5"),
    ("/^[[]$/", ["["], ["]"], "9.3.5"),
    ("/^[%--]$/", ["%", "&", "-"], [".", "$"], "9.3.5"),
    ("/^[--\\/]$/", ["-", ".", "/"], [",", "0"], "9.3.5"),
    ("/^[[:alpha:]]+$/", ["abcÉ日"], ["a1", "_"], "7.3.1"),
    ("/^[[:digit:]]+$/", ["0123456789"], ["a", "\u{663}"], "7.3.1"),
    ("/^[[:alnum:]]+$/", ["aZ0é"], ["_", " "], "7.3.1"),
    ("/^[[:upper:]]+$/", ["AZÉЖ"], ["a", "é", "1"], "7.3.1"),
    ("/^[[:lower:]]+$/", ["azéж"], ["A", "É", "1"], "7.3.1"),
    ("/^[[:space:]]+$/", [" \t\n\r\u{B}\u{C}\u{2003}"], ["a"], "7.3.1"),
    ("/^[[:blank:]]+$/", [" \t"], ["\n", "a"], "7.3.1"),
    ("/^[[:punct:]]+$/", ["!_-~«"], ["a", " ", "1"], "7.3.1"),
    ("/^[[:cntrl:]]+$/", ["\u{1}\u{7F}\t\u{85}"], ["a", " "], "7.3.1"),
    ("/^[[:graph:]]+$/", ["a1!é"], [" ", "\t"], "7.3.1"),
    ("/^[[:print:]]+$/", ["a1! é"], ["\t", "\u{7F}"], "7.3.1"),
    ("/^[[:xdigit:]]+$/", ["09afAF"], ["g", "é"], "7.3.1"),
    ("/^[^[:alpha:]]+$/", ["12 _"], ["a", "é"], "7.3.1"),
    ("/^[[:alpha:][:digit:]_]+$/", ["a1_"], ["-"], "7.3.1"),
    ("/^[[:alpha:].@-]+$/", ["a.b@c-d"], ["a b"], "9.3.5"),
    ("/^[[.-.]a]$/", ["-", "a"], ["."], "9.3.5"),
    ("/^[[.a.]-c]$/", ["a", "b", "c"], ["d", "."], "9.3.5"),
    ("/^[a-[.c.]]$/", ["a", "b", "c"], ["d"], "9.3.5"),
    ("/^[[=e=]]$/", ["e"], ["é", "="], "9.3.5"),
    ("/^[[.].]]$/", ["]"], ["."], "9.3.5"),
    ("/^[äöü]+$/", ["äöü"], ["a", "Ä", "ß"], "9.3.5"),
    ("/^[ä-ü]$/", ["ä", "ö", "ü"], ["a", "z", "ý"], "ours"),
    ("/^[а-я]+$/", ["привет"], ["Привет", "hi", "ё"], "ours"),
    ("/^[\u{4E00}-\u{9FFF}]+$/", ["日本語"], ["かな", "a"], "ours"),
    ("/^[^é]$/", ["e", "É"], ["é"], "9.3.5"),
    ("/^[aa-ca]$/", ["a", "b", "c"], ["d"], "9.3.5"),
    ("/^[\\w.-]+$/", ["a_1.-é"], ["a b", "\\"], "PCRE"),
    ("/^[\\d,]+$/", ["1,2"], ["d", "\\"], "PCRE"),
    ("/^[^\\s]+$/", ["ab"], ["a b", "\t"], "PCRE"),
    ("/^[\\D]$/", ["a", "é"], ["1"], "PCRE"),
    ("/^[\\W1]+$/", ["- 1"], ["a", "2"], "PCRE"),
    ("/^[^\\W_]+$/", ["aé1"], ["_", "-"], "PCRE"),
    ("/^[\\D\\d]+$/", ["a1"], [""], "PCRE"),
    ("/^[\\]\\[]+$/", ["[]"], ["\\"], "PCRE"),
    ("/^[\\^a\\-z]+$/", ["^a-z"], ["b", "\\"], "PCRE"),
    ("/^[\\\\]$/", ["\\"], ["/"], "PCRE"),
    ("/^[\\t\\x41-\\x43]+$/", ["\tABC"], ["t", "D", "\\"], "PCRE"),
    ("/^[\\w-.]+$/", ["a-.b"], [","], "PCRE"),
    ("/^[a-c-e]+$/", ["a-e", "b"], ["d"], "PCRE"),
    ("/^[,;:]+$/", [",;:"], ["."], "9.3.5"),
    ("/^[:,;:]+$/", [",;:"], ["."], "9.3.5"),
  ]

  static let escapes: [Row] = [
    ("/^\\d+$/", ["2026"], ["a", "\u{663}", ""], "PCRE"),
    ("/^\\D+$/", ["aé "], ["a1"], "PCRE"),
    ("/^\\w+$/", ["aZ_9é日e\u{301}"], ["a-b", " "], "glibc"),
    ("/^\\W+$/", ["- !"], ["a", "_", "é"], "glibc"),
    ("/^\\s+$/", [" \t\n\u{A0}"], ["a"], "PCRE"),
    ("/^\\S+$/", ["aé-"], ["a b"], "glibc"),
    ("/\\bred\\b/", ["red", "a red car", "red."], ["reds", "hatred", "_red"], "PCRE"),
    ("/\\bé/", ["é", "la été"], ["aé"], "ours"),
    ("/\\Bed/", ["red"], ["ed", "an ed"], "PCRE"),
    ("/\\B/", ["", "ab", " "], ["a"], "PCRE"),
    ("/\\b/", ["a", " a"], ["", " ", "--"], "PCRE"),
    ("/\\<red/", ["red", "a reds"], ["hatred"], "glibc"),
    ("/red\\>/", ["red", "hatred x"], ["reds"], "glibc"),
    ("/a\\>.\\<b/", ["a b", "a-b"], ["a_b", "ab"], "glibc"),
    ("/^\\<|\\>$/", ["a-", "-a"], ["--", ""], "glibc"),
    ("/(\\bre|\\bfwd):/", ["re:", "x fwd:"], ["fire:"], "PCRE"),
    ("/a\\tb/", ["a\tb"], ["atb", "a b"], "PCRE"),
    ("/a\\nb/", ["a\nb"], ["anb"], "PCRE"),
    ("/\\r\\f\\v/", ["\r\u{C}\u{B}"], ["rfv"], "PCRE"),
    ("/\\x41\\x{e9}/", ["Aé"], ["x41", "A"], "PCRE"),
    ("/\\x{1F600}+/", ["\u{1F600}"], ["x"], "PCRE"),
    ("/^(?:ab)+$/", ["ab", "abab"], ["aba", "?:ab"], "PCRE"),
    ("/^(?:a|b(?:c|d))$/", ["a", "bc", "bd"], ["b"], "PCRE"),
    ("/(?i)offer/", ["OFFER", "Offer"], ["order"], "PCRE"),
    ("/(?i)É/", ["é", "É"], ["e"], "PCRE"),
    ("/^a*?$/", ["", "aa"], ["b"], "PCRE"),
    ("/^a+?$/", ["a", "aa"], [""], "PCRE"),
    ("/^a??$/", ["", "a"], ["aa"], "PCRE"),
    ("/^a{2,3}?$/", ["aa", "aaa"], ["a", "aaaa"], "PCRE"),
    ("/^a{2}?$/", ["aa"], ["", "a"], "PCRE"),
    ("/^<.*?>$/", ["<a>", "<a><b>"], ["<a"], "PCRE"),
    ("/a.*?b/", ["ab", "axxb"], ["a"], "PCRE"),
    ("/^(a+?b)*?c$/", ["c", "abaabc"], ["ac"], "PCRE"),
  ]

  static let cases: [Row] = [
    ("/offer/i", ["OFFER", "oFfEr"], ["order"], "9.2"),
    ("/OFFER/i", ["offer"], ["order"], "9.2"),
    ("/été/i", ["ÉTÉ", "Été"], ["ete"], "ours"),
    ("/ПРИВЕТ/i", ["привет"], ["привит"], "ours"),
    ("/αβσ/i", ["ΑΒΣ", "αβς"], ["αβγ"], "ours"),
    ("/straße/i", ["STRAẞE", "Straße"], ["STRASSE"], "ours"),
    ("/ǆ/i", ["Ǆ", "ǅ", "ǆ"], ["dz"], "ours"),
    ("/s/i", ["S"], ["ſ"], "ours"),
    ("/k/i", ["K"], ["\u{212A}"], "ours"),
    ("/\u{212A}/i", ["\u{212A}"], ["k"], "ours"),
    ("/i/i", ["I"], ["İ", "ı"], "ours"),
    ("/å/i", ["Å", "\u{212B}"], ["a"], "ours"),
    ("/µ/i", ["μ", "Μ"], ["u"], "ours"),
    ("/^[a-c]+$/i", ["aBC"], ["D"], "9.2"),
    ("/^[A-C]+$/i", ["aBC"], ["d"], "9.2"),
    ("/^[^a-c]+$/i", ["dE"], ["B"], "9.2"),
    ("/^[äöü]+$/i", ["ÄÖü"], ["a"], "ours"),
    ("/^[À-Ö]+$/i", ["àÖ"], ["ø", "a"], "ours"),
    ("/^[[:upper:]]+$/i", ["aZé"], ["1"], "glibc"),
    ("/^[[:lower:]]+$/i", ["aZÉ"], ["1"], "glibc"),
    ("/^[^[:upper:]]+$/i", ["12"], ["a", "A"], "glibc"),
    ("/^[@-Z]+$/i", ["@az"], ["[", "`"], "glibc"),
    ("/^re: \\d+$/i", ["RE: 7"], ["RE: x"], "PCRE"),
    ("/A\\x42C/i", ["abc"], ["ab"], "PCRE"),
    ("/ա/i", ["Ա"], ["a"], "ours"),
    ("/日/i", ["日"], ["本"], "ours"),
  ]

  static let everyday: [Row] = [
    ("/^(re|aw|fwd?|wg): /i", ["RE: x", "Fwd: x", "AW: x"], ["Fire: x", "re:x"], "ours"),
    (
      "/\\b(salary|personal)\\b/i", ["Your SALARY", "personal!"],
      ["personally", "impersonal"], "ours"
    ),
    ("/\\[ticket#[0-9]{4,8}\\]/i", ["x [Ticket#12345]"], ["[ticket#123]", "ticket#12345"], "ours"),
    (
      "/^[[:alnum:]._%+-]+@([[:alnum:]-]+\\.)+[[:alpha:]]{2,}$/", ["a.b@c-d.example"],
      ["a@b", "@c.example", "a b@c.example"], "ours"
    ),
    ("/^(info|sales)@/", ["info@a.example"], ["x-info@a.example"], "ours"),
    (
      "/@(.+\\.)?fabrikam\\.example$/", ["a@fabrikam.example", "a@x.fabrikam.example"],
      ["a@xfabrikam.example"], "ours"
    ),
    ("/\\d{4}-\\d{2}-\\d{2}/", ["on 2026-11-02."], ["2026-1-2"], "ours"),
    ("/(EUR|€) ?[0-9]+([.,][0-9]{2})?/", ["€ 7,50", "EUR10"], ["7 €"], "ours"),
    ("/offert[ae]|angebot|devis/i", ["Offerte 7", "ANGEBOT"], ["offer"], "ours"),
    ("/^\\s*$/", ["", " \t"], ["x"], "ours"),
    ("/(urgent|!!+)/i", ["URGENT", "now!!"], ["now!"], "ours"),
  ]

  static let rows =
    characters + repetitions + alternatives + anchors + brackets + escapes + cases + everyday

  @Test(arguments: rows.indices) func matches(_ index: Int) throws {
    let row = Self.rows[index]
    let expression = try RegularExpression.parse(row.pattern).get()
    for text in row.yes {
      #expect(expression.matches(text), "\(row.pattern) on \(text.debugDescription): \(row.source)")
    }
    for text in row.no {
      #expect(
        !expression.matches(text), "\(row.pattern) on \(text.debugDescription): \(row.source)")
    }
  }

  /// Expressions that are refused, and what is said.
  static let refused: [(String, String)] = [
    ("/(?=a)/", "two conditions"), ("/(?!a)/", "'(?' looks around"), ("/(?<=a)b/", "'(?<' looks"),
    ("/(?<!a)b/", "under 'not'"), ("/(a)\\1/", "a back reference '\\1'"),
    ("/(?P<n>a)/", "a group with a name; write (…)"), ("/(?<n>a)/", "write (…)"),
    ("/(?'n'a)/", "write (…)"), ("/(?>a)/", "write (…)"), ("/(?|a)/", "write (…)"),
    ("/(?#x)a/", "leave comments out"), ("/a(?i)b/", "write (?i) at its start"),
    ("/(?s)a/", "leave other flags out"), ("/(?i:a)/", "write (?i) at its start"),
    ("/(?/", "write (?i) at its start"),
    ("/a*+/", "write *"), ("/a++/", "write +"), ("/a?+/", "write ?"), ("/a{2}+/", "write {2}"),
    ("/\\pL/", "write a class"), ("/\\p{Lu}/", "[[:alpha:]]"), ("/\\PL/", "write a class"),
    ("/\\e/", "'\\e' is not known; write e"), ("/\\Q.\\E/", "'\\Q' is not known"),
    ("/\\K/", "'\\K' is not known"), ("/\\h/", "'\\h' is not known"), ("/\\u0041/", "\\x{…}"),
    ("/\\0/", "'\\0' is not known"), ("/[\\q]/", "'\\q' is not known"),
    ("/[\\1]/", "'\\1' is not known"), ("/[\\b]/", "'\\b' is not known"),
    ("/\\x4/", "write \\x41"), ("/\\xZZ/", "write \\x41"), ("/\\x{110000}/", "write \\x41"),
    ("/\\x{D800}/", "write \\x41"), ("/\\x{41/", "write \\x41"), ("/\\x{}/", "write \\x41"),
    ("/\\x{FFFFFFFFFFFFFFFFFFFF}/", "write \\x41"),
    ("/a\\/", "a backslash at the end"), ("/(a/", "a '(' without its ')'"),
    ("/((a)/", "a '(' without its ')'"), ("/a)/", "a ')' without its '('"),
    ("/[a/", "a '[' without its ']'"), ("/[]/", "a '[' without its ']'"),
    ("/[^]/", "a '[' without its ']'"), ("/[a\\]/", "a '[' without its ']'"),
    ("/[\\/", "a '[' without its ']'"), ("/[[:alpha:]/", "a '[' without its ']'"),
    ("/[[:alpha/", "a '[:' without its ':]'"), ("/[[.a]/", "a '[.' without its '.]'"),
    ("/[[:letter:]]/", "alpha, digit"), ("/[[:ALPHA:]]/", "no class of characters"),
    ("/[:alpha:]/", "write [[:alpha:]]"), ("/[[.hyphen.]]/", "'hyphen' is no character"),
    ("/[[=ch=]]/", "'ch' is no character"), ("/[z-a]/", "'z-a' ends before"),
    ("/[a-\\d]/", "ends with a class"), ("/[a-[:digit:]]/", "ends with a class"),
    ("/*a/", "nothing before '*'"), ("/+/", "nothing before '+'"), ("/a|?/", "nothing before '?'"),
    ("/(*a)/", "nothing before '*'"), ("/^*/", "write \\* for"), ("/\\b+/", "nothing before '+'"),
    ("/{2}/", "nothing before '{2}'"), ("/a{/", "a '{' without its '}'"),
    ("/a{x}/", "a '{' with anything but numbers"), ("/a{,3}/", "{0,3}"), ("/a{}/", "numbers"),
    ("/a{1,2,3}/", "numbers"), ("/a{-1}/", "numbers"), ("/a{3,2}/", "in the wrong order"),
    ("/a{10001}/", "more than 10000 states"), ("/(a{100}){101}/", "more than 10000 states"),
    ("/a{99999999999999999999}/", "more than 10000 states"),
    ("/a{0,9223372036854775807}/", "more than 10000 states"),
    ("/((a{99}){99}){99}/", "more than 10000 states"),
    ("//", "would match everything"), ("/(?i)/", "would match everything"),
    ("/a\nb/", "stands on one line"), ("/a\0b/", "holds no NUL"), ("/a/x", "unknown flag 'x'"),
    ("/a/ii", "unknown flag 'ii'"),
  ]

  @Test(arguments: refused.indices) func refuses(_ index: Int) {
    let (pattern, word) = Self.refused[index]
    guard case .failure(let error) = RegularExpression.parse(pattern) else {
      Issue.record("\(pattern) is taken")
      return
    }
    #expect(error.description.contains(word), "\(pattern): \(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      "/" + String(repeating: "(", count: depth) + "a" + String(repeating: ")*", count: depth) + "/"
    }
    #expect(try RegularExpression.parse(nested(250)).get().matches("aaa"))
    for depth in [251, 1_000_000] {
      guard case .failure(let error) = RegularExpression.parse(nested(depth)) else {
        Issue.record("\(depth) groups are taken")
        return
      }
      #expect(error.description == "groups nested deeper than 250")
    }
  }

  @Test func theTextIsLookedAtToItsEnd() throws {
    let text = String(repeating: "x", count: 500_000) + "yz"
    #expect(try RegularExpression.parse("/[y]z$/").get().matches(text))
    #expect(try !RegularExpression.parse("/[y]x/").get().matches(text))
  }

  /// More classes of characters than a table has room for, more sets of states than are kept.
  @Test func whatIsForgottenIsFoundAgain() throws {
    let letters = (0..<2_000).compactMap { Unicode.Scalar(0x4E00 + 2 * $0).map(Character.init) }
    let classes = try RegularExpression.parse("/^[\(String(letters))]+x$/").get()
    #expect(classes.matches(String(letters) + String(letters.reversed()) + "x"))
    #expect(!classes.matches(String(letters) + "\u{4E01}" + String(letters) + "x"))
    var state: UInt64 = 7
    let text = String(
      (0..<20_000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return state >> 63 == 0 ? "a" : "b"
      } as [Character])
    let sets = try RegularExpression.parse("/a[ab]{15}c/").get()
    #expect(sets.matches(text + "a" + String(repeating: "b", count: 15) + "c"))
    #expect(!sets.matches(text + String(repeating: "b", count: 16) + "c"))
  }
}
