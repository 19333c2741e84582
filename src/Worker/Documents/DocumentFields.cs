using Sluice.Worker.Documents.Paths;

namespace Sluice.Worker.Documents;

/// <summary>
/// The wanted fields of one document, in the configured order: slices of the record's value where its bytes are the text as they stand,
/// else of a scratch buffer.
/// </summary>
/// <remarks>One per decode worker, used again for each document. The scratch grows to the largest escaped text and shrinks back after one
/// beyond <see cref="MaxRetainedBytes"/>.</remarks>
internal sealed class DocumentFields(int textFields, int copiedFields = 0)
{
    private const int MaxRetainedBytes = 1 << 20;

    private readonly FieldText[] _all = new FieldText[textFields + copiedFields + 1];
    private byte[] _scratch = [];
    private int _used;

    /// <summary>Where in the record's value the bytes begin from which the places of fields count: behind a frame or a byte order mark, or
    /// inside an envelope.</summary>
    public int Origin { get; set; }

    /// <summary>How many fields there are, those that were not found among them.</summary>
    public int Count => _all.Length;

    /// <summary>Each field: the text fields, the copied ones, the id.</summary>
    public ref FieldText this[int place] => ref _all[place];

    /// <summary>The identifying field.</summary>
    public FieldText Id { get => _all[^1]; set => _all[^1] = value; }

    /// <summary>The text fields, in the configured order.</summary>
    public Span<FieldText> Text => _all.AsSpan(0, textFields);

    /// <summary>The fields that go into the label, in the configured order.</summary>
    public Span<FieldText> Copied => _all.AsSpan(textFields, copiedFields);

    /// <summary>What is found of paths through arrays and maps, while a value is read.</summary>
    public JoinedTexts Joined { get; } = new();

    /// <summary>Forgets the last document.</summary>
    public void Clear()
    {
        _all.AsSpan().Clear();
        Joined.Clear();
        Origin = 0;
        _used = 0;
        if (_scratch.Length > MaxRetainedBytes) _scratch = [];
    }

    /// <summary>Bytes to write a field's text into; <see cref="Commit"/> makes the field of what was used.</summary>
    public Span<byte> Reserve(int atMost)
    {
        if (_scratch.Length - _used < atMost)
            Array.Resize(ref _scratch, Math.Max(_used + atMost, Math.Min(_scratch.Length * 2, MaxRetainedBytes)));
        return _scratch.AsSpan(_used, atMost);
    }

    public FieldText Commit(int length)
    {
        FieldText field = new(FieldState.Present, InScratch: true, _used, length);
        _used += length;
        return field;
    }

    /// <summary>The field of texts that were joined; null where there are none, or not all of them are texts.</summary>
    public FieldText Join(JoinedText joined)
    {
        if (joined.IsEmpty || joined.Fault != JoinedFault.None) return new FieldText(FieldState.Null);
        joined.Bytes.CopyTo(Reserve(joined.Bytes.Length));
        return Commit(joined.Bytes.Length);
    }

    /// <summary>The bytes of a field of the document in <paramref name="value"/>; empty unless it is present.</summary>
    public ReadOnlySpan<byte> BytesOf(FieldText field, ReadOnlySpan<byte> value) =>
        field.InScratch ? _scratch.AsSpan(field.Start, field.Length) : value.Slice(Origin + field.Start, field.Length);
}
