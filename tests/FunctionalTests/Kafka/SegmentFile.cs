using System.Buffers.Binary;

namespace FunctionalTests.Kafka;

/// <summary>A partition's log on the disk of a broker that is stopped, to be damaged as a disk does.</summary>
/// <remarks>Record batches: kafka.apache.org/documentation/#recordbatch.</remarks>
internal static class SegmentFile
{
    private const int LengthAt = 8, LastOffsetDeltaAt = 23, AttributesAt = 21, RecordsAt = 61, PrefixBytes = 12;

    /// <summary>Flips a bit among the records of the batch that holds an offset.</summary>
    /// <param name="folder">The partition's, with one segment.</param>
    /// <param name="offset">Any of the batch.</param>
    /// <returns>The batch's first offset, and the first one behind it.</returns>
    public static (long First, long Next) Damage(string folder, long offset) =>
        Change(folder, offset, batch => batch[(RecordsAt + batch.Length) / 2] ^= 0x20);

    /// <summary>Has the batch say that it is packed in a way that nobody knows.</summary>
    /// <inheritdoc cref="Damage"/>
    public static (long First, long Next) SetUnknownCodec(string folder, long offset) =>
        Change(folder, offset, batch => batch[AttributesAt + 1] = (byte)(batch[AttributesAt + 1] & ~7 | 7));

    private static (long First, long Next) Change(string folder, long offset, Action<byte[]> change)
    {
        string file = Assert.Single(Directory.GetFiles(folder, "*.log"));
        byte[] log = File.ReadAllBytes(file);
        for (int at = 0; at < log.Length;)
        {
            long first = BinaryPrimitives.ReadInt64BigEndian(log.AsSpan(at));
            int bytes = PrefixBytes + BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(at + LengthAt));
            long next = first + BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(at + LastOffsetDeltaAt)) + 1;
            if (offset >= first && offset < next)
            {
                byte[] batch = log[at..(at + bytes)];
                change(batch);
                batch.CopyTo(log, at);
                File.WriteAllBytes(file, log);
                return (first, next);
            }

            at += bytes;
        }

        throw new InvalidOperationException($"{file} holds no batch with offset {offset}.");
    }
}
