using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Worker.Tests.Observability;

public sealed class WorkerMetricsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);

    /// <summary>Dashboards and alerts of others go by it: whoever renames, drops or adds a metric changes the page too.</summary>
    [Fact]
    public void The_list_of_metrics_is_the_one_of_the_page()
    {
        string page = Path.Combine(RepositoryRoot.Find(), "docs", "metrics.md");
        string[] told = [.. File.ReadLines(page).Where(line => line.StartsWith("| `sluice_", StringComparison.Ordinal))];
        string[] rows = [.. Create().All.Select(RowOf)];
        Assert.True(rows.SequenceEqual(told), $"The page should have these rows:\n{string.Join('\n', rows)}");
    }

    [Fact]
    public void Names_have_the_form_that_Prometheus_asks_for() => Assert.All(Create().All, metric =>
    {
        Assert.Matches("^sluice_[a-z]+(_[a-z]+)*$", metric.Name);
        Assert.Equal(metric.Kind == MetricKind.Counter, metric.Name.EndsWith("_total", StringComparison.Ordinal));
        Assert.Equal(metric.Unit == "seconds", metric.Name.Contains("_seconds", StringComparison.Ordinal));
        Assert.All(metric.Labels, label => Assert.Matches("^[a-z]+$", label));
        Assert.False(metric.Help.EndsWith('.') || metric.Help.Contains('\n'), metric.Help);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_of_them_are_written_as_the_format_wants_it_whatever_a_label_holds(bool openMetrics)
    {
        WorkerMetrics metrics = Create();
        const string Odd = "a \"b\" \\ c\nd {e}, ä";
        metrics.LabelDelivered(Noon.AddSeconds(-0.3));
        metrics.Read(all =>
        {
            all.Lag.Messages.Set(7, Odd, "0");
            all.Lag.Drain.Set(double.PositiveInfinity);
            all.Lag.Backlog.Set(1e15 + 0.5, "mails", "1");
            all.Batches.Measured.Set(0.000_001_5, "teacher");
            all.Documents.Read.Set(3);
        });
        MetricsText text = MetricsText.Read(await WriteAsync(metrics, openMetrics), openMetrics);
        Assert.Equal(metrics.All.Select(metric => openMetrics ? Without(metric.Name) : metric.Name).Order(StringComparer.Ordinal),
            text.Families.Keys.Order(StringComparer.Ordinal));
        Assert.All(metrics.All, metric =>
        {
            MetricsFamily family = text.Families[openMetrics ? Without(metric.Name) : metric.Name];
            Assert.Equal((metric.Kind.ToString().ToLowerInvariant(), metric.Help), (family.Type, family.Descriptions["HELP"]));
        });
        Assert.Equal(7, text.Families["sluice_lag_messages"].Samples.Single(sample => sample.Labels["topic"] == Odd).Value);
        Assert.Equal(double.PositiveInfinity, text.Samples["sluice_lag_drain_seconds"]);
        Assert.Equal(1e15 + 0.5, text.Samples["sluice_backlog_records{topic=\"mails\",partition=\"1\"}"]);
        Assert.Equal(1, text.Samples["sluice_document_latency_seconds_count"]);
    }

    [Fact]
    public async Task What_a_reading_does_not_give_is_gone_and_counts_stay()
    {
        WorkerMetrics metrics = Create();
        metrics.Read(all =>
        {
            all.Lag.Messages.Set(7, "mails", "0");
            all.Lag.Messages.Set(8, "mails", "1");
            all.Lag.AllMessages.Set(15);
            all.Documents.DeadLetters.Set(2, "null-text");
        });
        Assert.Equal(8, (await SamplesAsync(metrics))["sluice_lag_messages{topic=\"mails\",partition=\"1\"}"]);
        metrics.Read(all =>
        {
            all.Lag.Messages.Set(6, "mails", "0");
            all.Lag.Messages.Set(null, "mails", "1");
        });
        IReadOnlyDictionary<string, double> later = await SamplesAsync(metrics);
        Assert.Equal(6, later["sluice_lag_messages{topic=\"mails\",partition=\"0\"}"]);
        Assert.DoesNotContain(later.Keys, series => series.Contains("partition=\"1\"", StringComparison.Ordinal));
        Assert.DoesNotContain("sluice_worker_lag_messages", later.Keys); // unknown is not 0
        Assert.Equal(2, later["sluice_dead_letter_records_total{reason=\"null-text\"}"]);
        metrics.Read(all => all.Lag.AllMessages.Set(0));
        Assert.Equal(0, (await SamplesAsync(metrics))["sluice_worker_lag_messages"]); // and it comes back
    }

    [Fact]
    public async Task Latency_is_from_a_record_s_own_time_and_never_negative()
    {
        WorkerMetrics metrics = Create();
        metrics.LabelDelivered(Noon.AddSeconds(-40));
        metrics.LabelDelivered(Noon.AddHours(1)); // a clock that is ahead
        metrics.LabelDelivered(null);
        IReadOnlyDictionary<string, double> samples = await SamplesAsync(metrics);
        Assert.Equal((2, 40), (samples["sluice_document_latency_seconds_count"], samples["sluice_document_latency_seconds_sum"]));
        Assert.Equal(1, samples["sluice_document_latency_seconds_bucket{le=\"0.005\"}"]);
        Assert.Equal(1, samples["sluice_document_latency_seconds_bucket{le=\"30.0\"}"]);
        Assert.Equal(2, samples["sluice_document_latency_seconds_bucket{le=\"60.0\"}"]);
    }

    [Fact]
    public async Task Where_nobody_can_ask_a_label_costs_nothing()
    {
        WorkerMetrics metrics = new(new MetricsOptions(), _time);
        metrics.LabelDelivered(Noon.AddSeconds(-1));
        Assert.Equal(0, (await SamplesAsync(metrics))["sluice_document_latency_seconds_count"]);
    }

    private static string RowOf(MetricDefinition metric) => $"| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} | "
        + $"{metric.Unit} | {string.Join(", ", metric.Labels)} | {metric.Help} |";

    private static string Without(string name) => name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;

    private static async Task<IReadOnlyDictionary<string, double>> SamplesAsync(WorkerMetrics metrics) =>
        MetricsText.Read(await WriteAsync(metrics, openMetrics: true), openMetrics: true).Samples;

    private static async Task<string> WriteAsync(WorkerMetrics metrics, bool openMetrics)
    {
        using MemoryStream text = new();
        await metrics.WriteAsync(text, openMetrics, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private WorkerMetrics Create() => new(new MetricsOptions { Port = 9464 }, _time);
}
