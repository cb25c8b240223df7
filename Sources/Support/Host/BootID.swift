/// Names this run of the machine.
public enum BootID {
    /// The kernel's boot id: a new one at every start of the machine.
    /// - Throws: ``TextFileError`` where /proc is missing.
    public static func read() throws(TextFileError) -> String {
        let text = String(decoding: try TextFile.read("/proc/sys/kernel/random/boot_id"), as: UTF8.self)
        return String(text.prefix { !$0.isNewline })
    }
}
