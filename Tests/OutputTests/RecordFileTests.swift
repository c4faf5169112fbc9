import Foundation
import InternetMessage
import Testing
import Tracking

@testable import crm_mailfilter

/// Files of records in the forms of the programs that write them.
@Suite struct RecordFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    /// The program, and where its form is from.
    var source: String
    var name = "file"
    var bytes: [UInt8]
    var options = Options()
    /// A line for each row: a record, or `skipped: …`, `refused: …`.
    var expected: [String]

    var testDescription: String { source }

    init(
      _ source: String, _ text: String, name: String = "file", options: Options = Options(),
      _ expected: String...
    ) {
      self.init(source, Array(text.utf8), name: name, options: options, expected)
    }

    init(
      _ source: String, _ bytes: [UInt8], name: String = "file", options: Options = Options(),
      _ expected: [String]
    ) {
      self.source = source
      self.name = name
      self.bytes = bytes
      self.options = options
      self.expected = expected
    }
  }

  struct Options: Sendable {
    var map: [(String, MappedField)] = []
    var type: String?
    var takesPrivate = false
  }

  private static func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
  }

  private static func utf16(_ text: String, isBigEndian: Bool, mark: Bool) -> [UInt8] {
    ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isBigEndian ? bytes : bytes.reversed()
    }
  }

  private static let guid = "5C1B7D5E-0A4B-4C7E-9C59-9A6E4F2D7A10"

  // MARK: Tables

  private static let tables: [Case] = [
    Case(
      "our own columns",
      "type,id,owner,address,domain,name,parent\n"
        + "contact,7,dana@contoso.example,\"a@x.example; b@x.example\",,Ann,account:3\n"
        + "account,3,,,x.example,,\n",
      "contact:7 'Ann' by dana@contoso.example of account:3: a@x.example b@x.example",
      "account:3 '' by - of -: @x.example"),
    Case(
      "Dynamics 365, contacts of Excel",
      "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,Full Name,E-mail,Company Name,Owner\n"
        + "\(guid),x==,Ann Lee,ann@x.example,X Ltd,Dana Reyes\n",
      "contact:\(guid.lowercased()) 'Ann Lee' by Dana Reyes of X Ltd: ann@x.example"),
    Case(
      "Dynamics 365 in French: semicolons, a type in the first heading",
      latin(
        "(Ne pas modifier) Compte;(Ne pas modifier) Somme de contr\u{F4}le;Nom du compte;Site web\n"
          + "\(guid);x==;\u{C9}tabli SA;https://www.x.example/fr\n"),
      ["account:\(guid.lowercased()) 'Établi SA' by - of -: @x.example"]),
    Case(
      "Dynamics 365 in a language that is not known",
      "(Ne muuta) Yhteys;Nimi;Email\n\(guid);Ann;ann@x.example\n",
      "contact:\(guid.lowercased()) '' by - of -: ann@x.example"),
    Case(
      "Dataverse, logical names: leads",
      "leadid,fullname,emailaddress1,emailaddress3,companyname,_ownerid_value\n"
        + "{\(guid)},Ann,ann@x.example,a@y.example,X Ltd,12\n",
      "lead:\(guid.lowercased()) 'Ann' by 12 of -: ann@x.example a@y.example"),
    Case(
      "Salesforce, data export of contacts",
      "\"Id\",\"IsDeleted\",\"AccountId\",\"LastName\",\"FirstName\",\"Email\",\"OwnerId\"\n"
        + "\"0033k00002AbCdEAAZ\",\"0\",\"0013k00002AbCdE\",\"Lee\",\"Ann\",\"ann@x.example\",\"\"\n"
        + "\"0033k00002AbCdFAAZ\",\"1\",\"\",\"Lee\",\"B\",\"b@x.example\",\"\"\n",
      "contact:0033k00002AbCdEAAZ 'Ann Lee' by - of account:0013k00002AbCdEAAV: ann@x.example",
      "skipped: deleted in the CRM"),
    Case(
      "Salesforce, report with a footer",
      "\"Account Name\",\"Account ID\",\"Website\"\n\"X Ltd\",\"0013k00002AbCdE\",\"x.example\"\n\n"
        + "\"Accounts\"\n\"Confidential Information\"\n",
      "account:0013k00002AbCdEAAV 'X Ltd' by - of -: @x.example",
      "skipped: no id and no address: a total, a footer, or the row before goes on",
      "skipped: no id and no address: a total, a footer, or the row before goes on"),
    Case(
      "Salesforce, person accounts",
      "Id,Name,IsPersonAccount,PersonContactId,PersonEmail,Website\n"
        + "0013k00002AbCdE,Ann Lee,true,0033k00002AbCdE,ann@x.example,\n"
        + "0013k00002AbCdF,X Ltd,false,,,x.example\n",
      "contact:0033k00002AbCdEAAV 'Ann Lee' by - of -: ann@x.example",
      "account:0013k00002AbCdFAAV 'X Ltd' by - of -: @x.example"),
    Case(
      "Salesforce, leads, one of them converted",
      "Id,LastName,Company,Email,IsConverted\n00Q3k00002AbCdE,Lee,X Ltd,ann@x.example,0\n"
        + "00Q3k00002AbCdF,Fo,Y,f@x.example,1\n",
      "lead:00Q3k00002AbCdEEAV 'Lee' by - of -: ann@x.example",
      "skipped: a lead that was converted"),
    Case(
      "HubSpot, contacts with several companies",
      "Record ID,First Name,Last Name,Email,Email Domain,Marketing emails opened,Contact owner,"
        + "Associated Company IDs,Associated Company IDs (Primary)\n"
        + "51,Ann,Lee,ann@x.example,x.example,3,Dana Reyes,8;9,9\n52,Bo,,bo@x.example,,,,8;9,\n",
      "contact:51 'Ann Lee' by Dana Reyes of account:9: ann@x.example",
      "contact:52 'Bo' by - of account:8: bo@x.example"),
    Case(
      "HubSpot, companies: a public provider is no domain",
      "Record ID,Company name,Company Domain Name,Parent Company\n8,X Ltd,x.example,9\n9,Mail,gmail.com,\n",
      "account:8 'X Ltd' by - of account:9: @x.example", "account:9 'Mail' by - of -: "),
    Case(
      "an id that a spreadsheet damaged", "Record ID;First Name;Email\n1,2E+11;Ann;ann@x.example\n",
      "refused: the id 1,2E+11 was damaged by a spreadsheet; export again, and open the file there as "
        + "text"),
    Case(
      "Odoo, labels",
      "\"External ID\",\"Name\",\"Is a Company\",\"Email\",\"Related Company/External ID\"\n"
        + "\"__export__.res_partner_1\",\"X Ltd\",\"True\",\"info@x.example\",\"\"\n"
        + "\"__export__.res_partner_2\",\"Ann\",\"False\",\"\"\"Ann\"\" <ann@x.example>\","
        + "\"__export__.res_partner_1\"\n",
      "account:__export__.res_partner_1 'X Ltd' by - of -: info@x.example",
      "contact:__export__.res_partner_2 'Ann' by - of account:__export__.res_partner_1: ann@x.example"
    ),
    Case(
      "Odoo, the name with the company in front",
      "External ID,Complete Name,Company Type,Email,Related Company\n"
        + "p1,\"X Ltd, Ann\",Individual,ann@x.example,X Ltd\n",
      "contact:p1 'Ann' by - of X Ltd: ann@x.example"),
    Case(
      "Odoo, technical names, a row that goes on, our own company",
      "id,name,is_company,email,parent_id/id,child_ids/email\nb,X,1,x@x.example,,ann@x.example\n"
        + ",,,,,bo@x.example\nbase.main_partner,Contoso,1,office@contoso.example,,\n",
      "account:b 'X' by - of -: x@x.example",
      "skipped: no id and no address: a total, a footer, or the row before goes on",
      "skipped: our own"),
    Case(
      "SuiteCRM, contacts",
      "\"First Name\",\"Last Name\",\"ID\",\"Account Name\",\"Email Address\","
        + "\"Non Primary E-mails\",\"Mobile\",\"Account ID\",\"Assigned User Name\",\"Deleted\"\r\n"
        + "\"Ann\",\"Lee\",\"c1\",\"X Ltd\",\"ann@x.example\",\"a@y.example;b@y.example\",\"'+41\","
        + "\"a1\",\"dana\",\"0\"\r\n",
      "contact:c1 'Ann Lee' by dana of account:a1: ann@x.example a@y.example b@y.example"),
    Case(
      "SugarCRM, field names: a lead's source makes no lead",
      "id,first_name,last_name,email1,account_id,lead_source\nc1,Ann,Lee,ann@x.example,a1,Call\n",
      "contact:c1 'Ann Lee' by - of account:a1: ann@x.example"),
    Case(
      "EspoCRM, JSON in a cell",
      "id,firstName,lastName,accountId,emailAddress,emailAddressData,emailAddressIsOptedOut\n"
        + "c1,Ann,Lee,,ann@x.example,\"[{\"\"emailAddress\"\":\"\"ann\\u0040x.example\"\"},"
        + "{\"\"emailAddress\"\":\"\"a@y.example\"\"}]\",0\n",
      "contact:c1 'Ann Lee' by - of -: ann@x.example a@y.example"),
    Case(
      "Zoho, contacts",
      "Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name.id,Account Name,Email,"
        + "Secondary Email,Email Opt Out\n"
        + "zcrm_10,zcrm_1,Dana Reyes,Ann,Lee,zcrm_20,X Ltd,ann@x.example,a@y.example,false\n",
      "contact:10 'Ann Lee' by Dana Reyes of account:20: ann@x.example a@y.example"),
    Case(
      "Pipedrive, people",
      "Person - ID,Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home,"
        + "Organization - ID\n3,Ann,X Ltd,\"ann@x.example, a@x.example\",h@y.example,7\n",
      "contact:3 'Ann' by - of account:7: ann@x.example a@x.example h@y.example"),
    Case(
      "Pipedrive, organizations: an address is a street",
      "Organization - ID,Organization - Name,Organization - Address\n7,X Ltd,12 Mill Lane\n",
      "account:7 'X Ltd' by - of -: "),
    Case(
      "Google, old headings, several addresses in a cell",
      "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value,"
        + "Organization 1 - Name,Website 1 - Value\n"
        + "Ann Lee,Ann,Lee,* Work,ann@x.example ::: a@x.example,h@y.example,X Ltd,x.example\n",
      "contact:ours 'Ann Lee' by - of X Ltd: ann@x.example a@x.example h@y.example"),
    Case(
      "Outlook: Exchange, a company, private",
      "First Name,Last Name,Company,Account,E-mail Address,E-mail Type,E-mail Display Name,Private,"
        + "Web Page\n"
        + "Ann,Lee,X Ltd,12,/o=X/ou=Y/cn=ann,EX,Ann (ann@x.example),False,\n"
        + ",,X Ltd,,desk@x.example,SMTP,,False,http://www.x.example\n"
        + "Bo,Lee,,,bo@y.example,SMTP,,True,\n",
      "skipped: only a name of Exchange, no e-mail address",
      "account:ours 'X Ltd' by - of -: desk@x.example @x.example", "skipped: private"),
    Case(
      "Outlook, private ones taken",
      "First Name,Last Name,E-mail Address,Private\nBo,Lee,bo@y.example,True\n",
      options: Options(takesPrivate: true), "contact:ours 'Bo Lee' by - of -: bo@y.example"),
    Case(
      "Outlook in French: one heading twice",
      latin(
        "Nom,Titre,Pr\u{E9}nom,Nom,Soci\u{E9}t\u{E9} ,Adresse de messagerie,Type de messagerie\n"
          + ",Mme,Zo\u{E9},Mar,X SA,zoe@x.example,SMTP\n"),
      ["contact:ours 'Zoé Mar' by - of X SA: zoe@x.example"]),
    Case(
      "Outlook in German",
      latin(
        "Vorname;Nachname;Firma;E-Mail-Adresse;E-Mail: Angezeigter Name;E-Mail 2: Adresse\n"
          + "J\u{F6}rg;Wei\u{DF};X GmbH;j@x.example;J (j@x.example);k@x.example\n"),
      ["contact:ours 'Jörg Weiß' by - of X GmbH: j@x.example k@x.example"]),
    Case(
      "Thunderbird, tabs",
      "First Name\tLast Name\tDisplay Name\tPrimary Email\tSecondary Email\tOrganization\tNotes\n"
        + "Ann\tLee\tAnn Lee\tann@x.example\t\tX Ltd\t\"a\ttab,\nlines\"\n",
      "contact:ours 'Ann Lee' by - of X Ltd: ann@x.example"),
    Case(
      "Excel, UTF-16 with its mark",
      utf16("Id\tFirst Name\tEmail\r\n1\tЗоя 𝄞\tz@x.example\r\n", isBigEndian: false, mark: true),
      ["contact:1 'Зоя 𝄞' by - of -: z@x.example"]),
    Case(
      "UTF-16, big-endian, without its mark",
      utf16("Id,First Name,Email\n1,Ann,a@x.example\n", isBigEndian: true, mark: false),
      ["contact:1 'Ann' by - of -: a@x.example"]),
    Case(
      "Excel, a line that says what separates",
      "sep=;\r\nVorname;E-Mail;Kunde\r\nAnn;a@x.example;\"7;8\"\r\n",
      "contact:ours 'Ann' by - of -: a@x.example"),
    Case(
      "Excel for Mac, CR alone", "Record ID,First Name,Email\r1,Ann,a@x.example\r2,Bo,b@x.example",
      "contact:1 'Ann' by - of -: a@x.example", "contact:2 'Bo' by - of -: b@x.example"),
    Case(
      "a report of a spreadsheet: title, empty column, total",
      "Contacts;;;\nAs of 2026;;;\n;;;\n;First Name;Email;Contact ID\n;Ann;a@x.example;c1\n;Total;1;\n",
      "contact:c1 'Ann' by - of -: a@x.example",
      "skipped: no id and no address: a total, a footer, or the row before goes on"),
    Case(
      "addresses as people write them",
      "Id,First Name,Email,Email 2\n"
        + "1,A,mailto:a@x.example?subject=x,\"\"\"L, A\"\" <b@x.example>\"\n"
        + "2,B,c@x.example / d@x.example,\u{A0}e@x.example.\u{200B}\n3,C,n/a,-\n"
        + "4,D,d(at)x.example,d@x.example\n5,E,smtp:e@x.example,x500:/o=X/cn=e\n",
      "contact:1 'A' by - of -: a@x.example b@x.example",
      "contact:2 'B' by - of -: c@x.example d@x.example e@x.example",
      "skipped: no e-mail address", "contact:4 'D' by - of -: d@x.example",
      "contact:5 'E' by - of -: e@x.example"),
    Case(
      "web sites: a shop's host and a social network are nobody's domain",
      "Id,Name,Website,ParentId\n1,X,https://u:p@WWW.x.example:8443/a?b,\n2,Y,https://y.myshopify.com,\n"
        + "3,Z,linkedin.com/company/z; z.example,\n",
      "account:1 'X' by - of -: @x.example", "account:2 'Y' by - of -: ",
      "account:3 'Z' by - of -: @z.example"),
    Case(
      "a quote in the midst of a field", "Id,First Name,Email\n1,Ann 5\" Lee,a@x.example\n",
      "contact:1 'Ann 5\" Lee' by - of -: a@x.example"),
    Case(
      "more cells than headings", "Id,First Name,Email\n1,Ann,Lee,a@x.example\n",
      "refused: more fields than columns: a separator without quotes"),
    Case(
      "columns that are named",
      "Nr,Wer,Wohin,Haus\nK 1,Ann,a@x.example,X\nK2,Bo,b@x.example,a1\n",
      options: Options(
        map: [("Nr", .id), ("Wer", .name), ("wohin", .address), ("Haus", .parent)], type: "partner"),
      "refused: 'K 1' can be no id: it holds white space",
      "partner:K2 'Bo' by - of account:a1: b@x.example"),
  ]

  // MARK: Cards

  private static let cards: [Case] = [
    Case(
      "Outlook, vCard 2.1",
      latin(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=Windows-1252:Wei\u{DF};J\u{F6}rg;;Herr\r\n"
          + "FN;CHARSET=Windows-1252:J\u{F6}rg Wei\u{DF}\r\nORG:X GmbH;Einkauf\r\n"
          + "NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nEMAIL:no@x.example=0D=\r\n=0A\r\n"
          + "EMAIL;TLX:4711 x\r\nEMAIL;PREF;INTERNET:j@x.example\r\n"
          + "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n AAAA\r\n EMAIL\r\n\r\nEND:VCARD\r\n"),
      ["contact:ours 'Jörg Weiß' by - of X GmbH: j@x.example"]),
    Case(
      "Android, vCard 2.1: a soft break between the bytes of a letter",
      "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=97=D0=BE=D1=\r\n=8F\r\n"
        + "EMAIL;X-Work:z@x.example\r\nEND:VCARD\r\n"
        + "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Cab\r\nTEL;CELL:1\r\nEND:VCARD\r\n",
      "contact:ours 'Зоя' by - of -: z@x.example", "skipped: no e-mail address"),
    Case(
      "quoted-printable in vCard 3, folded besides",
      "BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=QUOTED-PRINTABLE:Zo=C3=\n =AB B=\n randt\n"
        + "EMAIL:z@x.example\nEND:VCARD\n",
      "contact:ours 'Zoë Brandt' by - of -: z@x.example"),
    Case(
      "vCard 2.1 with an agent's card in it",
      "BEGIN:VCARD\nVERSION:2.1\nFN:A\nEMAIL:a@x.example\nAGENT:\nBEGIN:VCARD\nFN:B\nEMAIL:b@x.example\n"
        + "END:VCARD\nEND:VCARD\n",
      "contact:ours 'A' by - of -: a@x.example"),
    Case(
      "Apple, vCard 3: groups before names, companies",
      "BEGIN:VCARD\nVERSION:3.0\nN:Lee;Ann;;;\nFN:Ann Lee\nORG:X Ltd;Sales\nitem1.EMAIL;type=INTERNET:h@y."
        + "example\nITEM2.EMAIL;type=pref:a@x.example\nX-ABUID:U1\\:ABPerson\nEND:VCARD\n"
        + "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:X Ltd\nORG:X Ltd;\nEMAIL:d@x.example\n"
        + "item1.URL:http://www.x.example\nX-ABShowAs:COMPANY\nEND:VCARD\n"
        + "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Some\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n",
      "contact:U1 'Ann Lee' by - of X Ltd: a@x.example h@y.example",
      "account:ours 'X Ltd' by - of -: d@x.example @x.example", "skipped: a group"),
    Case(
      "Google, vCard 3: a company is its ORG",
      "BEGIN:VCARD\nVERSION:3.0\nORG:Y\\, Z\\; W\nEMAIL:y@y.example\nEND:VCARD\n",
      "account:ours 'Y, Z; W' by - of -: y@y.example"),
    Case(
      "Nextcloud, vCard 4",
      "BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:\(guid)\nFN:Ann\nEMAIL;TYPE=\"INTERNET,HOME\":h@y.example\n"
        + "EMAIL;PREF=1:mailto:a@x\n .example\nEND:VCARD\n"
        + "BEGIN:VCARD\nVERSION:4.0\nKIND:location\nFN:Room\nEMAIL:r@x.example\nEND:VCARD\n"
        + "BEGIN:VCARD\nVERSION:4.0\nCLASS:PRIVATE\nFN:P\nEMAIL:p@x.example\nEND:VCARD\n",
      "contact:\(guid) 'Ann' by - of -: a@x.example h@y.example",
      "skipped: a card of the kind 'location'", "skipped: private"),
    Case(
      "a card without its end, and one that is cut off",
      "BEGIN:VCARD\nUID:1\nEMAIL:a@x.example\nBEGIN:VCARD\nUID:2\nEMAIL:b@x.example\nEND:VCARD\n"
        + "BEGIN:VCARD\nUID:3\nEMAIL:c@x",
      "contact:1 '' by - of -: a@x.example", "contact:2 '' by - of -: b@x.example",
      "skipped: cut off by the end of the file"),
    Case(
      "Thunderbird, LDIF",
      "version: 1\n\ndn: cn=Ann,mail=ann@x.example\nobjectclass: person\ngivenName: Ann\nsn:: TMOpZQ==\n"
        + "mail: ann@x\n .example\nmozillaSecondEmail: a@y.example\no: X Ltd\n\n# a remark\n"
        + "dn: cn=All\nobjectclass: groupOfNames\ncn: All\nmember: cn=Ann\n",
      "contact:ours 'Ann Lée' by - of X Ltd: ann@x.example a@y.example", "skipped: a group"),
  ]

  private static let all = tables + cards

  @Test("is read", arguments: all)
  func isRead(_ sample: Case) throws {
    #expect(try Self.lines(sample) == sample.expected)
  }

  private static func lines(_ sample: Case) throws -> [String] {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "records-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(sample.name).path
    try Data(sample.bytes).write(to: URL(fileURLWithPath: path))
    var options = RecordFileOptions()
    options.isOurs = { $0.domain == "contoso.example" }
    options.columns = sample.options.map.map { (heading: $0.0, field: $0.1) }
    options.type = sample.options.type
    options.takesPrivate = sample.options.takesPrivate
    var file = try RecordFile(path, options: options)
    var lines: [String] = []
    while let item = try file.next() {
      switch item.content {
      case .skipped(let reason): lines.append("skipped: " + reason)
      case .refused(let error): lines.append("refused: " + error.line)
      case .record(let draft): lines.append(text(draft))
      }
    }
    return lines
  }

  private static func text(_ draft: RecordDraft) -> String {
    let parent: String
    switch draft.parent {
    case nil: parent = "-"
    case .record(let record): parent = record.description
    case .name(let name): parent = name
    }
    return
      "\(draft.type):\(draft.id ?? "ours") '\(draft.name)' by \(draft.owner ?? "-") of \(parent): "
      + (draft.addresses.map(\.description) + draft.domains.map { "@" + $0 }).joined(separator: " ")
  }

  // MARK: What is no file of records

  private static let others: [(source: String, bytes: [UInt8], problem: String)] = [
    ("nothing", [], "empty"),
    ("a workbook", Array("PK\u{3}\u{4}xx[Content_Types].xml".utf8) + [0, 0], "a workbook"),
    ("a ZIP file", Array("PK\u{3}\u{4}xxContact.csv".utf8) + [0, 0], "unpack it"),
    ("an old workbook", [0xD0, 0xCF, 0x11, 0xE0, 0xA1], "old Office"),
    ("a table of HTML", Array("\u{FEFF}\n<!-- x --><html><table>".utf8), "an HTML table"),
    ("XML", Array("<?xml version=\"1.0\"?><Workbook>".utf8), "an XML file"),
    ("JSON", Array("[{\"email\":\"a@x.example\"}]".utf8), "JSON"),
    ("bytes", [1, 0, 2, 0, 0, 0, 0, 0, 9], "no text"),
    ("no heading", Array("Ann,a@x.example\n".utf8), "--map COLUMN=address"),
    ("deals", Array("Deal - ID,Person - Email - Work\n1,a@x.example\n".utf8), "these are deals"),
    ("opportunities", Array("Id,Name,StageName,AccountId\n1,x,y,z\n".utf8), "these are deals"),
    (
      "people without addresses", Array("Record ID,First Name\n1,Ann\n".utf8), "of e-mail addresses"
    ),
    ("a heading that is ours but for a letter", Array("typ,id\n".utf8), "did you mean 'type'"),
    ("a quote that is left open", Array("Id,Email\n1,\"a@x.example\n".utf8), ":2: a quote"),
  ]

  @Test("is named for what it is", arguments: others.indices)
  func isNamed(_ index: Int) {
    let other = Self.others[index]
    let error = #expect(throws: CommandError.self, "\(other.source)") {
      _ = try Self.lines(Case(other.source, other.bytes, []))
    }
    #expect(error?.line.contains(other.problem) == true, "\(other.source): \(error?.line ?? "")")
    // None of its bytes are shown.
    #expect(error?.line.contains("\u{0}") == false)
  }

  @Test func theColumnsAreTold() throws {
    let folder = NSTemporaryDirectory() + "records-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("Title\n\nFirst Name,Kundennummer,Email,,Phone\n".utf8)
      .write(to: URL(fileURLWithPath: folder))
    #expect(
      try RecordFile(folder).description == [
        "\(folder): contacts; headings on line 3", "  name: First Name", "  address: Email",
        "  id: ours, made of the first address and the name; --map 'Kundennummer=id' takes that column",
        "  not used: Kundennummer, Phone",
      ])
  }

  @Test func idsAreThoseOfTheirPrograms() {
    let cases = [
      ("0033k00002AbCdE", "0033k00002AbCdEAAV"), ("0033k00002abcde", "0033k00002abcdeAAA"),
      ("zcrm_5", "5"), ("{\(Self.guid)}", Self.guid.lowercased()), ("K-1", "K-1"),
      ("003300000000000", "003300000000000"),
    ]
    for (id, expected) in cases { #expect(RecordID.normalized(id) == expected) }
    for id in ["1,23457E+11", "1.2E+5", "9E+10"] { #expect(RecordID.isDamaged(id), "\(id)") }
    for id in ["1E5", "12E+5", "E+5", "1.2", "1E+", "65E+1234"] {
      #expect(!RecordID.isDamaged(id), "\(id)")
    }
  }
}
