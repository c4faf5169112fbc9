import CSystem
import Glibc
import MailPipeline

// Whatever it makes is private; a caller's umask could take its own rights away, too.
umask(0o077)
// The filter goes past the argument parser, whose start costs as much as all the rest of a run. Its
// options are defined once, in FilterOptions.
let closedDescriptors = csystem_guard_descriptors()
let arguments = (1..<max(1, Int(csystem_argc()))).compactMap { index in
  csystem_argv()?[index].map { String(cString: $0) }
}
if let filterArguments = FilterInvocation.arguments(arguments) {
  exit(FilterInvocation.run(filterArguments, closedDescriptors: closedDescriptors))
}
StandardOutput.shared.isClosed = closedDescriptors & 2 != 0
exit(RootCommand.start(arguments))
