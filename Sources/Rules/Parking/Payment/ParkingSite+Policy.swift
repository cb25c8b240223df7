internal import Effects
internal import JSONText
internal import Payments
internal import Vocabulary
internal import Wire

/// The offline policy, as the platform changes it from afar.
extension ParkingSite {
    mutating func fetchPolicy(at now: ClockReading) {
        guard isLinkUp else { return }
        policyAskAgain = now.uptime + ListCopies.confirmAfter
        effects.append(
            .send(
                .offlinePolicy(known: sentPolicy?.version ?? 0), RequestToken(nextToken()),
                expires: ListCopies.askAgainAfter))
    }

    /// Takes a policy that is sent: the whole of it, or nothing, and says which.
    /// - Parameter text: nil where the scenario's own is to be in force.
    mutating func policyAnswered(_ version: Int64, _ text: String?, at now: ClockReading) {
        guard version != sentPolicy?.version ?? 0, version != refusedPolicy else { return }
        guard let text else {
            sentPolicy = nil
            offline.policy = scenario.offline
            return policyChanged(
                0, nil, state: .remove(kind: SentPolicy.stateKind, key: "current"), "the scenario's own")
        }
        do throws(Findings) {
            let sent = SentPolicy(version: version, policy: try SentPolicy.read(Array(text.utf8)))
            sentPolicy = sent
            offline.policy = sent.policy
            policyChanged(version, nil, state: sent.stateChange, "version \(version)")
        } catch {
            // Reported once; a new version is a new attempt.
            refusedPolicy = version
            let why = String("\(error)".prefix(300))
            persist([.policyChanged(version: version, refusedBecause: why)])
            effects.append(
                .log(.error, "offline policy of version \(version) is not taken, the old one stays in force: \(why)"))
        }
    }

    private mutating func policyChanged(_ version: Int64, _ why: String?, state: StateChange, _ words: String) {
        refusedPolicy = nil
        persist([.policyChanged(version: version, refusedBecause: why)], state: [state])
        effects.append(.log(.info, "offline policy in force: \(words)"))
    }
}
