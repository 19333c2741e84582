namespace Benchmarks.Burst.Plain;

/// <summary>What a plain worker is told.</summary>
/// <param name="Kafka">Bootstrap servers.</param>
/// <param name="Input">Topic of texts, UTF-8.</param>
/// <param name="Output">Topic of labels.</param>
/// <param name="Group">Consumer group.</param>
/// <param name="Model">Folder of the bundle.</param>
/// <param name="Graph">Kind of the baseline graph in it, such as <c>padded-fp32</c>.</param>
/// <param name="Policy">How batches are made.</param>
/// <param name="Runs">Batches that run at a time, at least 1.</param>
/// <param name="Threads">Threads of each run, at least 1.</param>
internal sealed record PlainOptions(
    string Kafka, string Input, string Output, string Group, string Model, string Graph, PlainPolicy Policy, int Runs, int Threads);
