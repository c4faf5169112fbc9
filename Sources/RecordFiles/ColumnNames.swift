/// The headings that programs write.
///
/// They are compared by their letters and digits alone, in lower case and without accents:
/// `E-mail Address`, `email_address` and `emailAddress` are one. So are numbered ones.
enum ColumnNames {
  /// Headings of the columns of records, by what they are.
  private static let headings: [(ColumnRole, String)] = [
    (.type, "type"),
    // HubSpot, Zoho; Odoo; HubSpot in German, French, Spanish.
    (.id, "id recordid externalid datensatzid iddeficha iddenregistrement iddelregistro"),
    (.id, "guid uuid uniqueid idexterne externeid idexterno"),
    (.contactID, "contactid kontaktid iddecontact iddecontacto"),
    (.leadID, "leadid iddepiste"),
    // Salesforce, SuiteCRM, EspoCRM; Dataverse; HubSpot; Zoho; Odoo; Pipedrive.
    (.accountID, "accountid parentcustomeridvalue parentcustomerid associatedcompanyidsprimary"),
    (.accountID, "associatedcompanyid accountnameid relatedcompanyexternalid parentidid"),
    (
      .accountID,
      "relatedcompanyid organizationid organisationid companyid primaryassociatedcompanyid"
    ),
    (.accountID, "relatedpartnerexternalid commercialentityexternalid associatedcompanyidprimary"),
    (.accountIDs, "associatedcompanyids"),
    (.name, "name fullname displayname contactname leadname recordname personname"),
    (.name, "nomcomplet nom nombrecompleto nomecompleto vollstandigername anzeigename naam"),
    (.name, "volledigenaam visningsnamn wyswietlananazwa kontaktname nomaffiche"),
    (.completeName, "completename"),
    (.firstName, "firstname givenname forename vorname prenom nombre nome voornaam fornavn"),
    (.firstName, "fornamn etunimi imie jmeno keresztnev primernombre"),
    (.middleName, "middlename additionalname weiterevornamen zweitervorname deuxiemeprenom"),
    (.middleName, "secondonome segundonombre nomedomeio tweedenaam middelnavn mellannamn"),
    (.lastName, "lastname surname familyname nachname familienname nomdefamille apellidos"),
    (.lastName, "apellido cognome sobrenome achternaam efternavn efternamn sukunimi nazwisko"),
    (.lastName, "prijmeni vezeteknev"),
    // Dynamics, HubSpot; Outlook; Google; Salesforce, SuiteCRM, EspoCRM, Zoho; Odoo; Pipedrive.
    (.company, "company companyname organization organisation organizationname organisationname"),
    (.company, "organizationvalue accountname companyaccount parentcustomer relatedcompany"),
    (.company, "relatedcompanyname associatedcompanyprimary primarycompany employer parentidname"),
    (.company, "firma firmenname unternehmen unternehmensname kontoname societe nomdelasociete"),
    (.company, "entreprise nomdelentreprise organismes empresa nombredelaempresa compania"),
    (
      .company,
      "azienda societa ditta ragionesociale nomedaempresa bedrijf bedrijfsnaam organisatie"
    ),
    (.company, "foretag virksomhed yritys spolecnost ceg nomducompte nombredelacuenta nomeaccount"),
    (.companies, "associatedcompany associatedcompanies"),
    (.parentID, "parentid parentaccountid parentaccountidvalue parentcompanyid"),
    (.parentName, "parentaccount parentcompany parentaccountname memberof ubergeordnetefirma"),
    (.parentName, "compteparent cuentaprimaria"),
    (
      .parentType, "parentcustomeridvaluemicrosoftdynamicscrmlookuplogicalname parentcustomeridtype"
    ),
    (.owner, "owner ownername owneremail besitzer inhaber zustandig proprietaire propietario"),
    (.owner, "proprietario eigenaar agare ejer contactowner companyowner leadowner accountowner"),
    (.owner, "contactowneremail leadowneremail accountowneremail salesperson verkaufer vendeur"),
    (.owner, "vendedor assignedusername assignedto assigneduser zugewiesenan assigneea asignadoa"),
    (.owner, "kontaktinhaber zustandigermitarbeiter propietariodelcontacto proprietaireducontact"),
    (.ownerID, "ownerid owneridvalue useridid contactownerid leadownerid accountownerid"),
    (.ownerID, "assigneduserid salespersonexternalid salespersonid"),
    // Further ones are told by `isAddress`.
    (.address, "mail email emailaddress adressedemessagerie courrierelectronique courriel"),
    (.address, "correoelectronico direcciondecorreoelectronico correo postaelettronica"),
    (.address, "indirizzopostaelettronica indirizzodipostaelettronica correioeletronico"),
    (.address, "enderecodecorreioeletronico sahkoposti sahkopostiosoite epost epostadress"),
    (.address, "epostadresse eposta mailadresse mailaddress"),
    (.website, "website websiteurl websitevalue webpage webaddress homepage url web webseite"),
    (.website, "webadresse internetseite internetadresse pageweb siteweb siteinternet sitoweb"),
    (.website, "sitioweb paginaweb paginainternet webbplats webbsida hjemmeside kotisivu"),
    (.domain, "domain domainname companydomain companydomainname domane"),
    (.isCompany, "isacompany iscompany companytype istunternehmen isteinunternehmen estunesociete"),
    (.isCompany, "esunacompania eunazienda"),
    (.isPerson, "ispersonaccount"),
    (.personID, "personcontactid"),
    (.isDeleted, "isdeleted deleted geloscht supprime"),
    (.mergedInto, "masterrecordid"),
    (.isConverted, "isconverted converted konvertiert"),
    (.convertedTo, "convertedcontactid createdcontactid convertedaccountid createdaccountid"),
    (.privacy, "private isprivate privat prive privado privato sensitivity vertraulichkeit"),
    (.privacy, "criteredediffusion caractereprive confidencialidad riservatezza"),
  ]

  /// What a heading, whatever its column is, says that the table is of.
  private static let subjects: [(TableSubject, String)] = [
    (.lead, "leadid leadowner leadownerid isconverted converted konvertiert createdcontactid"),
    (.lead, "convertedcontactid topic"),
    (.contact, "contactid contactowner contactownerid reportstoid reportsto"),
    (.account, "accountowner accountownerid companyowner billingstreet companydomainname"),
    (
      .other("deals"), "dealid dealname dealstage dealtitle opportunityid opportunityname stagename"
    ),
    (.other("deals"), "salesstage estimatedclosedate"),
    (.other("tickets"), "ticketid ticketname caseid casenumber ticketstatus"),
    (.other("activities"), "activityid taskid eventid meetingid callid"),
  ]

  /// What Dynamics calls a row in the heading of its id, such as `(Do Not Modify) Contact`.
  private static let rows: [(TableSubject, String)] = [
    (
      .contact,
      "contact kontakt contatto contacto contato contactpersoon kontaktperson yhteyshenkilo"
    ),
    (.account, "account firma konto compte cuenta conta cliente organisatie kunde tili"),
    (.lead, "lead leads prospect clientepotencial potenzielleskontakt potentieleklant emne"),
  ]

  /// A part of the heading of a column that is about an address rather than one.
  private static let notAddresses = [
    "type", "typ", "tipo", "label", "display", "angezeigt", "nomcomplet", "optout", "optin",
    "opted",
    "bounce", "status", "invalid", "date", "sent", "send", "open", "click", "domain",
    "marketing", "unsubscribe", "confirm", "verif", "consent", "prefer", "permission", "allow",
    "donot", "quarantin", "reason", "last", "first", "repl", "template", "subject", "format",
    "manager", "assistant", "assistent", "owner", "user", "number", "name", "reject", "signature",
    "frequency", "content", "quality", "primarycontact", "modified", "created", "delivered", "hash",
  ]

  private static let roles = table(headings.map { ($0.0, $0.1) })
  private static let subjectsOfHeadings = table(subjects)
  private static let subjectsOfRows = table(rows)

  /// What a heading says.
  static func name(of heading: String) -> ColumnName {
    let text = PlainText.cleaned(heading)
    let key = key(of: text)
    if text.first == "(", let end = text.firstIndex(of: ")") {
      // What Dynamics writes for itself, in whatever language.
      let row = Self.key(of: String(text[text.index(after: end)...]))
      if let subject = subjectsOfRows[row] { return ColumnName(role: .id, subject: subject) }
    }
    // Another record's: `Email (Primary Contact) (Contact)`.
    if text.hasSuffix(")"), text.contains(") (") { return ColumnName() }
    if let name = prefixed(text) { return name }
    let role = roles[key] ?? roles[withoutDigits(key)] ?? (isAddress(text, key) ? .address : nil)
    return ColumnName(role: role, subject: subjectsOfHeadings[key])
  }

  /// Pipedrive writes the table before each heading: `Person - Name`.
  private static func prefixed(_ text: String) -> ColumnName? {
    guard let dash = text.firstRange(of: " - ") else { return nil }
    let subject: TableSubject
    switch key(of: String(text[..<dash.lowerBound])) {
    case "person", "contact": subject = .contact
    case "organization", "organisation": subject = .account
    case "lead": subject = .lead
    case "deal": subject = .other("deals")
    case "activity": subject = .other("activities")
    default: return nil
    }
    let rest = key(of: String(text[dash.upperBound...]))
    let role = roles[rest] ?? (isAddress(text, rest) ? .address : nil)
    return ColumnName(role: role, subject: role == .id || role == .name ? subject : nil)
  }

  /// Whether a heading that is in no list is of addresses: `Work E-mail`, `Alt_Email__pc`.
  private static func isAddress(_ text: String, _ key: String) -> Bool {
    guard key.contains("email"), !text.contains("/") else { return false }
    let bare = withoutDigits(key)
    return !notAddresses.contains { bare.contains($0) }
  }

  /// The letters and digits of a heading, in lower case and without accents.
  static func key(of text: String) -> String {
    var key = ""
    for scalar in text.lowercased().unicodeScalars {
      if let plain = accents[scalar] {
        key += plain
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        key.unicodeScalars.append(scalar)
      }
    }
    return key
  }

  private static func withoutDigits(_ key: String) -> String {
    String(key.unicodeScalars.filter { $0.properties.numericType == nil })
  }

  private static func table<Value>(_ lists: [(Value, String)]) -> [String: Value] {
    var table: [String: Value] = [:]
    for (value, words) in lists {
      for word in words.split(separator: " ") where table[String(word)] == nil {
        table[String(word)] = value
      }
    }
    return table
  }

  private static let accents: [Unicode.Scalar: String] = {
    var accents: [Unicode.Scalar: String] = ["ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"]
    let letters = [
      "a": "àáâãäåąă", "c": "çćč", "d": "ďđ", "e": "èéêëęě", "i": "ìíîï", "n": "ñńň", "o": "òóôõöő",
      "r": "řŕ", "s": "śšş", "t": "ťţ", "u": "ùúûüůű", "y": "ýÿ", "z": "źżž",
    ]
    for (plain, accented) in letters {
      for scalar in accented.unicodeScalars { accents[scalar] = plain }
    }
    return accents
  }()
}
