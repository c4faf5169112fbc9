import Glibc

/// Holds a reader to linear time: twice the input takes at most 2.6 times the processor time.
public enum Doubling {
  /// Below so much time, in seconds, a doubling tells more of the clock than of the reader.
  private static let leastTime = 0.02
  private static let maxGrowth = 2.6
  private static let maxRounds = 8
  /// The most time a byte may take, in seconds: 1 s for a megabyte, of an optimised build.
  #if DEBUG
  private static let maxTimeOfAByte = 30e-6
  #else
  private static let maxTimeOfAByte = 1e-6
  #endif

  /// Reads inputs of all shapes in two sizes.
  ///
  /// - Parameters:
  ///   - shapes: What the inputs are made of.
  ///   - size: The size of the smaller one, in bytes.
  ///   - frame: Puts a shape where the reader meets it.
  ///   - read: Reads it.
  /// - Returns: A line for each shape that takes more than it should.
  public static func violations(
    _ shapes: [Shape], size: Int = 16 << 10, in frame: ([UInt8]) -> [UInt8] = { $0 },
    by read: ([UInt8]) -> Void
  ) -> [String] {
    shapes.compactMap { shape in
      func time(_ size: Int) -> Double {
        let input = frame(shape.bytes(size))
        return processorTime { read(input) }
      }
      guard time(2 * size) > leastTime else { return nil }
      // Something else may have been in the way, and for a while: only what is so in the best of many
      // rounds, each over all sizes, is so.
      let sizes = [1, 2, 4, 8].map { $0 * size }
      var times = sizes.map { _ in Double.infinity }
      for round in 1...maxRounds {
        for (index, size) in sizes.enumerated() { times[index] = min(times[index], time(size)) }
        let grows = zip(times, times.dropFirst()).map { $1 > maxGrowth * $0 }
        let isGrowing = zip(grows, grows.dropFirst()).contains { $0 && $1 }
        let isSlow = times[3] > maxTimeOfAByte * Double(sizes[3])
        if round > 1, !isGrowing, !isSlow { return nil }
      }
      let all = zip(sizes, times).map { "\($0) bytes \(($1 * 10_000).rounded() / 10) ms" }
      return "\(shape): " + all.joined(separator: ", ")
    }
  }

  /// The processor time that this thread spends, in seconds.
  private static func processorTime(_ body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    body()
    return now() - start
  }
}
