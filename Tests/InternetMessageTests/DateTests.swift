import Foundation
import InternetMessage
import Testing

@Suite("Dates")
struct DateTests {
  private func header(_ value: String) -> MessageHeader {
    MessageHeader(HeaderSection(Array("Date: \(value)\n\n".utf8)))
  }

  /// A field's value, and the instant as ISO 8601 has it.
  static let table: [(String, String)] = [
    // RFC 5322 sections 3.3 and 4.3.
    ("Tue, 3 Nov 2026 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    ("3 Nov 26 09:15 EST", "2026-11-03T14:15:00Z"),
    ("Tue Nov  3 09:15:00 2026", "2026-11-03T09:15:00Z"),
    // Dots for colons (Finnish and Italian locales), doubled signs (a sign before the number's own).
    ("Tue, 3 Nov 2026 09.15.30 +0200", "2026-11-03T07:15:30Z"),
    ("3.11.2026 9.15", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 ++0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +-0200", "2026-11-03T11:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 --0200", "2026-11-03T11:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 GMT+02:00", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 UTC-2", "2026-11-03T11:15:00Z"),
    // ISO 8601-1 sections 5.2 to 5.4.
    ("2026-11-03T09:15:00Z", "2026-11-03T09:15:00Z"),
    ("2026-11-03T09:15:00.123456+02:00", "2026-11-03T07:15:00Z"),
    ("2026-11-03T09:15:00,5+02", "2026-11-03T07:15:00Z"),
    ("20261103T091500Z", "2026-11-03T09:15:00Z"),
    ("2026-11-03 09:15:00 -0330", "2026-11-03T12:45:00Z"),
    ("2026/11/03 09:15", "2026-11-03T09:15:00Z"),
    ("31/10/2026 09:15", "2026-10-31T09:15:00Z"),
    ("10/31/2026 09:15 PM", "2026-10-31T21:15:00Z"),
    // Zone names (the IANA time zone database's abbreviations).
    ("Tue, 3 Nov 2026 09:15:00 CET", "2026-11-03T08:15:00Z"),
    ("Fri, 3 Jul 2026 09:15:00 MESZ", "2026-07-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 JST", "2026-11-03T00:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 AKST", "2026-11-03T18:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 CET +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +0200 CEST", "2026-11-03T07:15:00Z"),
    // Names as CLDR abbreviates them, and as strftime(3) does.
    ("mar, 3 nov 2026 09:15:00 +0100", "2026-11-03T08:15:00Z"),
    ("jue ago 6 09:15:00 2026", "2026-08-06T09:15:00Z"),
    ("martes, 3 de noviembre de 2026 9:15:00", "2026-11-03T09:15:00Z"),
    ("Di., 3 Nov. 2026 09:15:00 +0100 (MEZ)", "2026-11-03T08:15:00Z"),
    ("Di, 3 Mär 2026 09:15:00 +0100", "2026-03-03T08:15:00Z"),
    ("Dienstag, 3. Dezember 2026 09:15:00", "2026-12-03T09:15:00Z"),
    ("Do, 1 Jänner 2026 09:15", "2026-01-01T09:15:00Z"),
    ("mar. 3 févr. 2026 09:15:00 +0100", "2026-02-03T08:15:00Z"),
    ("lun., 3 août 2026 09:15:00", "2026-08-03T09:15:00Z"),
    ("1er juillet 2026 09:15", "2026-07-01T09:15:00Z"),
    ("gio, 3 set 2026 09:15:00 +0200", "2026-09-03T07:15:00Z"),
    ("lun 3 mag 2027 09:15", "2027-05-03T09:15:00Z"),
    ("Ter, 03 Mar 2026 09:15:00 -0300", "2026-03-03T12:15:00Z"),
    ("Seg, 07 Set 2026 10:00:00 -0300", "2026-09-07T13:00:00Z"),
    ("sáb, 3 out 2026 09:15", "2026-10-03T09:15:00Z"),
    ("di 3 mrt 2026 09:15:00 +0100", "2026-03-03T08:15:00Z"),
    ("zo, 3 mei 2026 09:15", "2026-05-03T09:15:00Z"),
    ("tis, 3 maj 2026 09:15:00 +0200", "2026-05-03T07:15:00Z"),
    ("lör, 3 okt 2026 09:15", "2026-10-03T09:15:00Z"),
    ("søn., 3. des. 2026 kl. 09.15", "2026-12-03T09:15:00Z"),
    ("ti, 3 marras 2026 09.15", "2026-11-03T09:15:00Z"),
    ("pe 3 heinäkuuta 2026 klo 9.15", "2026-07-03T09:15:00Z"),
    ("pt., 3 lip 2026 09:15", "2026-07-03T09:15:00Z"),
    ("3 października 2026 09:15", "2026-10-03T09:15:00Z"),
    ("út, 3 lis 2026 09:15", "2026-11-03T09:15:00Z"),
    ("čt, 3. září 2026 9:15", "2026-09-03T09:15:00Z"),
    ("вт, 3 ноя 2026 09:15:00 +0300", "2026-11-03T06:15:00Z"),
    ("3 февраля 2026 г. 9:15", "2026-02-03T09:15:00Z"),
    ("Sal, 3 Kas 2026 09:15:00 +0300", "2026-11-03T06:15:00Z"),
    ("Paz, 08 Kas 2026 09:15:00 +0300", "2026-11-08T06:15:00Z"),
    ("3 Ağustos 2026 09:15", "2026-08-03T09:15:00Z"),
    ("2026年11月3日(火) 9:15:00", "2026-11-03T09:15:00Z"),
    ("火, 3 11月 2026 09:15:00 +0900", "2026-11-03T00:15:00Z"),
    ("2026年11月3日 午後9時15分", "2026-11-03T21:15:00Z"),
    ("星期二, 3 十一月 2026 09:15:00 +0800", "2026-11-03T01:15:00Z"),
    ("2026年11月3日 星期二 下午 9:15", "2026-11-03T21:15:00Z"),
    // More forms of each: mbox's, JavaScript's, Java's, web forms', what mail programs quote.
    ("3 Nov 2026 09:15:00 UT", "2026-11-03T09:15:00Z"),
    ("3 Nov 2026 09:15:00 Z", "2026-11-03T09:15:00Z"),
    ("3 Nov 2026 09:15:00 A", "2026-11-03T09:15:00Z"),
    ("Tuesday, 03-Nov-26 09:15:00 GMT", "2026-11-03T09:15:00Z"),
    ("Tue Nov 03 2026 09:15:00 GMT+0200 (CEST)", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +0200 (W. Europe Standard Time)", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 Pacific Standard Time", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 GMT Standard Time", "2026-11-03T09:15:00Z"),
    ("Tue Nov  3 09:15:00 CET 2026", "2026-11-03T08:15:00Z"),
    ("Tue Nov  3 09:15:00 +0100 2026", "2026-11-03T08:15:00Z"),
    ("Tue Nov  3 09:15:00 2026 +0100", "2026-11-03T08:15:00Z"),
    ("Tue Nov 3, 2026 9:15 AM", "2026-11-03T09:15:00Z"),
    ("November 3, 2026 9:15:00 PM EST", "2026-11-04T02:15:00Z"),
    ("November 3, 2026 12:15 AM", "2026-11-03T00:15:00Z"),
    ("November 3, 2026 12:15 PM", "2026-11-03T12:15:00Z"),
    ("November 3, 2026 at 9:15 p.m.", "2026-11-03T21:15:00Z"),
    ("3rd November 2026 09:15", "2026-11-03T09:15:00Z"),
    ("Tue,3 Nov 2026 09:15:00+0200", "2026-11-03T07:15:00Z"),
    ("3-Nov-2026 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    ("03-nov.-2026 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 -0000", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +02:00", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +0545", "2026-11-03T03:30:00Z"),
    ("Tue, 3 Nov 2026 09:15:60 +0000", "2026-11-03T09:16:00Z"),
    ("Tue, 3 Nov 2026 9:5:7 +0000", "2026-11-03T09:05:07Z"),
    ("Tue, 3 Nov 2026 09:15:00.250 +0000", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 126 09:15:00 +0000", "2026-11-03T09:15:00Z"),
    ("2026-11-03T09:15Z", "2026-11-03T09:15:00Z"),
    ("2026-11-03T09:15:00+0200", "2026-11-03T07:15:00Z"),
    ("2026-11-03T09:15:00 +02:00", "2026-11-03T07:15:00Z"),
    ("2026-11-03T09:15:00z", "2026-11-03T09:15:00Z"),
    ("2026-11-03 09:15:00", "2026-11-03T09:15:00Z"),
    ("2026-11-03 09:15:00 UTC", "2026-11-03T09:15:00Z"),
    ("2026-11-03 09:15:00.123+00", "2026-11-03T09:15:00Z"),
    ("2026.11.03 09:15", "2026-11-03T09:15:00Z"),
    ("03.11.2026 09:15:00", "2026-11-03T09:15:00Z"),
    ("23/11/2026, 09:15:00", "2026-11-23T09:15:00Z"),
    ("Di., 3. Nov. 2026 um 09:15 Uhr", "2026-11-03T09:15:00Z"),
    ("Am Dienstag, dem 3. November 2026 um 09:15 Uhr", "2026-11-03T09:15:00Z"),
    ("le mardi 3 novembre 2026 à 09:15", "2026-11-03T09:15:00Z"),
    ("mardi 3 novembre 2026 09h15", "2026-11-03T09:15:00Z"),
    ("el martes, 3 de noviembre de 2026 a las 9:15", "2026-11-03T09:15:00Z"),
    ("martes, 3 de noviembre de 2026 9:15 p.\u{A0}m.", "2026-11-03T21:15:00Z"),
    ("11/23/2026, 9:15:00\u{202F}PM", "2026-11-23T21:15:00Z"),
    ("terça-feira, 3 de novembro de 2026 às 09:15", "2026-11-03T09:15:00Z"),
    ("martedì 3 novembre 2026 alle ore 09:15", "2026-11-03T09:15:00Z"),
    ("dinsdag 3 november 2026 om 09:15", "2026-11-03T09:15:00Z"),
    ("den 3 november 2026 kl. 09:15", "2026-11-03T09:15:00Z"),
    ("tisdag, 3 november 2026 09:15", "2026-11-03T09:15:00Z"),
    ("tiistaina 3. marraskuuta 2026 klo 9.15", "2026-11-03T09:15:00Z"),
    ("wtorek, 3 listopada 2026 o 09:15", "2026-11-03T09:15:00Z"),
    ("3 listopada 2026 r. 09:15", "2026-11-03T09:15:00Z"),
    ("úterý 3. listopadu 2026 v 9:15", "2026-11-03T09:15:00Z"),
    ("вторник, 3 ноября 2026 г., 09:15 +03:00", "2026-11-03T06:15:00Z"),
    ("3 Kasım 2026 Salı 09:15", "2026-11-03T09:15:00Z"),
    ("2026年11月3日 9:15", "2026-11-03T09:15:00Z"),
    ("2026年11月3日(火曜日) 午前9:15:00 JST", "2026-11-03T00:15:00Z"),
    ("２０２６年１１月３日 ９：１５", "2026-11-03T09:15:00Z"),
    ("2026年11月3日星期二 上午9:15", "2026-11-03T09:15:00Z"),
    ("2026年11月3日 上午 12:15", "2026-11-03T00:15:00Z"),
    ("週二, 03 十一月 2026 09:15:00 +0800", "2026-11-03T01:15:00Z"),
    ("周二, 03 11月 2026 09:15:00 +0800", "2026-11-03T01:15:00Z"),
    ("2026. 11. 3. 오후 9:15", "2026-11-03T21:15:00Z"),
    ("2026년 11월 3일 화요일 오전 9:15", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +0200 +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 UTC+2", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 GMT +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 \"CET\"", "2026-11-03T08:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 [CET]", "2026-11-03T08:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 Europe/Berlin", "2026-11-03T09:15:00Z"),
    ("\tTue, 3 Nov 2026 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026\r\n 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    // RFC 2047 has no encoded words here; some write them.
    ("=?utf-8?q?Di=2C_3_M=C3=A4r_2026_09=3A15=3A00_=2B0100?=", "2026-03-03T08:15:00Z"),
  ]

  @Test("are read in the languages and forms of mail programs", arguments: table)
  func reading(_ value: String, _ expected: String) throws {
    let date = try #require(header(value).date, "\(value)")
    let text = ISO8601DateFormatter().string(
      from: Date(timeIntervalSince1970: TimeInterval(date.secondsSince1970)))
    #expect(text == expected)
  }

  /// The names of days and months, Monday and January first.
  typealias Names = (language: String, days: [String], months: [String])

  /// As glibc's locales have them (`%a`, `%b`), which the C programs write that forget the C locale.
  static let short: [Names] = [
    (
      "es_ES", ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
      ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
    ),
    (
      "de_DE", ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
      ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
    ),
    (
      "fr_FR", ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
      [
        "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.",
      ]
    ),
    (
      "it_IT", ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
      ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]
    ),
    (
      "pt_BR", ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"],
      ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"]
    ),
    (
      "nl_NL", ["ma", "di", "wo", "do", "vr", "za", "zo"],
      ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    ),
    (
      "sv_SE", ["mån", "tis", "ons", "tor", "fre", "lör", "sön"],
      ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    ),
    (
      "da_DK", ["man", "tir", "ons", "tor", "fre", "lør", "søn"],
      ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    ),
    (
      "nb_NO", ["man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."],
      [
        "jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.",
        "des.",
      ]
    ),
    (
      "fi_FI", ["ma", "ti", "ke", "to", "pe", "la", "su"],
      [
        "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka",
        "marras", "joulu",
      ]
    ),
    (
      "pl_PL", ["pon", "wto", "śro", "czw", "pią", "sob", "nie"],
      ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"]
    ),
    (
      "cs_CZ", ["Po", "Út", "St", "Čt", "Pá", "So", "Ne"],
      ["led", "úno", "bře", "dub", "kvě", "čen", "čec", "srp", "zář", "říj", "lis", "pro"]
    ),
    (
      "ru_RU", ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"],
      ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
    ),
    (
      "tr_TR", ["Pzt", "Sal", "Çrş", "Prş", "Cum", "Cmt", "Pzr"],
      ["Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"]
    ),
    (
      "ja_JP", ["月", "火", "水", "木", "金", "土", "日"],
      ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"]
    ),
    (
      "zh_CN", ["一", "二", "三", "四", "五", "六", "日"],
      ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"]
    ),
    (
      "zh_TW", ["週一", "週二", "週三", "週四", "週五", "週六", "週日"],
      ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]
    ),
  ]

  /// As CLDR has them in a date that is written out.
  static let long: [Names] = [
    (
      "es", ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
      [
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
      ]
    ),
    (
      "de", ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
      [
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
        "Oktober", "November", "Dezember",
      ]
    ),
    (
      "fr", ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
      [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
      ]
    ),
    (
      "it", ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
      [
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
        "settembre", "ottobre", "novembre", "dicembre",
      ]
    ),
    (
      "pt",
      [
        "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
        "domingo",
      ],
      [
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
        "outubro", "novembro", "dezembro",
      ]
    ),
    (
      "nl", ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
      [
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
      ]
    ),
    (
      "sv", ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
      [
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
        "oktober", "november", "december",
      ]
    ),
    (
      "da", ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
      [
        "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
        "oktober", "november", "december",
      ]
    ),
    (
      "nb", ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
      [
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september",
        "oktober", "november", "desember",
      ]
    ),
    (
      "fi",
      [
        "maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina",
        "sunnuntaina",
      ],
      [
        "tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesäkuuta",
        "heinäkuuta", "elokuuta", "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta",
      ]
    ),
    (
      "pl", ["poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"],
      [
        "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
        "września", "października", "listopada", "grudnia",
      ]
    ),
    (
      "cs", ["pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota", "neděle"],
      [
        "ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září",
        "října", "listopadu", "prosince",
      ]
    ),
    (
      "ru", ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
      [
        "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
        "октября", "ноября", "декабря",
      ]
    ),
    (
      "tr", ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"],
      [
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
        "Kasım", "Aralık",
      ]
    ),
  ]

  /// 9:15 UTC of a day of 2026, whose months begin with these days of the week.
  private func seconds(month: Int, day: Int) -> Int64 {
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].prefix(month).reduce(0, +)
    return 1_767_225_600 + Int64((days + day - 1) * 86_400 + 9 * 3600 + 15 * 60)
  }

  @Test(
    "have the names of every day and month in every language", arguments: (short + long).indices)
  func everyName(_ number: Int) {
    let (language, days, months) = (Self.short + Self.long)[number]
    for (month, name) in months.enumerated() {
      for (weekday, dayName) in days.enumerated() {
        let day = 10 + weekday
        let expected = seconds(month: month, day: day)
        for value in [
          "\(dayName), \(day) \(name) 2026 09:15:00 +0000",
          "\(dayName) \(day) \(name) 2026 09:15:00",
          "\(dayName) \(name) \(day) 09:15:00 2026", "\(day) \(name) 2026 09:15:00",
          "\(dayName), \(day). \(name) 2026 9.15",
          "\(dayName.uppercased()), \(day) \(name.uppercased()) 2026 9:15",
        ] {
          #expect(
            header(value).date?.secondsSince1970 == expected, "\(language): \(value)")
        }
      }
    }
  }

  @Test("are read where their bytes are of an older charset")
  func rawBytes() {
    let bytes = Array("Date: Di, 3 M".utf8) + [0xE4] + Array("r 2026 09:15:00 +0100\n\n".utf8)
    #expect(MessageHeader(HeaderSection(bytes)).date?.secondsSince1970 == 1_772_525_700)
  }

  @Test(
    "are none where who knows which",
    arguments: [
      "3/4/2026 09:15", "Tue, 3 Foo 2026 09:15", "Tue, 31 Nov 2026 09:15", "Tue, 3 Nov 2026",
      "3 Nov 2026 9.15.30.40.50", "2026-13-03T09:15:00Z", "2026年11月", "午後", "十十十十十十十月",
      "3 Nov 2026 25:00", "3 Nov 2026 09:15 +2500", "+", "1:2:3:4:5", "T", "Tomorrow",
      "Tue, 3Nov2026 09:15:00 +0200", "03/11/2026 09:15:00", "Tue, 03 Nov 2026 09-15-00 +0000",
      "令和8年11月3日 9:15", "Date: Tue, 3 Nov 2026 09:15:00 +0200", "1793697300",
      "mar. 3 nov. 2026 à 9 h 15", "Tue, 3 Nov 2026 24:00:00 +0000",
      "Tue, 3 Nov 99999999999999999999 09:15:00", "Tue, 3 Nov 2026 09:15:00 +99999999999999999999",
      "Tue, 99999999999999999999 Nov 2026 09:15:00", "9999999999999999999-11-03T09:15:00Z",
    ])
  func none(_ value: String) {
    #expect(header(value).date == nil)
    #expect(header(value).notes.contains { $0.kind == .noDate })
  }

  @Test(
    "that mail cannot have do not count",
    arguments: [
      "Wed, 31 Dec 1969 23:59:59 +0000", "Thu, 1 Jan 1970 00:30:00 +0100",
      "1 Jan 2201 00:00:00 +0000",
      "1 Jan 9999 00:00:00 -2359", "1 Jan 0001 00:00:00 +2359",
    ])
  func outOfRange(_ value: String) {
    #expect(header(value).date != nil)
    #expect(header(value).credibleDate == nil)
    #expect(header(value).notes.contains { $0.kind == .dateOutOfRange })
  }

  @Test("at both ends of the range count")
  func rangeEnds() {
    #expect(header("1 Jan 1970 00:00:00 +0000").date?.secondsSince1970 == 0)
    #expect(header("31 Dec 2200 23:59:59 +0000").date?.secondsSince1970 == 7_289_654_399)
  }
}
