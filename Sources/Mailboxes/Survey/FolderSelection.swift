/// Which folders of a mailbox are taken.
package struct FolderSelection: Sendable {
  /// How a folder is taken.
  package enum Choice: Sendable {
    /// Not at all.
    case none
    /// All but what is flagged as trashed, a draft or junk.
    case usual
    /// It was named: all of it.
    case named
  }

  /// The folder of a Maildir's own messages (RFC 9051 section 5.1).
  package static let inbox = "INBOX"

  /// All folders, whatever their names.
  package static let all = FolderSelection(isAll: true)

  private let names: [[String]]
  private let isAll: Bool

  private init(isAll: Bool) {
    names = []
    self.isAll = isAll
  }

  /// Makes a selection.
  ///
  /// - Parameter names: The only folders to take, with their subfolders; where there are none, all
  ///   but junk, trash, drafts and what is not sent yet. As people see them, or as they are on disk.
  package init(_ names: [String] = []) {
    self.names = names.map(Self.levels)
    isAll = false
  }

  /// Whether folders are named; no other is taken then.
  var hasNames: Bool { !names.isEmpty }

  /// Whether a folder is taken.
  ///
  /// - Parameter name: Its name, levels parted by `/`.
  /// - Returns: How.
  package func choice(_ name: String) -> Choice {
    guard !isAll else { return .usual }
    let levels = Self.levels(name)
    if names.isEmpty {
      return levels.contains { SpecialFolderNames.contains($0) } ? .none : .usual
    }
    return names.contains { levels.starts(with: $0) } ? .named : .none
  }

  /// The names that no folder of a list bears.
  package func unused(among folders: [String]) -> [String] {
    let all = folders.map(Self.levels)
    return names.filter { name in !all.contains { $0.starts(with: name) } }
      .map { $0.joined(separator: "/") }
  }

  private static func levels(_ name: String) -> [String] {
    name.split { $0 == "/" || $0 == "." }.map { ModifiedUTF7.decoded(String($0)).lowercased() }
  }
}

/// The names that mail programs and hosts give to folders of mail that nobody means to keep: junk,
/// trash, drafts, templates and what is not sent yet (RFC 6154 names the uses).
///
/// In the languages of Thunderbird, Outlook, Apple Mail and Gmail, without regard to case.
enum SpecialFolderNames {
  /// Whether a folder of a name is one of these.
  static func contains(_ name: String) -> Bool { names.contains(key(name)) }

  /// A name without what programs and languages differ in: case, apostrophes, hyphens and spaces.
  private static func key(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.lowercased().unicodeScalars.filter {
          !"'’-_ \u{A0}\u{2010}\u{2011}".unicodeScalars.contains($0)
        }))
  }

  private static let names = Set(
    (junk + trash + drafts + outbox).flatMap { $0.split(separator: "|") }.map { key(String($0)) })

  private static let junk = [
    "Junk|Junk Mail|Junk E-mail|Junk Email|Junk Messages|Spam|Bulk Mail|Quarantine",
    "Spamverdacht|Unerwünscht|Unerwünschte Werbung|Werbung unerwünscht|Spamordner|Quarantäne",
    "Courrier indésirable|Indésirables|Pourriel|Pourriels|Messages indésirables",
    "Correo no deseado|Correo basura|No deseado|Basura|Correo electrónico no deseado",
    "Posta indesiderata|Indesiderata|Posta spazzatura",
    "Ongewenste e-mail|Ongewenste mail|Ongewenst|Ongewenste reclame",
    "Lixo eletrônico|Lixo electrónico|Lixo eletrónico|Correio eletrónico de lixo|E-mail de lixo|Spam e lixo",
    "Skräppost|Uønsket e-mail|Uønsket post|Uønsket mail|Søppelpost|Søppel-e-post|Roskaposti",
    "Wiadomości-śmieci|Śmieci|Niechciane|Niechciana poczta|Nevyžádaná pošta|Nevyžiadaná pošta",
    "Levélszemét|Mesaje nedorite|E-mail nedorit|Neželena pošta|Neželjena pošta|Bezvēstules",
    "Спам|Нежелательная почта|Небажана пошта|Нежелана поща|Нежелательные",
    "Ανεπιθύμητα|Ανεπιθύμητη αλληλογραφία|Gereksiz|Önemsiz|Önemsiz E-posta|İstenmeyen",
    "迷惑メール|垃圾邮件|垃圾郵件|스팸|스팸함|정크 메일|정크|דואר זבל|ספאם|البريد غير المرغوب فيه|غير مرغوب فيه",
    "Thư rác|Surel sampah|Rämpspost|Šlamštas|Brossa",
  ]

  private static let trash = [
    "Trash|Deleted|Deleted Items|Deleted Messages|Deleted Mail|Bin|Wastebasket|Trash Can|Rubbish",
    "Papierkorb|Gelöscht|Gelöschte Elemente|Gelöschte Objekte|Gelöschte Nachrichten",
    "Corbeille|Éléments supprimés|Messages supprimés|Supprimés|Poubelle",
    "Papelera|Elementos eliminados|Eliminados|Mensajes eliminados|Papelera de reciclaje|Paperera",
    "Cestino|Posta eliminata|Eliminati|Elementi eliminati|Messaggi eliminati",
    "Prullenbak|Prullenmand|Verwijderde items|Verwijderd|Verwijderde berichten",
    "Lixeira|Lixo|Itens excluídos|Itens eliminados|Excluídos|Mensagens excluídas|Reciclagem",
    "Papperskorg|Papperskorgen|Borttaget|Borttagna objekt|Papirkurv|Papirkurven|Slettet post|Slettede elementer",
    "Roskakori|Poistetut|Poistetut viestit|Kosz|Elementy usunięte|Usunięte|Koš|Odstraněná pošta|Kôš|Odstránená pošta",
    "Kuka|Lomtár|Törölt elemek|Coș de gunoi|Elemente șterse|Gunoi|Smeti|Izbrisano|Smeće",
    "Корзина|Удаленные|Удалённые|Удаленные элементы|Кошик|Видалені|Видалено|Кошче|Изтрити",
    "Κάδος|Κάδος απορριμμάτων|Απορρίμματα|Διαγραμμένα στοιχεία|Çöp|Çöp Kutusu|Silinmiş Öğeler",
    "ゴミ箱|ごみ箱|削除済みアイテム|已删除邮件|已删除|废纸篓|垃圾桶|刪除的郵件|回收站|휴지통|지운 편지함|지운 항목|삭제된 메시지",
    "אשפה|פריטים שנמחקו|سلة المهملات|المهملات|العناصر المحذوفة|Thùng rác|Tong Sampah|Prügikast|Šiukšlinė|Miskaste",
  ]

  private static let drafts = [
    "Drafts|Draft|Templates|Entwürfe|Entwurf|Vorlagen|Brouillons|Brouillon|Borradores|Borrador|Esborranys",
    "Bozze|Bozza|Concepten|Rascunhos|Rascunho|Utkast|Kladder|Luonnokset",
    "Kopie robocze|Wersje robocze|Robocze|Koncepty|Rozpracované|Rozepsané|Piszkozatok|Ciorne|Schițe",
    "Osnutki|Nacrti|Черновики|Чернетки|Чернови|Чернова|Нацрти|Πρόχειρα|Taslaklar|Taslak",
    "下書き|草稿|草稿箱|草稿匣|임시 보관함|임시보관함|초안|טיוטות|المسودات|مسودات|Thư nháp|Draf|Konsep|Mustandid|Juodraščiai|Melnraksti",
  ]

  private static let outbox = [
    "Outbox|Unsent|Unsent Messages|Postausgang|Boîte d’envoi|Messages non envoyés|Bandeja de salida",
    "Posta in uscita|Postvak UIT|Uitbak|Caixa de saída|A enviar|Utkorgen|Utkorg|Udbakke|Utboks|Lähtevät",
    "Skrzynka nadawcza|Do wysłania|K odeslání|Pošta k odeslání|Pošta k odeslaniu|Postázandó üzenetek|Postázandó",
    "De trimis|Исходящие|Вихідні|Изходящи|Εξερχόμενα|Giden Kutusu",
    "送信トレイ|发件箱|寄件匣|寄件夾|보낼 편지함|דואר יוצא|صندوق الصادر|البريد الصادر",
  ]
}
