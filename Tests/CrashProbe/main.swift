import CSystem
import Glibc
import Mailboxes

// Crashes on purpose where the filter might by mistake: with the trap armed, the header read and the
// rest of the message still to come.
//
// usage: crash-probe KIND|thread-MICROSECONDS SPOOL strict|lenient

/// A function that needs more stack than there is.
@inline(never) func descend(_ depth: Int) -> Int {
  depth < 0 ? 0 : descend(depth + 1) + descend(depth + 2)
}

/// Crashes on a thread of its own, after so many microseconds, whatever the main thread is at.
func crashElsewhere(after microseconds: UInt32) {
  var thread = pthread_t()
  let delay = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  delay.initialize(to: microseconds)
  pthread_create(
    &thread, nil,
    { argument in
      usleep(argument?.load(as: UInt32.self) ?? 0)
      print(UnsafePointer<Int>(bitPattern: Int(getpid()) & 1)?.pointee ?? 0)
      abort()
    }, delay)
}

let arguments = CommandLine.arguments
guard arguments.count == 4 else { exit(64) }
csystem_ignore_signals()
let header = "crm-mailfilter spool entry 1\narrived 1\ntrouble crash\n\n"
let trap = UnsafeMutablePointer<csystem_trap>.allocate(capacity: 1)
trap.initialize(
  to: csystem_trap(
    is_strict: arguments[3] == "strict" ? 1 : 0, has_output: 1,
    spool_directory: UnsafePointer(strdup(arguments[2])),
    spool_entry: UnsafePointer(strdup("00000000000000000001-1.mail")),
    spool_header: UnsafePointer(strdup(header)), spool_header_length: header.utf8.count))
csystem_trap_arm(trap)
let input = MessageInput(descriptor: 0, temporaryFolders: ["/tmp"], isTrapped: true)
if arguments[1].hasPrefix("thread-") {
  crashElsewhere(after: UInt32(arguments[1].dropFirst(7)) ?? 0)
  try input.holdAll()
  while true { pause() }
}
let section = try input.readHeader()
if arguments[1].hasPrefix("late-") { try input.hold(MessageInput.memoryLimit + 1_000_000) }
switch arguments[1].split(separator: "-").last {
case "index": print(Array(arguments[0].utf8)[section.bodyOffset + 1_000_000])
case "precondition": precondition(arguments.count < 4, "on purpose")
case "overflow": print(Int.max - 1 + arguments.count)
case "null": print(UnsafePointer<Int>(bitPattern: arguments.count)?.pointee ?? 0)
case "stack": print(descend(arguments.count))
case "memory": print([UInt8](repeating: 1, count: Int.max / arguments.count).count)
case "abort": abort()
case "division": print(1 / (arguments.count - 4))
default: exit(64)
}
