/// Goes through the queues in the order in which their entries came, reading one folder of each at a
/// time.
struct SpoolCursor {
  private struct Queue {
    let name: String
    /// Those that were not read yet, the oldest last.
    var folders: [String]
    /// Those of the folder that was read, the oldest last.
    var places: [SpoolPlace] = []
  }

  private let spool: Spool
  private var queues: [Queue]

  init(_ spool: Spool) {
    self.spool = spool
    queues = spool.queues().map {
      Queue(name: $0, folders: spool.folders(of: $0).reversed())
    }
  }

  /// The oldest entry that was not given yet.
  mutating func next() -> SpoolPlace? {
    var oldest: (index: Int, number: Int)?
    for index in queues.indices {
      while queues[index].places.isEmpty, let folder = queues[index].folders.popLast() {
        queues[index].places = spool.places(in: folder).reversed()
      }
      guard let place = queues[index].places.last else { continue }
      let number = place.number ?? Int.max
      if oldest.map({ number < $0.number }) ?? true { oldest = (index, number) }
    }
    return oldest.flatMap { queues[$0.index].places.popLast() }
  }

  /// Passes over the rest of an entry's queue, where it lies in the one that is its own.
  mutating func skipQueue(of entry: SpoolEntry) {
    let own = SpoolPlace.queueName(
      Spool.queue(profile: entry.profile, organization: entry.organization))
    guard entry.place.folder.hasPrefix(own + "/") else { return }
    queues.removeAll { $0.name == own }
  }
}
