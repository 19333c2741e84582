using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class SkipToTests
{
    [Fact]
    public void What_is_written_is_read() => Prop.ForAll<ushort, uint>((partition, offset) =>
        SkipTo.Parse($"mails.v-1_x:{partition}:{offset + 1L}") == new SkipTo(new SourcePartition("mails.v-1_x", partition), offset + 1L))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_else_is_written_is_refused_or_means_an_offset_behind_the_first() => Prop.ForAll<string?, int, long>(
        (text, partition, offset) => new[] { text ?? "", $"{text}:{partition}:{offset}", $"a:{partition}:{text}" }.All(entry =>
            SkipTo.Parse(entry) is not { } read || (read.Offset > 0 && read.Partition.Partition >= 0 && read.Partition.Topic.Length > 0)))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("mails")]
    [InlineData("mails:3")]
    [InlineData(":3:7")]
    [InlineData("mails:3:0")] // the beginning
    [InlineData("mails:3:-1")]
    [InlineData("mails:-3:1")]
    [InlineData("mails:3: 7")]
    [InlineData("mails:3:7:8")]
    [InlineData("mails:3:99999999999999999999")]
    public void What_is_no_entry_is_a_fault_that_shows_one(string text) =>
        Assert.EndsWith(", which is not TOPIC:PARTITION:OFFSET; give the first offset that is to be read, such as mails:3:1200.",
            Assert.Single(SkipTo.FaultsOf(new FaultsOptions { SkipTo = ["mails:4:7", text] })), StringComparison.Ordinal);

    [Fact]
    public void A_partition_is_named_once() =>
        Assert.Equal("Sluice:Faults:SkipTo names mails[3] 2 times; keep the one that is meant.",
            Assert.Single(SkipTo.FaultsOf(new FaultsOptions { SkipTo = ["mails:3:7", "mails:4:7", "mails:3:8"] })));
}
