using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace FunctionalTests;

/// <summary>Reads text, and comes to no end of it until it may: a step that is stuck, and waits for nobody.</summary>
internal sealed class StuckFormat : IDocumentFormat, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly TextFormat _text = new();
    private readonly ManualResetEventSlim _goOn = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when something is being read.</summary>
    public Task Reached => _reached.Task.WaitAsync(Longest);

    public void GoOn() => _goOn.Set();

    public void Dispose() => _goOn.Set();

    public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop) =>
        _text.PrepareAsync(headers, value, stop);

    public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        _reached.TrySetResult();
        _goOn.Wait(Longest);
        return _text.Read(headers, value, fields);
    }
}
