import ArgumentParser
import Tracking

extension UserRole: ExpressibleByArgument {}

extension FilterMethod: ExpressibleByArgument {}

extension Direction: ExpressibleByArgument {}
