import Foundation
import Testing

@testable import Archive

/// The colours of the stylesheet.
@Suite struct StyleTests {
  /// The colours by their names, light and dark.
  private static let schemes: [[String: [Double]]] = {
    // The first block is the light one, the second the dark one, the third that of paper.
    let blocks = ArchiveAssets.style.components(separatedBy: ":root {").dropFirst().map { block in
      block.prefix { $0 != "}" }
    }
    return blocks.map { block in
      var colours: [String: [Double]] = [:]
      for line in block.split(whereSeparator: { $0 == ";" || $0 == "\n" }) {
        let parts = line.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, parts[0].hasPrefix("--"),
          let number = Int(parts[1].dropFirst(), radix: 16)
        else { continue }
        colours[parts[0]] = [number >> 16, number >> 8 & 255, number & 255].map(Double.init)
      }
      return colours
    }
  }()

  /// The relative luminance of a colour (WCAG 2.2).
  private func luminance(_ colour: [Double]) -> Double {
    let parts = colour.map { part in
      let value = part / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ one: [Double], _ other: [Double]) -> Double {
    let pair = [luminance(one), luminance(other)].sorted()
    return (pair[1] + 0.05) / (pair[0] + 0.05)
  }

  @Test("the formula is the one of WCAG")
  func formula() {
    #expect(contrast([0, 0, 0], [255, 255, 255]) == 21)
    #expect(abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.01)
  }

  @Test("every text has the contrast of AA on what it stands on, in light, dark and on paper")
  func contrast() throws {
    #expect(Self.schemes.count == 3)
    for scheme in Self.schemes {
      #expect(scheme.count == Self.schemes[0].count)
      for text in ["--ink", "--soft", "--link", "--in", "--out", "--warn"] {
        for back in ["--page", "--sheet", "--here", "--quote"] {
          let ratio = contrast(try #require(scheme[text]), try #require(scheme[back]))
          #expect(ratio >= 4.5, "\(text) on \(back): \(ratio)")
        }
      }
      let ratio = contrast(
        try #require(scheme["--warn"]), try #require(scheme["--warnback"]))
      #expect(ratio >= 4.5)
    }
  }

  @Test("the style names no colour but those")
  func noOther() {
    let rest = ArchiveAssets.style.split(separator: "*, ::before").dropFirst().joined()
    let printed = rest.split(separator: "@media print")[0]
    #expect(!printed.contains("#"))
    #expect(!printed.contains("rgb"))
    #expect(!ArchiveAssets.style.contains("http"))
    #expect(!ArchiveAssets.script.contains("innerHTML"))
  }
}
