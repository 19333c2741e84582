namespace Sluice.Worker.Documents.Paths;

/// <summary>Why texts cannot be joined.</summary>
internal enum JoinedFault
{
    None,

    /// <summary>One of them is not valid Unicode.</summary>
    NotUnicode,

    /// <summary>One of them is no text.</summary>
    NotText,

    /// <summary>Together they are longer than what they were read from may make them.</summary>
    TooLong,
}

/// <summary>The texts in UTF-8 that one path through arrays and maps finds in one document, joined by a space each.</summary>
/// <remarks>Used again for each document by its one owner. What it holds shrinks back after a text beyond
/// <see cref="MaxRetainedBytes"/>.</remarks>
internal sealed class JoinedText
{
    private const int MaxRetainedBytes = 1 << 20;

    private byte[] _bytes = [];
    private int _refusedAt;

    /// <summary>Bytes so far, with a space before each text; 0 before the first.</summary>
    public int Length { get; private set; }

    /// <summary>Whether no text was found; not whether all are empty.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The texts with a space between them.</summary>
    public ReadOnlySpan<byte> Bytes => IsEmpty ? [] : _bytes.AsSpan(1, Length - 1);

    /// <summary>What was first found wrong, of what still counts.</summary>
    public JoinedFault Fault { get; private set; }

    /// <summary>What stood there instead of a text, in words; empty unless that is the fault.</summary>
    public string Found { get; private set; } = "";

    /// <summary>Adds a text, which is valid UTF-8.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Commit(utf8.Length);
    }

    /// <summary>Room for one more text; <see cref="Commit"/> says how much of it was used.</summary>
    public Span<byte> Reserve(int atMost)
    {
        long needed = Length + 1L + atMost;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
        return _bytes.AsSpan(Length + 1, atMost);
    }

    /// <summary>Adds the text that was written into <see cref="Reserve"/>.</summary>
    public void Commit(int length)
    {
        _bytes[Length] = (byte)' ';
        Length += 1 + length;
    }

    /// <summary>Notes that what was found cannot be joined.</summary>
    public void Refuse(JoinedFault fault, string found = "")
    {
        Append([]); // so that taking it back takes back the fault
        if (Fault == JoinedFault.None) (Fault, Found, _refusedAt) = (fault, found, Length);
    }

    /// <summary>Takes back what was added, or refused, since <see cref="Length"/> was <paramref name="length"/>.</summary>
    public void CutTo(int length)
    {
        Length = length;
        if (_refusedAt > length) (Fault, Found, _refusedAt) = (JoinedFault.None, "", 0);
    }

    /// <summary>Forgets the document.</summary>
    public void Clear()
    {
        CutTo(0);
        if (_bytes.Length > MaxRetainedBytes) _bytes = [];
    }
}

/// <summary>The joined texts of one document by their paths' slots; made when they are first asked for. One owner.</summary>
internal sealed class JoinedTexts
{
    private readonly List<JoinedText> _texts = [];

    /// <summary>The text of a slot.</summary>
    public JoinedText this[int slot]
    {
        get
        {
            while (_texts.Count <= slot) _texts.Add(new JoinedText());
            return _texts[slot];
        }
    }

    /// <summary>Forgets the document.</summary>
    public void Clear()
    {
        foreach (JoinedText text in _texts) text.Clear();
    }
}
