internal import CLinux

/// What a program prints.
public enum StandardOutput {
    /// From now on each line is written at once, into a file or a pipe as well: somebody may wait for it there.
    public static func writesLines() { turnpike_write_lines() }
}
