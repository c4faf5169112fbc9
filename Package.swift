// swift-tools-version:6.1

import PackageDescription

let package = Package(
  name: "crm-mailfilter",
  products: [
    .executable(name: "crm-mailfilter", targets: ["crm-mailfilter"]),
    .library(name: "InternetMessage", targets: ["InternetMessage"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    .target(name: "CSystem", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "InternetMessage"),
    .target(name: "Mailboxes", dependencies: ["InternetMessage", "CSystem"]),
    .target(
      name: "Tracking",
      dependencies: [
        "InternetMessage",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "TrackingStore",
      dependencies: [
        "Tracking", "CSystem",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "MailPipeline", dependencies: ["Mailboxes", "TrackingStore", "CSystem"]),
    .executableTarget(
      name: "crm-mailfilter",
      dependencies: [
        "MailPipeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ]
)
