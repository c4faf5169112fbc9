// swift-tools-version:6.1

import PackageDescription

let package = Package(
  name: "crm-mailfilter",
  products: [
    .library(name: "InternetMessage", targets: ["InternetMessage"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")
  ],
  targets: [
    .target(name: "InternetMessage"),
    .target(
      name: "Tracking",
      dependencies: [
        "InternetMessage",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(name: "InternetMessageTests", dependencies: ["InternetMessage"]),
    .testTarget(name: "TrackingTests", dependencies: ["Tracking"]),
  ]
)
