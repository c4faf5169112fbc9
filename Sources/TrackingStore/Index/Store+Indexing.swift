import GRDB
import System
import Tracking

extension Store {
  /// So many copies go in one transaction: other writers wait meanwhile.
  private static let maxIndexedAtOnce = 200
  /// So many bytes of messages end a transaction.
  private static let maxBytesIndexedAtOnce = 8 << 20
  /// How long merging goes on after something was indexed, in milliseconds.
  private static let mergingTime = 150

  /// Indexes the copies that are only marked for it: those that the filter stored, and all where the
  /// index is of another form.
  ///
  /// - Parameter progress: Told after each transaction how many were indexed until then.
  /// - Returns: How many were indexed.
  /// - Throws: `StoreError`.
  @discardableResult package func indexMarked(progress: (Int) -> Void = { _ in }) throws -> Int {
    // A sketch has no messages.
    guard storesContent, try hasMarked() else { return 0 }
    // What cannot be noted is found once.
    if isOnReadOnlyMedium {
      try becomeCopy()
      writesToCopy = true
    }
    defer { writesToCopy = false }
    var total = 0
    while true {
      let count = try write { try indexSome(in: $0) }
      guard count > 0 else { break }
      total += count
      progress(total)
    }
    if total > 0 { try mergeSome() }
    return total
  }

  /// Makes the index one that takes copies of this program's form as they are stored.
  ///
  /// An index that was never written is of no form, and what is stored would only be marked.
  ///
  /// - Throws: `StoreError`.
  package func prepareIndex() throws {
    guard storesContent else { return }
    let isReady = try readConsistently { db in
      try SearchIndex(db: db).state().form == SearchForm(policy(in: db))
    }
    guard !isReady else { return }
    try write { try SearchIndex(db: $0).prepare(SearchForm(policy(in: $0))) }
  }

  /// Whether any copy waits to be indexed.
  ///
  /// - Throws: `StoreError`.
  package func hasMarked() throws -> Bool {
    try readConsistently { db in
      let index = SearchIndex(db: db)
      return try !index.marked(index.state(), SearchForm(policy(in: db)), limit: 1).isEmpty
    }
  }

  /// Puts the copies into the index that were stored in the transaction that ends, and notes how far
  /// it is complete.
  func indexGathered(in db: Database) throws {
    guard let last = gatheredDocuments.last, let form = try gatheredForm(in: db) else { return }
    let index = SearchIndex(db: db)
    let state = try index.state()
    for (id, document) in gatheredDocuments {
      try index.insert(document, of: id)
      try index.note(document, of: id, state)
    }
    if try index.marked(state, form, limit: 1).isEmpty {
      try index.setComplete(to: last.id)
    }
    try index.mergeWhereMany()
  }

  /// The form in which gathered copies are indexed at once; `nil` where the index is not ready.
  func gatheredForm(in db: Database) throws -> SearchForm? {
    guard storesContent, let cache = gatheredCache else { return nil }
    if let known = cache.searchForm { return known.form }
    let form = SearchForm(try policy(in: db))
    let isReady = try SearchIndex(db: db).state().form == form
    cache.searchForm = (isReady ? form : nil, ())
    return isReady ? form : nil
  }

  /// Merges what was indexed with what was there: a search looks at each part of an index.
  ///
  /// - Throws: `StoreError`.
  package func mergeSome() throws {
    let end = Deadline(milliseconds: Self.mergingTime)
    while !end.hasPassed {
      guard try write({ try SearchIndex(db: $0).merge(pages: SearchIndex.mergedPages) }) else {
        return
      }
    }
  }

  /// Makes one part of the index, in which no word is that stood in deleted copies only.
  func eraseDeletedWords() throws {
    guard try read({ try SearchIndex(db: $0).state().hasDeleted }) else { return }
    while try write({ try SearchIndex(db: $0).merge(pages: -SearchIndex.mergedPages) }) {}
    try write { try $0.execute(sql: "UPDATE search_state SET has_deleted = 0") }
  }

  private func indexSome(in db: Database) throws -> Int {
    let index = SearchIndex(db: db)
    let form = SearchForm(try policy(in: db))
    try index.prepare(form)
    var copies: [(id: CopyID, bytes: [UInt8])] = []
    var size = 0
    let state = try index.state()
    for copy in try index.marked(state, form, limit: Self.maxIndexedAtOnce) {
      guard size < Self.maxBytesIndexedAtOnce else { break }
      let bytes = form.hasText ? try SearchIndex.bytes(of: copy.id, in: db) : []
      size += bytes.count
      copies.append((copy.id, bytes))
    }
    guard let last = copies.last else { return 0 }
    let texts = form.hasText ? Self.texts(copies.map(\.bytes)) : copies.map { _ in "" }
    for (copy, text) in zip(copies, texts) {
      let document = try SearchDocument(of: copy.id, body: text, in: db)
      try index.insert(document, of: copy.id)
      try index.note(document, of: copy.id, state)
    }
    try index.setComplete(to: last.id)
    try index.mergeWhereMany()
    return copies.count
  }

  /// The texts of messages, found on all processors.
  private static func texts(_ messages: [[UInt8]]) -> [String] {
    let texts = TextPlaces(count: messages.count)
    WorkerThread.perform(messages.count) { number in
      texts.set(number, to: messages[number].withUnsafeBytes { SearchText.text(of: $0) })
    }
    return texts.all
  }
}
