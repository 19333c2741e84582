namespace Benchmarks.Burst.Load;

/// <summary>A label, as the broker has it.</summary>
/// <param name="Document">The number of its document; comes again where the document was labelled again.</param>
/// <param name="At">Seconds from the load's start to when the broker wrote it, to the millisecond.</param>
/// <param name="Label">What the system says.</param>
/// <param name="Mode">What of the model answered: <c>teacher</c>, <c>students:K</c>, <c>swift</c>.</param>
internal sealed record Delivery(int Document, double At, string Label, string Mode);
