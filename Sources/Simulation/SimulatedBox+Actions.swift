internal import BoxRules
internal import Canteen
internal import Effects
internal import Journal
internal import Payments
internal import Vocabulary
internal import Wire

/// What the rules want done, and the box's disk.
extension SimulatedBox {
    func perform(_ action: BoxAction) {
        switch action {
        case .append: preconditionFailure("a write needs its answer at once")
        case .acknowledge(let through): acknowledge(through)
        case .sendBatch(let first, _): after(dice.between(300, slowestReadMicroseconds)) { $0.sendBatch(from: first) }
        case .publish(let message):
            guard !swallows(message) else { return }
            world.note("asks", number, "\(self.device) sends \(String(decoding: message.payload, as: UTF8.self))")
            world.broker.fromBox(self, sabotaged(message))
            if message.payload.starts(with: #"{"type":"charge""#.utf8) { requestLeft() }
        case .reportHealth: break
        case .pulse(let output, _): drive(output) { $0.pulse(raises: $1) }
        case .hold(let output): gates.first { $0.lane.turnstile?.relay == output }?.hold(true)
        case .release(let output): gates.first { $0.lane.turnstile?.relay == output }?.hold(false)
        case .show(let lane, let notice):
            world.note("sign", number, "\(self.device) \(lane): \(notice.english)")
            lanes.first { $0.id == lane }?.sign(notice)
        case .refund(_, let progress): world.note("refund", number, "\(self.device) refund: \(progress)")
        case .fault(let name, let why):
            world.note("fault", number, "\(self.device) \(name): \(why ?? "no longer")")
        // The record of it is what the simulation judges.
        case .alarm, .happened: break
        case .journalFault(let why):
            world.note("journal", why == nil ? 0 : 1, "\(self.device) journal: \(why ?? "well")")
        case .log(let level, let text):
            world.note("log", number, "\(self.device) \(level): \(text)")
        }
    }

    private func drive(_ output: String, _ action: (VirtualLane, Bool) -> Void) {
        if isTill {
            guard !gates.isEmpty else { return world.checker.serves(self) }
            gates.first { $0.lane.turnstile?.relay == output }?.opens()
            return
        }
        for lane in lanes {
            if output == "\(lane.id).raise" { return action(lane, true) }
            if output == "\(lane.id).lower" { return action(lane, false) }
        }
    }

    // MARK: - Batches and acknowledgements

    private func sendBatch(from first: Int64) {
        guard let batch = disk.batch(from: first) else { return tell(.batchNotSent("no record \(first)")) }
        guard world.broker.believesUp(self) else { return tell(.batchNotSent("no link")) }
        world.note("batch", batch.last, "\(self.device) sends records \(batch.first) to \(batch.last)")
        let message = BoxMessage(topic: Topics(device).records, payload: batch.payload(signedBy: key))
        world.broker.fromBox(self, message)
        tell(.batchSent(first: batch.first, last: batch.last))
        if world.setup.sabotage == .acknowledgeOnPublish {
            let word = Acknowledgement.through(epoch: disk.epoch, sequence: batch.last)
            tell(.message(topic: Topics(device).acknowledgement, payload: word.payload, correlation: nil))
        }
    }

    private func acknowledge(_ through: Int64) {
        world.note("acknowledge", through, "\(self.device) notes that the platform has records up to \(through)")
        do throws(JournalError) {
            guard try journal.acknowledge(through: through) else { return }
            after(1_000_000) { box in
                if let sequence = box.journal.takeAcknowledgement() { box.disk.acknowledged = sequence }
            }
        } catch { world.fail("\(device): \(error)") }
    }

    private func sabotaged(_ message: BoxMessage) -> BoxMessage {
        guard world.setup.sabotage == .reuseID, dice.chance(perMille: 100),
            case .charge(var charge, let code)? = try? Request(payload: message.payload)
        else { return message }
        var changed = message
        charge.quote.until.milliseconds += 1
        changed.payload = Request.charge(charge, code: code).payload
        return changed
    }

    private func sabotaged(_ write: BoxWrite) -> BoxWrite {
        if world.setup.sabotage == .forgetSpends {
            var forgetful = write
            if write.records.contains(where: { if case .leaseSpent = $0.event { true } else { false } }) {
                forgetful.state.removeAll { if case .put(FloatLease.stateKind, _, _) = $0 { true } else { false } }
            }
            return forgetful
        }
        guard world.setup.sabotage == .queueCode else { return write }
        var changed = write
        for index in changed.records.indices {
            guard case .payment(.acceptedOffline, var charge, let reason) = changed.records[index].event else {
                continue
            }
            charge.instrument = .shownCode
            changed.records[index].event = .payment(.acceptedOffline, charge, reason)
        }
        return changed
    }

    // MARK: - Writes

    func append(_ asked: BoxWrite) -> AppendResult {
        let write = sabotaged(asked)
        let records = write.records.map { JournalRecord(at: $0.at, body: $0.body) }
        do throws(JournalError) {
            let ticket = try journal.append(JournalWrite(records: records, state: write.state))
            volatile += write.records
            world.counts.records += Int64(write.records.count)
            if world.setup.sabotage == .pulseBeforeDurable { after(0) { $0.tell(.durable(through: ticket.last)) } }
            planCommit(after: dice.between(20, 400))
            return .taken(last: ticket.last)
        } catch {
            world.counts.refusedWrites += 1
            world.note("refused", number, "\(self.device): \(error)")
            if world.setup.sabotage == .takeRefusedForWritten { return .taken(last: journal.head.sequence) }
            return error.isForEver ? .impossible(why: error.description) : .full(why: error.description)
        }
    }

    private func planCommit(after pause: Int64) {
        guard !isCommitting else { return }
        isCommitting = true
        after(pause) { $0.beginCommit() }
    }

    private func beginCommit() {
        if transactions.isEmpty { transactions = journal.takeTransactions() }
        guard let transaction = transactions.first else {
            isCommitting = false
            return
        }
        if boundary() { return }
        underWay = transaction
        if world.setup.sabotage == .skipSync {
            let through = disk.head.sequence + Int64(transaction.records)
            after(1) { $0.tell(.durable(through: through)) }
        }
        // A card that has to move its blocks about takes a thousand times as long as one that has not.
        let isSlow = dice.chance(perMille: 20)
        let duration = isSlow ? dice.between(20_000, 900_000) : dice.between(150, 4_000)
        commitBegins(lasting: duration)
        after(duration) { $0.endCommit(transaction) }
    }

    private func endCommit(_ transaction: JournalTransaction) {
        underWay = nil
        if isDiskFull {
            world.counts.failedCommits += 1
            commitFailures += 1
            let pause = min(Int64(100_000) << Int64(min(commitFailures - 1, 6)), 5_000_000)
            after(pause) { $0.beginCommit() }
            return tell(.journalFailed("the disk is full"))
        }
        commitFailures = 0
        commitToDisk(transaction)
        if let sequence = journal.takeAcknowledgement() { disk.acknowledged = sequence }
        journal.noteCommit(transaction)
        transactions.removeFirst()
        let through = disk.head.sequence
        world.note("commit", through, "\(self.device) has records up to \(through) on disk")
        // Synced, and nobody knows it yet.
        if boundary() { return }
        after(dice.between(5, 150)) { $0.tell(.durable(through: through)) }
        isCommitting = false
        planCommit(after: dice.between(5, 50))
    }

    func commitToDisk(_ transaction: JournalTransaction) {
        world.counts.commits += 1
        disk.commit(transaction)
        let records = Array(volatile.prefix(transaction.records))
        volatile.removeFirst(transaction.records)
        world.checker.durable(self, records)
    }
}
