using System.Buffers;
using System.Text;

namespace Sluice.Worker.Kafka;

/// <summary>The newest statistics of one client. The client's thread takes them, anyone reads.</summary>
internal sealed class ClientStatistics(TimeProvider time)
{
    /// <summary>Where nobody set <c>statistics.interval.ms</c> and somebody may ask.</summary>
    public const string DefaultIntervalMs = "5000";

    private const int MostChars = 16 << 20; // some ten thousand partitions; more is not read

    private volatile Timed? _last;

    /// <summary>What it said last, and how long ago; null before the first time, and where it says nothing.</summary>
    public (ClientFigures Figures, TimeSpan Age)? Last => _last is { } last ? (last.Figures, time.GetElapsedTime(last.At)) : null;

    /// <summary>Takes what it says; what cannot be read changes nothing.</summary>
    public void Take(string json)
    {
        if (json.Length > MostChars) return;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(json));
        int count = Encoding.UTF8.GetBytes(json, bytes);
        if (ClientFigures.Read(bytes.AsSpan(0, count)) is { } figures) _last = new Timed(figures, time.GetTimestamp());
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private sealed record Timed(ClientFigures Figures, long At);
}
