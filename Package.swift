// swift-tools-version:6.1

import PackageDescription

let package = Package(
  name: "crm-mailfilter",
  products: [
    .library(name: "InternetMessage", targets: ["InternetMessage"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    .target(name: "InternetMessage"),
    .target(
      name: "Tracking",
      dependencies: [
        "InternetMessage", "TOMLKit",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(name: "InternetMessageTests", dependencies: ["InternetMessage"]),
    .testTarget(name: "TrackingTests", dependencies: ["Tracking"]),
  ]
)
