namespace Sluice.Inference.Models;

/// <summary>
/// One operator of a graph: what it is called, what it is, and the names of what it reads and makes ("" for an absent input).
/// </summary>
internal sealed record GraphNode(string Name, string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
