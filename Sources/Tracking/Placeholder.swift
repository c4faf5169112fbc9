import TOMLKit

enum PlaceholderTracking {}
