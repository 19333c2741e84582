using System.Threading.Channels;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Pipeline;

/// <summary>Stands where records leave the process: keeps what is sent until the test says what became of it.</summary>
internal sealed class Wire
{
    private readonly Channel<(OutboundRecord Record, Action<SendFailure?> Delivered)> _sent =
        Channel.CreateUnbounded<(OutboundRecord, Action<SendFailure?>)>();

    /// <summary>Sent and not answered yet.</summary>
    public int Open => _sent.Reader.Count;

    public void Send(OutboundRecord record, Action<SendFailure?> delivered, CancellationToken stop) =>
        Assert.True(_sent.Writer.TryWrite((record, delivered)));

    /// <summary>Waits for the next record and answers for it: delivered, or not.</summary>
    public async Task<OutboundRecord> AnswerAsync(SendFailure? failure = null)
    {
        (OutboundRecord record, Action<SendFailure?> delivered) = await _sent.Reader.ReadAsync().AsTask()
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        delivered(failure);
        return record;
    }
}
