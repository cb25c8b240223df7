import Canteen
import EdgeRuntime
import Payments
import Readers
import Scale
import Vocabulary
import Wiegand

extension Box<CanteenSite> {
    /// Opens the readers of cards, codes and weights, and hands what they read to the rules.
    func startReaders() throws {
        try startReaders { [self] news in
            switch news {
            case .card(let lane, let number):
                _ = offer(.presented(lane, Presentation(.card(number.tenDigits), by: .card)))
            case .code(let lane, let line): codeRead(lane, line)
            case .weight(let lane, let verdict):
                switch verdict {
                case .chargeable(let weight): _ = offer(.weighed(lane, weight))
                // It is not yet known what lies there.
                case .moving: break
                case .empty, .overRange, .negative, nil: _ = offer(.weighed(lane, Grams(0)))
                }
            // The box tells of them itself.
            case .unreadable, .fault: break
            }
        }
    }

    /// A scanner has read a line: a payment code, or a member's own; the lane says if it is nobody's.
    func codeRead(_ lane: LaneID, _ line: String) {
        if let code = try? PayerCode(line) {
            _ = offer(.scanned(lane, code))
        } else {
            _ = offer(.presented(lane, Presentation(.code(line), by: .code)))
        }
    }
}
