using System.Buffers;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Memory that whoever writes a value may fill up to a limit. One thread.</summary>
/// <param name="limitBytes">Where it ends: what is asked for beyond it is refused, what was asked for before it may pass it.</param>
internal sealed class LimitedOutput(int limitBytes) : IBufferWriter<byte>
{
    private const int Piece = 4096;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Advance(int count) => _bytes.Advance(count);

    /// <exception cref="FullException">The limit is reached.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.WrittenCount >= limitBytes) throw new FullException();
        Memory<byte> free = _bytes.GetMemory(Math.Max(sizeHint, Piece));
        return free[..Math.Max(sizeHint, Piece)]; // no more, so that the writer asks again soon
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    internal sealed class FullException : Exception;
}
