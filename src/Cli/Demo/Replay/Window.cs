namespace Sluice.Cli.Demo.Replay;

/// <summary>Bounds what is in flight: a number of documents and their bytes. One caller enters; any thread leaves.</summary>
/// <param name="mostDocuments">At least 1; <see cref="Allow"/> changes it.</param>
/// <param name="mostBytes">A single document larger than this still passes, alone.</param>
internal sealed class Window(int mostDocuments, long mostBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _left = new(0, 1);
    private int _most = mostDocuments;
    private int _documents;
    private long _bytes;

    /// <summary>Bounds the documents anew, before the next one enters.</summary>
    public void Allow(int most)
    {
        lock (_lock) _most = most;
    }

    /// <summary>Waits until the document fits, then counts it in.</summary>
    public async ValueTask EnterAsync(int bytes, CancellationToken cancellation)
    {
        while (!TryEnter(bytes))
            await _left.WaitAsync(cancellation);
    }

    /// <summary>Counts a document out.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _documents--;
            _bytes -= bytes;
            if (_left.CurrentCount == 0)
                _left.Release();
        }
    }

    public void Dispose() => _left.Dispose();

    private bool TryEnter(int bytes)
    {
        lock (_lock)
        {
            if (_documents > 0 && (_documents >= _most || _bytes + bytes > mostBytes))
                return false;
            _documents++;
            _bytes += bytes;
            return true;
        }
    }
}
