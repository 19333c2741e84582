namespace Sluice.Schemas.Avro;

/// <summary>An array, in one block or several.</summary>
internal sealed class ResolvedArray(Resolved items) : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        if (!run.Enter()) return false;
        List<AvroValue>? values = run.Keep ? [] : null;
        for (int index = 0; ;)
        {
            int start = run.Reader.Position;
            if (!run.Reader.TryReadBlock(out long count, out int size)) return false;
            if (count == 0) break;
            int end = run.Reader.Position + size;
            for (; count > 0; count--, index++)
            {
                if (!items.TryRead(ref run, out AvroValue item))
                {
                    run.Reader.Trail.InItem(index);
                    return false;
                }

                values?.Add(item);
            }

            if (size >= 0 && run.Reader.Position != end) return run.Reader.Fail(start, $"a block says that it has {size} bytes, its items take {run.Reader.Position - end + size}");
        }

        run.Leave();
        if (values is not null) value = AvroValue.Of(values.ToArray());
        return true;
    }
}
