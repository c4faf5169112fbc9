import GRDB
import Crypto

enum PlaceholderTrackingStore {}
