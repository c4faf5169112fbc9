// swift-tools-version:6.1

import PackageDescription

let package = Package(
  name: "crm-mailfilter",
  products: [
    .library(name: "InternetMessage", targets: ["InternetMessage"]),
    .executable(name: "crm-mailfilter", targets: ["crm-mailfilter"]),
  ],
  // Exact versions: Package.resolved is not kept.
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    .target(name: "CSystem", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "System", dependencies: ["CSystem"]),
    .target(name: "HTTP", dependencies: ["CSystem", "System"]),
    // PostgreSQL's client library, loaded when it is needed: nothing is linked.
    .target(name: "PostgreSQL", dependencies: ["System"]),
    .target(name: "InternetMessage"),
    .target(name: "Mailboxes", dependencies: ["CSystem", "InternetMessage", "System"]),
    .target(
      name: "Tracking",
      dependencies: ["InternetMessage", "System", "TOMLKit"]),
    .target(
      name: "TrackingStore",
      dependencies: [
        "CSystem", "System", "Tracking",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Schema/SCHEMA.md"]),
    .target(
      name: "MailPipeline",
      dependencies: [
        "CSystem", "HTTP", "Mailboxes", "PostgreSQL", "System", "TrackingStore",
      ]),
    // The pages of an archive for people to look at in a browser.
    .target(name: "Archive", dependencies: ["InternetMessage", "System"]),
    // The forms of files of records.
    .target(name: "RecordFiles", dependencies: ["InternetMessage", "System"]),
    .executableTarget(
      name: "crm-mailfilter",
      dependencies: [
        "Archive", "CSystem", "MailPipeline", "PostgreSQL", "RecordFiles", "System",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // What hostile senders repeat, and how long reading it may take.
    .target(name: "HostileShapes", path: "Tests/HostileShapes"),
    .testTarget(
      name: "InternetMessageTests",
      dependencies: ["CSystem", "HostileShapes", "InternetMessage"],
      exclude: [
        "Calendar/windows-zones.py", "MIME/corpus-trees.py", "MIME/corpus-trees.tsv",
        "Reading/character-names.py",
      ]),
    // Holds what ARCHITECTURE.md says to the package and the sources.
    .testTarget(name: "HouseTests"),
    .testTarget(
      name: "HTTPTests", dependencies: ["HTTP", "System"], exclude: ["http-server.py"]),
    .testTarget(name: "SystemTests", dependencies: ["CSystem", "System"]),
    .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL", "System"]),
    // What a page of an archive may hold, read as strictly as XML.
    .target(name: "PageCheck", path: "Tests/PageCheck"),
    .testTarget(
      name: "ArchiveTests",
      dependencies: ["Archive", "HostileShapes", "InternetMessage", "PageCheck", "archive-maker"]),
    .testTarget(name: "MailboxesTests", dependencies: ["Mailboxes"]),
    .testTarget(
      name: "TrackingTests", dependencies: ["CSystem", "HostileShapes", "System", "Tracking"]),
    .testTarget(
      name: "TrackingStoreTests", dependencies: ["CSystem", "System", "TrackingStore"],
      exclude: ["Schemas"]),
    .testTarget(
      name: "MailPipelineTests",
      dependencies: [
        "CSystem", "HTTP", "HostileShapes", "MailPipeline", "RecordFiles", "System",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["SignIn/sign-in-server.py"]),
    // Crashes on purpose; never installed.
    .executableTarget(
      name: "crash-probe", dependencies: ["CSystem", "Mailboxes"], path: "Tests/CrashProbe"),
    // Feeds the readers of foreign bytes mutated inputs; never installed.
    .executableTarget(
      name: "parse-fuzz",
      dependencies: ["Archive", "HTTP", "MailPipeline", "PageCheck", "RecordFiles", "System"],
      path: "Tests/Fuzz",
      exclude: ["seeds"]),
    // Writes archives of made-up values, pleasant and hostile ones, and measures it; never installed.
    .executableTarget(
      name: "archive-maker", dependencies: ["Archive", "InternetMessage"],
      path: "Tests/ArchiveMaker"),
    // Makes mail of which all is known, for tests and benchmarks; never installed.
    .executableTarget(name: "mail-generator", path: "Tests/MailGenerator"),
    // Measures the parser for `make bench`; never installed.
    .executableTarget(
      name: "parse-bench", dependencies: ["InternetMessage", "Tracking"],
      path: "Benchmarks/Parsing"),
    .testTarget(
      name: "OutputTests",
      dependencies: [
        "crm-mailfilter", "HostileShapes", "InternetMessage", "MailPipeline", "RecordFiles",
        "System",
        "Tracking",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "crm-mailfilter", "InternetMessage", "MailPipeline", "PostgreSQL", "Tracking",
        "archive-maker", "crash-probe", "mail-generator", "parse-fuzz",
      ],
      exclude: [
        "Archive/browser.py", "Archive/page-rules.js", "Archive/pictures",
        "Elsewhere/crm-servers.py",
        "Elsewhere/dataverse.py",
        "Elsewhere/glewlwyd.py",
        "Elsewhere/organization.py", "Elsewhere/postgresql-proxy.py", "Golden",
        "Hosts/pop3-server.py",
        "Faults/random-faults.py",
      ]),
  ]
)
