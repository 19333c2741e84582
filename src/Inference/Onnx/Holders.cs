namespace Sluice.Inference.Onnx;

/// <summary>Counts who uses something that is shared, so that the last one out disposes of it: it is taken away from under nobody.
/// Thread-safe; allocates nothing.</summary>
/// <param name="name">What it is, for <see cref="ObjectDisposedException"/>.</param>
/// <param name="dispose">Disposes of it: once, on the thread that was the last to let go.</param>
internal sealed class Holders(string name, Action dispose)
{
    private int _count = 1; // the owner, and everyone who holds
    private int _closed;

    /// <summary>From now on it is held, until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">Its owner has let go.</exception>
    public void Hold()
    {
        int count = Volatile.Read(ref _count);
        while (Volatile.Read(ref _closed) == 0 && count > 0)
        {
            int before = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (before == count) return;
            count = before;
        }

        throw new ObjectDisposedException(name);
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0) dispose();
    }

    /// <summary>The owner lets go: nobody can hold it any more, and who holds it goes on. Again does nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Release();
    }
}
