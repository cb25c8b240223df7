public import Vocabulary

/// What food costs by its weight. Whole numbers only.
public struct WeighedPrice: Hashable, Sendable {
    public enum Rounding: String, CaseIterable, Sendable {
        /// To the nearest; a half goes up.
        case half
        case up, down
    }

    /// Fen for ``per``.
    public var price: Fen
    /// 500 (one jin) or 1,000.
    public var per: Grams
    /// What the container weighs, zero or more; a scale that takes it off itself needs zero here.
    public var tare: Grams
    /// Less than this, the container taken off, is not sold.
    public var least: Grams
    /// What a price is rounded to: 1 fen, 10 fen (a jiao), 100 fen.
    public var unit: Fen
    public var rounding: Rounding

    /// More than this lies on no plate.
    public static let most = Grams(50_000)

    public init(
        price: Fen, per: Grams, tare: Grams = Grams(0), least: Grams = Grams(1), unit: Fen = Fen(1),
        rounding: Rounding = .half
    ) {
        precondition(price > .zero && per > Grams(0) && unit > .zero, "a price, a weight and a unit above zero")
        self.price = price
        self.per = per
        self.tare = tare
        self.least = least
        self.unit = unit
        self.rounding = rounding
    }

    /// - Parameter weight: at rest, as the scale shows it.
    /// - Returns: what is left without the container, and its price, which is above zero.
    /// - Throws: ``WeighedPriceError``.
    public func cost(of weight: Grams) throws(WeighedPriceError) -> (net: Grams, amount: Fen) {
        guard weight.count > 0 else { throw .nothing }
        guard weight <= WeighedPrice.most else { throw .tooHeavy(weight) }
        let net = Grams(weight.count - tare.count)
        guard net.count > 0 else { throw .nothing }
        guard net >= least else { throw .tooLight(net, least: least) }
        let (product, isTooMuch) = net.count.multipliedReportingOverflow(by: price.count)
        let (divisor, isTooCoarse) = per.count.multipliedReportingOverflow(by: unit.count)
        guard !isTooMuch, !isTooCoarse else { throw .overflow }
        let units =
            switch rounding {
            case .down: product / divisor
            case .up: ceilDivide(product, divisor)
            case .half: product / divisor + (product % divisor >= divisor - product % divisor ? 1 : 0)
            }
        let (amount, overflow) = units.multipliedReportingOverflow(by: unit.count)
        guard !overflow else { throw .overflow }
        guard amount > 0 else { throw .tooLight(net, least: least) }
        return (net, Fen(amount))
    }
}

/// Why a weight has no price.
public enum WeighedPriceError: Error, Hashable, Sendable, CustomStringConvertible {
    case nothing
    case tooLight(Grams, least: Grams)
    case tooHeavy(Grams)
    case overflow

    public var description: String {
        switch self {
        case .nothing: "pricing a weight: nothing lies on the scale"
        case .tooLight(let net, let least):
            "pricing a weight: \(net.count) g is too little to sell (least \(least.count) g, and above no fen)"
        case .tooHeavy(let weight):
            "pricing a weight: \(weight.count) g lies on no plate (most \(WeighedPrice.most.count) g); look at the scale"
        case .overflow: "pricing a weight: the price leaves 64 bits; look at the price in the scenario"
        }
    }
}
