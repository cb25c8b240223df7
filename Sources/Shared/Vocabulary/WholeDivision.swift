/// Division rounded down, for times before 1970 too.
public func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
}

/// What ``floorDivide(_:_:)`` leaves: from 0 to below the divisor.
public func floorRemainder(_ number: Int64, _ divisor: Int64) -> Int64 {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
}

/// Division rounded up, of a number that may be negative.
public func ceilDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor > 0 ? quotient + 1 : quotient
}
