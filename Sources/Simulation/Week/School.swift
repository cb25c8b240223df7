internal import Vocabulary

/// Who eats at the school: made from the week's numbers and seed.
struct School {
    struct Member {
        let number: Int
        let holder: Holder
        let isStaff: Bool
        var card: String
        /// The gate that this person usually takes, by its place in the week's list.
        let home: Int
        /// What the guardian lays down: the most of a day in fen, and classes that are barred.
        let dayAmount: Int64?
        let barred: String?

        var name: String { holder.key }
        var group: String { isStaff ? "staff" : "pupil" }
    }

    private(set) var members: [Member]
    private var byName: [String: Int] = [:]

    init(_ week: WeekFile, seed: UInt64) {
        var dice = Dice(seed: seed, 21)
        let (pupils, staff) = (Int(week.pupils), Int(week.staff))
        members = (1...(pupils + staff)).map { number in
            let isStaff = number > pupils
            let digits = String(isStaff ? number - pupils : number)
            let name = (isStaff ? "t" : "p") + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            let card = String(1_000_000_000 + Int64(number) * 7_919)
            return Member(
                number: number, holder: Holder(.member, SchoolWeek.slug(name)), isStaff: isStaff, card: card,
                home: Int(dice.below(Int64(week.gates.count))), dayAmount: !isStaff && number % 25 == 0 ? 1_000 : nil,
                barred: !isStaff && number % 40 == 0 ? "snack" : nil)
        }
        for (index, member) in members.enumerated() { byName[member.name] = index }
    }

    subscript(name: String) -> Member? { byName[name].map { members[$0] } }

    /// Those of a group, or the one person of that name.
    func those(_ who: String) -> [Member] { self[who].map { [$0] } ?? members.filter { $0.group == who } }

    /// The file of persons, as a secretary would write it.
    var peopleFile: String {
        var text = "person,name,group,cards,dayAmount,barredItems\n"
        let (families, given) = (Array("张王李赵陈刘杨黄周吴"), Array("伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀霞平"))
        for member in members {
            let name =
                "\(families[member.number % families.count])\(given[member.number % given.count])"
                + "\(given[member.number / 7 % given.count])"
            let most = member.dayAmount.map { "\($0 / 100).00" } ?? ""
            text += "\(member.name),\(name),\(member.group),\(member.card),\(most),\(member.barred ?? "")\n"
        }
        return text
    }
}
