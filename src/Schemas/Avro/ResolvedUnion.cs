namespace Sluice.Schemas.Avro;

/// <summary>A union of the writer's: each branch has its own way to the reader's type.</summary>
internal sealed class ResolvedUnion(Resolved[] branches) : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        if (!run.Enter()) return false;
        if (!run.Reader.TryReadIndex(branches.Length, "union branch", out int index) || !branches[index].TryRead(ref run, out value)) return false;
        run.Leave();
        return true;
    }
}

/// <summary>A value that becomes branch <paramref name="branch"/> of the reader's union.</summary>
internal sealed class ResolvedBranch(int branch, Resolved type) : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        if (!type.TryRead(ref run, out value)) return false;
        value = value.InBranch(branch);
        return true;
    }
}

/// <summary>Null as a union's branch: its index took a byte, so it does not count as a value of none.</summary>
internal sealed class ResolvedNullBranch : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        return true;
    }
}
