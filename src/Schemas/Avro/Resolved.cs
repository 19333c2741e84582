namespace Sluice.Schemas.Avro;

/// <summary>How to read what one schema wrote as a value of another; a node of a <see cref="Resolution"/>, immutable once compiled.</summary>
internal abstract class Resolved
{
    /// <summary>Reads one value.</summary>
    /// <param name="run">Where the reading stands. With <see cref="ResolvedRun.Keep"/> off the value is checked and not made.</param>
    /// <param name="value">The value; the default when it is not kept.</param>
    /// <returns>False when the payload does not fit; the run's reader then knows why, and each caller adds its field to the trail.</returns>
    public abstract bool TryRead(ref ResolvedRun run, out AvroValue value);
}
