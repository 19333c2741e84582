using System.Text;

namespace Sluice.Schemas.Avro;

/// <summary>A map, in one block or several; of a key that comes twice the last value counts.</summary>
internal sealed class ResolvedMap(Resolved values) : Resolved
{
    private const int LongestKey = 80;

    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        if (!run.Enter()) return false;
        OrderedDictionary<string, AvroValue>? entries = run.Keep ? new(StringComparer.Ordinal) : null;
        for (int index = 0; ;)
        {
            int start = run.Reader.Position;
            if (!run.Reader.TryReadBlock(out long count, out int size)) return false;
            if (count == 0) break;
            int end = run.Reader.Position + size;
            for (; count > 0; count--, index++)
                if (!TryReadEntry(ref run, index, entries)) return false;
            if (size >= 0 && run.Reader.Position != end) return run.Reader.Fail(start, $"a block says that it has {size} bytes, its entries take {run.Reader.Position - end + size}");
        }

        run.Leave();
        if (entries is not null) value = AvroValue.Of(entries.ToArray());
        return true;
    }

    private bool TryReadEntry(ref ResolvedRun run, int index, OrderedDictionary<string, AvroValue>? entries)
    {
        if (!run.Reader.TryReadText(out ReadOnlySpan<byte> key))
        {
            run.Reader.Trail.InItem(index);
            return false;
        }

        if (!values.TryRead(ref run, out AvroValue value))
        {
            run.Reader.Trail.InKey(Encoding.UTF8.GetString(key[..Math.Min(key.Length, LongestKey)]));
            return false;
        }

        if (entries is not null) entries[Encoding.UTF8.GetString(key)] = value;
        return true;
    }
}
