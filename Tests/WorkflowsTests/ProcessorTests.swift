import Testing

@testable import Workflows

/// How many threads work where nothing is said: what the system gives this process.
@Suite struct ProcessorTests {
    @Test(arguments: [
        ("\t0-1", 2), (" 0", 1), ("0-3,8,10-11", 7), ("0-1279", 1280), ("", nil), ("3-1", nil), ("a", nil),
        ("1-2-3", nil),
    ])
    func listsOfProcessors(list: String, count: Int?) {
        #expect(processorCount(inList: list[...]) == count)
    }

    @Test(arguments: [
        ("max 100000", nil), ("150000 100000", 2), ("200000 100000", 2), ("1000 100000", 1), ("50000", 1), ("", nil),
        ("0 100000", nil), ("100000 0", nil),
    ])
    func quotas(text: String, count: Int?) {
        #expect(processorCount(inQuota: text[...]) == count)
    }

    @Test func aQuotaOfTheFirstVersion() {
        #expect(processorCount(quota: "-1", period: "100000") == nil)
        #expect(processorCount(quota: "250000", period: "100000") == 3)
        #expect(processorCount(quota: nil, period: "100000") == nil)
    }

    @Test func controlGroupsOfBothVersions() {
        let memberships: [Substring] = ["4:cpu,cpuacct:/a/b", "3:memory:/", "0::/user/job"]
        let folders = controlGroups(of: "cpu", memberships: memberships).map(\.folder)
        #expect(
            folders == [
                "/sys/fs/cgroup/cpu/a/b", "/sys/fs/cgroup/cpu/a", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/user/job",
                "/sys/fs/cgroup/user", "/sys/fs/cgroup",
            ])
        #expect(controlGroups(of: "memory", memberships: ["3:memory:/"]).map(\.isFirst) == [true])
    }
}
