namespace Benchmarks.Students;

/// <summary>What a figure of <see cref="StudentsBenchmark"/> was measured on.</summary>
/// <param name="Task">The bundle.</param>
/// <param name="Set">The documents.</param>
/// <param name="Mode">The mode, or the policy of today.</param>
internal readonly record struct MeasuredMode(string Task, string Set, string Mode);
