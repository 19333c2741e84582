using Sluice.Cli.Demo;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Demo.View;

namespace FunctionalTests.Demo;

/// <summary>The demo's harness, whole, on the tiny model; the same list for the embedded cluster and a real one.</summary>
public abstract class DemoContract
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Bootstrap servers and registry address; null for the embedded ones.</summary>
    protected abstract (string? Cluster, string? Registry) Where { get; }

    [Fact]
    public async Task Every_document_gets_exactly_one_label_and_every_offset_is_committed()
    {
        using var corpus = new SmallCorpus(mails: 150);
        using var output = new StringWriter();

        DemoReport report = await RunAsync(corpus, output, CancellationToken.None);

        Assert.True(report.ExitCode == 0, output.ToString());
        Assert.Equal((150, 0, 0), (report.Counts.Documents, report.Counts.Lost, report.Counts.Duplicated));
        Assert.Equal(report.Committed.Sent, report.Committed.Done);
        Assert.Equal(150, report.Confusion.Total);
        Assert.Equal(report.Counts.Tokens, report.Worker.Tokens);
        Assert.InRange(report.LatencyMs.P50, 0.01, report.LatencyMs.P99);
        Assert.Equal("tiny", report.Example!.ModelId);
        Assert.Equal(1, report.Worker.Cpu.Sum(step => report.Worker.Share(step.Time)), 9);
    }

    [Fact]
    public async Task A_stopped_run_reports_what_it_has()
    {
        using var corpus = new SmallCorpus(mails: 150);
        using var output = new StringWriter();
        using var stop = new CancellationTokenSource();
        var view = new StoppingView(new PlainView(output, TimeProvider.System), stop, after: 10);

        DemoReport report = await new DemoRun(Options(corpus) with { Rate = 50 }, view, TimeProvider.System).RunAsync(stop.Token);

        Assert.Equal("it was stopped", report.Cut);
        Assert.InRange(report.Counts.Labelled, 10, 149);
        Assert.Equal(150, report.Counts.Sent + report.Counts.NotSent);
        Assert.InRange(report.Counts.Lost, 0, report.Counts.Sent - report.Counts.Labelled);
        Assert.NotEqual(0, report.Counts.NotSent);
        Assert.NotEqual(0, report.ExitCode);
    }

    [Fact]
    public async Task A_burst_comes_when_it_is_due_and_each_document_gets_exactly_one_label()
    {
        using var corpus = new SmallCorpus(mails: 40);
        using var output = new StringWriter();
        var view = new PlainView(output, TimeProvider.System);
        BurstOptions brief = new(8) { Before = Second, During = Second, After = Second };

        DemoReport report = await new DemoRun(Options(corpus) with { Burst = brief, Rate = 20 },
            view, TimeProvider.System).RunAsync(CancellationToken.None);
        view.Summary(report);

        Assert.True(report.ExitCode == 0, output.ToString());
        Assert.Equal([20, 160, 20], report.Burst!.Phases.Select(phase => phase.Documents)); // of 40 mails: they are sent again
        Assert.Equal([20, 160, 20], report.Burst.Phases.Select(phase => phase.Labelled));
        Assert.Equal((200, report.Committed.Sent), (report.Confusion.Total, report.Committed.Done));
        Assert.Equal("teacher", Assert.Single(report.Burst.Timeline.Modes).Mode);
        Assert.NotNull(report.Burst.Drained);
        Assert.Contains("Every one of 200 documents got exactly one label.", output.ToString(), StringComparison.Ordinal);
    }

    private protected Task<DemoReport> RunAsync(SmallCorpus corpus, TextWriter output, CancellationToken cancellation) =>
        new DemoRun(Options(corpus), new PlainView(output, TimeProvider.System), TimeProvider.System).RunAsync(cancellation);

    private protected DemoOptions Options(SmallCorpus corpus) => new()
    {
        Model = corpus.Model,
        Mails = corpus.Mails,
        Cluster = Where.Cluster,
        Registry = Where.Registry,
        Partitions = 3,
        InFlight = 32,
    };
}
