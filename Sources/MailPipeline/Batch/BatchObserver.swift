/// Who is told what a batch does, in order, by the thread that runs it.
public protocol BatchObserver {
  /// A message was decided about, durably.
  ///
  /// - Parameters:
  ///   - report: What became of it.
  ///   - place: Where it lies.
  func decided(_ report: Report, at place: String)
  /// Some messages more are done.
  func advanced(to progress: BatchProgress)
}
