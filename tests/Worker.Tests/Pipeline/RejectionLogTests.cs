using Microsoft.Extensions.Logging;
using Sluice.Worker.Offsets;
using Sluice.Worker.Pipeline;
using Worker.Tests.Registry;

namespace Worker.Tests.Pipeline;

public sealed class RejectionLogTests
{
    [Fact]
    public void The_first_of_each_reason_is_told_at_once_and_the_rest_by_their_number()
    {
        ManualTime time = new();
        Lines lines = new();
        RejectionLog log = new(time, lines);
        for (int i = 0; i < 5; i++) Add(RejectionReason.NullText, i);
        Add(RejectionReason.WireFormat, 5);
        Assert.Equal(["mails[0]@0 0", "mails[0]@5 0"], lines.Seen);
        time.Advance(RejectionLog.Quiet);
        Add(RejectionReason.NullText, 6);
        Assert.Equal("mails[0]@6 4", lines.Seen[^1]);

        void Add(RejectionReason reason, long offset) => log.Add(new SourceOffset(new SourcePartition("mails", 0), 1, offset), new Rejection(reason, "why"));
    }

    private sealed class Lines : ILogger<RejectionLog>
    {
        public List<string> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> fields = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary();
            Seen.Add($"{fields["Topic"]}[{fields["Partition"]}]@{fields["Offset"]} {fields["PassedOver"]}");
        }
    }
}
