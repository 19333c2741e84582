namespace Sluice.Worker.Pipeline;

/// <summary>What was found of one wanted field.</summary>
internal enum FieldState
{
    Missing,
    Null,
    Present,
}

/// <summary>Where the UTF-8 of one wanted field lies.</summary>
/// <param name="State">Whether it is there.</param>
/// <param name="InScratch">In the scratch of its <see cref="DocumentFields"/>, not in the record's value.</param>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct FieldText(FieldState State, bool InScratch = false, int Start = 0, int Length = 0);
