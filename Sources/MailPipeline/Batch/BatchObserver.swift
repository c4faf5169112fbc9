/// Who is told what a batch does, in order, by the thread that runs it.
public protocol BatchObserver {
  /// Whether it wants to be told of each message: what is said of it costs some time.
  var wantsReports: Bool { get }
  /// A message was decided about, durably; only told where reports are wanted.
  ///
  /// - Parameters:
  ///   - report: What became of it.
  ///   - place: Where it lies.
  func decided(_ report: Report, at place: String)
  /// Some messages more are done.
  func advanced(to progress: BatchProgress)
}
