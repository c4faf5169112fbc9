import Foundation

/// Debian's tinyproxy on loopback, which ends with this object and with this process.
final class TinyProxy {
  private let process = Process()
  private let input = Pipe()
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("tinyproxy-\(UUID().uuidString)").path
  private let port: Int
  private let proxy: Int32

  /// Starts it.
  ///
  /// - Parameter login: The user and the password, a blank between them, of who is let through.
  /// - Throws: Where it does not start.
  init(login: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // It takes no number for a port that is free: the first that it gets.
    let script = """
      for try in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + ($$ * 7 + try * 1009) % 12000))
        printf 'Port %d\\nListen 127.0.0.1\\nBasicAuth \(login)\\nLogFile "log"\\n' $port > conf
        tinyproxy -d -c conf < /dev/null > /dev/null 2>&1 &
        proxy=$!
        for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          grep -qs 'Accepting connections' log && break 2
          kill -0 $proxy 2> /dev/null || break
          sleep 0.1
        done
        kill $proxy 2> /dev/null
      done
      echo $port $proxy
      cat > /dev/null
      kill -9 $proxy
      """
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { throw CocoaError(.fileReadUnknown) }
      line += part
    }
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    let numbers = words.compactMap { Int32($0) }
    guard numbers.count == 2 else { throw CocoaError(.fileReadUnknown) }
    port = Int(numbers[0])
    proxy = numbers[1]
  }

  deinit {
    try? input.fileHandleForWriting.close()
    // Its input may stay open: what another test started meanwhile can have inherited it.
    kill(process.processIdentifier, SIGKILL)
    kill(proxy, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Its address, with a login such as `dana:pass@`.
  func url(_ login: String) -> String { "http://\(login)127.0.0.1:\(port)" }
}
