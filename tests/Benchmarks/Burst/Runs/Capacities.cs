using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Plain;
using Benchmarks.Students;
using Sluice.Inference.Models;

namespace Benchmarks.Burst.Runs;

/// <summary>What a plain worker clears with a graph and a policy.</summary>
/// <param name="Graph">Kind of the baseline graph.</param>
/// <param name="Policy">How it makes batches.</param>
/// <param name="Threads">Threads of a run: what was best one by one.</param>
/// <param name="PerSecond">Documents a second of a backlog.</param>
internal sealed record PlainCapacity(string Graph, PlainPolicy Policy, int Threads, double PerSecond)
{
    public string Name => $"{Graph}, {Policy.Name}";
}

/// <summary>Measures what systems clear of a backlog, on the broker that the bursts run on.</summary>
/// <param name="bench">Runs them.</param>
/// <param name="model">Folder of the bundle.</param>
/// <param name="lengths">How long a measurement may take, and what is tried.</param>
/// <param name="note">Gets a line for each.</param>
internal sealed class Capacities(LoadBench bench, string model, BurstLengths lengths, Action<string> note)
{
    private const int PlainBacklog = 600, OurBacklog = 12_000;

    /// <summary>Plain workers over a graph, with each policy.</summary>
    public async Task<IReadOnlyList<PlainCapacity>> PlainAsync(string graph, TextSet texts, CancellationToken cancel)
    {
        List<PlainCapacity> found = [];
        foreach (int threads in lengths.Threads) found.Add(await OneAsync(graph, texts, lengths.Policies[0], threads, cancel));
        PlainCapacity best = found.MaxBy(plain => plain.PerSecond)!;
        found = [best];
        foreach (PlainPolicy policy in lengths.Policies.Skip(1)) found.Add(await OneAsync(graph, texts, policy, best.Threads, cancel));
        return found;
    }

    /// <summary>Each mode of a bundle, fixed.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="texts">What is labelled.</param>
    /// <param name="systemOf">The worker in a mode.</param>
    /// <param name="cancel">Ends it with an exception.</param>
    public async Task<Rungs> OursAsync(ModelBundle bundle, TextSet texts, Func<string, ServedSystem> systemOf, CancellationToken cancel)
    {
        List<Rung> rungs = [];
        foreach ((string mode, ModeAccuracy accuracy) in ManifestAccuracy.Read(bundle.Directory, "int8", "test"))
        {
            double speed = await bench.DrainAsync(systemOf(mode), texts, OurBacklog, Limit, cancel);
            note($"  {mode} on {texts.Name}: {speed:0.0} documents/s");
            rungs.Add(new Rung(mode, speed, accuracy.Correct / (double)accuracy.Total));
        }

        return new Rungs(rungs);
    }

    private TimeSpan Limit => TimeSpan.FromSeconds(lengths.Drain);

    private async Task<PlainCapacity> OneAsync(string graph, TextSet texts, PlainPolicy policy, int threads, CancellationToken cancel)
    {
        ServedSystem system = ServedSystem.Plain($"plain {graph}", model, graph, policy, threads);
        double speed = await bench.DrainAsync(system, texts, PlainBacklog, Limit, cancel);
        note($"  {graph}, {policy.Name}, runs of {threads} threads, on {texts.Name}: {speed:0.0} documents/s");
        return new PlainCapacity(graph, policy, threads, speed);
    }
}
