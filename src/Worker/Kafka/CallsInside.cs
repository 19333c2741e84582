using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Counts the calls that are inside a native client, and frees it when it is disposed of and none is: librdkafka does not bear to
/// be freed under a call. Thread-safe.</summary>
/// <param name="free">Frees the client; called once, by whoever disposes or by the last call that was still inside.</param>
internal sealed class CallsInside(Action free) : IDisposable
{
    private readonly Lock _lock = new();
    private int _inside;
    private bool _isDisposed, _isFree;

    /// <summary>Makes one call.</summary>
    /// <exception cref="KafkaException">The client was disposed of (<see cref="ErrorCode.Local_Destroy"/>): no call is made.</exception>
    /// <remarks>What the call throws comes out as it is.</remarks>
    public T Make<T>(Func<T> call)
    {
        lock (_lock)
        {
            if (_isDisposed) throw new KafkaException(ErrorCode.Local_Destroy);
            _inside++;
        }

        try
        {
            return call();
        }
        finally
        {
            lock (_lock) _inside--;
            FreeIfUnused();
        }
    }

    /// <summary>Takes no more calls. It does not wait for those that are inside.</summary>
    public void Dispose()
    {
        lock (_lock) _isDisposed = true;
        FreeIfUnused();
    }

    private void FreeIfUnused()
    {
        lock (_lock)
        {
            if (!_isDisposed || _inside > 0 || _isFree) return;
            _isFree = true;
        }

        free();
    }
}
