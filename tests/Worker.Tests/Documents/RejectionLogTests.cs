using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents;

public sealed class RejectionLogTests
{
    private static readonly string OfNull = RejectionReason.NullText.DefaultWayOut().Words,
        OfFrame = RejectionReason.WireFormat.DefaultWayOut().Words;

    [Fact]
    public void The_first_of_each_reason_is_told_at_once_and_the_rest_by_their_number()
    {
        FakeTimeProvider time = new();
        Lines<RejectionLog> lines = new();
        RejectionLog log = new(time, lines);
        for (int i = 0; i < 5; i++) Add(RejectionReason.NullText, i);
        Add(RejectionReason.WireFormat, 5);
        Assert.Equal(
            [
                $"mails[0]@0 cannot be labelled (null-text): why; {OfNull}. It goes to the dead-letter topic",
                $"mails[0]@5 cannot be labelled (wire-format): why; {OfFrame}. It goes to the dead-letter topic",
            ],
            lines.Seen);
        time.Advance(RejectionLog.Quiet);
        Add(RejectionReason.NullText, 6);
        Assert.Equal($"mails[0]@6 cannot be labelled (null-text): why; {OfNull}. It goes to the dead-letter topic, "
            + "as did 4 more for this reason since the last such line", lines.Seen[^1]);

        void Add(RejectionReason reason, long offset) =>
            log.Add(new SourceOffset(new SourcePartition("mails", 0), 1, offset), new Rejection(reason, "why"));
    }
}
