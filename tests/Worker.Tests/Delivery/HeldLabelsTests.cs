using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Delivery;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

public sealed class HeldLabelsTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly List<long> _sent = [];
    private readonly HeldLabels _held;

    public HeldLabelsTests() => _held = new HeldLabels(label => _sent.Add(label.Envelope.Source.Offset), _time);

    [Fact]
    public void What_is_held_is_sent_once_in_its_order()
    {
        _held.SendAll();
        Add(3, 4);
        Assert.Empty(_sent);
        _held.SendAll();
        _held.SendAll();
        Assert.Equal([3L, 4], _sent);
    }

    [Fact]
    public void All_are_sent_when_the_oldest_would_be_held_for_longer_than_the_bound()
    {
        Add(1);
        _time.Advance(HeldLabels.Longest - (2 * Moment));
        Add(2);
        _held.SendBefore(away: 2 * Moment);
        Assert.Empty(_sent);
        _held.SendBefore(away: 3 * Moment);
        Assert.Equal([1L, 2], _sent);
        Add(3);
        _held.SendBefore(away: HeldLabels.Longest); // its age begins with itself
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public void What_others_hold_meanwhile_is_kept_when_sending_ends_with_an_exception()
    {
        HeldLabels held = null!;
        List<long> tried = [];
        held = new HeldLabels(label =>
        {
            tried.Add(label.Envelope.Source.Offset);
            if (tried.Count > 1) return;
            held.Add(Label(9));
            throw new OperationCanceledException();
        }, _time);
        held.Add(Label(8));
        Assert.Throws<OperationCanceledException>(held.SendAll);
        held.SendAll();
        Assert.Equal([8L, 9], tried);
    }

    private void Add(params long[] offsets)
    {
        foreach (long offset in offsets) _held.Add(Label(offset));
    }

    private static Shipment Label(long offset) => new(new OutboundRecord("labels", null, [1], []),
        new Envelope(new SourceOffset(new SourcePartition("mails", 0), 0, offset), null, [], null), RecordOutcome.Labelled);
}
