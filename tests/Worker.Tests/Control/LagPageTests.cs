using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

/// <summary>docs/lag.md shows what the policy does, not what it once did.</summary>
public sealed class LagPageTests
{
    [Theory]
    [InlineData("burst")]
    [InlineData("beyond-swift")]
    [InlineData("bursts-in-a-row")]
    public void It_shows_a_trace_as_it_is_kept(string name) => Assert.Contains(
        $"```\n{File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "traces", $"{name}.txt"))}```\n",
        File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "lag.md")), StringComparison.Ordinal);

    /// <summary>A burst of 20 times the best padded teacher's capacity, and one of 80 times, which no mode can label as it comes. A failing
    /// one writes the picture as it would be now.</summary>
    [Fact]
    public void Its_picture_is_of_this_run()
    {
        SimulatedDocument[] load = SimulatedLoad.Of(1, (15, 6), (20, 382), (15, 6), (8, 1528), (32, 6));
        SimulatedWorker worker = SimulatedMail.Worker(1);
        worker.Run(load, 0.02, 90);
        string picture = RunPicture.Draw("Two bursts, simulated: mail's modes on 2 cores, Control:DrainTarget 1 s, Control:Hold 1 s",
            load, worker, 90);
        string kept = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "images", "lag.svg"));
        if (picture != kept) File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "lag.svg"), picture);
        Assert.Equal(kept, picture);
    }
}
