import CSystem
import Glibc

/// Tells the crash trap what it needs to save a message.
///
/// The texts live as long as the process: the trap may read them at any time.
enum CrashTrap {
  static func arm(isStrict: Bool, hasOutput: Bool, spool: String?, entry: SpoolEntry) {
    let header = entry.header
    let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: header.count)
    for (index, byte) in header.enumerated() { bytes[index] = CChar(bitPattern: byte) }
    let trap = UnsafeMutablePointer<csystem_trap>.allocate(capacity: 1)
    trap.initialize(
      to: csystem_trap(
        is_strict: isStrict ? 1 : 0, has_output: hasOutput ? 1 : 0,
        spool_directory: spool.flatMap { UnsafePointer(strdup($0)) },
        spool_entry: UnsafePointer(strdup(entry.name)), spool_header: UnsafePointer(bytes),
        spool_header_length: header.count))
    csystem_trap_arm(trap)
  }
}
