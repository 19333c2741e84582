namespace Benchmarks;

/// <summary>A number that an issue asks for.</summary>
/// <param name="Name">In snake case, with what it was measured on.</param>
/// <param name="Value">In <paramref name="Unit"/>; the median where there were several rounds.</param>
/// <param name="Unit">Such as <c>tokens/s</c>, <c>B/document</c>, or <c>1</c> for a ratio.</param>
/// <param name="Goal">What was asked, in the same unit; null where no goal holds on this kind of machine.</param>
/// <param name="Met">Whether the value is as asked; null where nothing was.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Goal, bool? Met);
