namespace Sluice.Inference.Tokenization;

/// <summary>Writes ids and the bytes of the text that each came from, for tools that show where a token stands.</summary>
/// <param name="ids">Room for the ids.</param>
/// <param name="offsets">Room for as many ranges of bytes.</param>
internal ref struct OffsetSink(Span<int> ids, Span<(int Start, int End)> offsets) : ITokenSink
{
    private readonly Span<(int Start, int End)> _offsets = offsets;
    private IdSink _sink = new(ids);

    public static bool WantsOffsets => true;

    /// <summary>Ids written so far.</summary>
    public readonly int Count => _sink.Count;

    public bool TryAdd(int id, int start, int end)
    {
        if (!_sink.TryAdd(id, start, end))
        {
            return false;
        }

        _offsets[_sink.Count - 1] = (start, end);
        return true;
    }
}
