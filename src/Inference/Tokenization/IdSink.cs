namespace Sluice.Inference.Tokenization;

/// <summary>Writes ids into a caller's span: the hot path.</summary>
/// <param name="ids">Room for the ids.</param>
internal ref struct IdSink(Span<int> ids) : ITokenSink
{
    private readonly Span<int> _ids = ids;

    public static bool WantsOffsets => false;

    /// <summary>Ids written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an id was refused.</summary>
    public bool Truncated { get; private set; }

    public bool TryAdd(int id, int start, int end)
    {
        if ((uint)Count >= (uint)_ids.Length)
        {
            Truncated = true;
            return false;
        }

        _ids[Count++] = id;
        return true;
    }
}
