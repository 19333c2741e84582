namespace Sluice.Worker.Documents.Avro;

/// <summary>Why a payload was refused; a value, because bad messages are no exception on a topic.</summary>
/// <param name="Offset">Byte offset in the payload at which the offending element starts, from 0.</param>
/// <param name="Path">Field names with dots, items of arrays and maps as <c>[3]</c>; empty at the top.</param>
/// <param name="Reason">What was found, what is allowed.</param>
internal sealed record DecodeFailure(int Offset, string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? $"At byte {Offset}: {Reason}." : $"At byte {Offset}, in {Path}: {Reason}.";
}
