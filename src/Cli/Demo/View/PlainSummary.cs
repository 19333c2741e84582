using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>The summary as lines of text.</summary>
internal static class PlainSummary
{
    private const int ChartWidth = 100, ChartRows = 3;

    public static IEnumerable<string> Lines(DemoReport report)
    {
        LedgerCounts counts = report.Counts;
        yield return "";
        if (report.Burst is null) yield return Verdict.Of(report);
        yield return $"documents        {Numbers.Count(counts.Documents)}";
        yield return $"lost             {Numbers.Count(counts.Lost)}";
        if (counts.NotSent > 0) yield return $"not sent         {Numbers.Count(counts.NotSent)}";
        yield return $"duplicated       {Numbers.Count(counts.Duplicated + counts.Unexpected)}";
        yield return $"dead-lettered    {Numbers.Count(counts.Rejected)}";
        foreach ((string reason, int documents) in report.Rejections)
            yield return $"                 {Numbers.Count(documents)} x {reason}";
        yield return $"committed        {Verdict.Committed(report)}";
        yield return $"time             {Numbers.Time(report.Elapsed)}";
        yield return $"documents/s      {Numbers.Rate(report.DocumentsPerSecond)}";
        yield return $"tokens/s         {Numbers.Rate(report.TokensPerSecond)}";
        yield return $"latency p50      {Numbers.Milliseconds(report.LatencyMs.P50)}";
        yield return $"latency p95      {Numbers.Milliseconds(report.LatencyMs.P95)}";
        yield return $"latency p99      {Numbers.Milliseconds(report.LatencyMs.P99)}";
        yield return $"                 {report.LatencyBasis}";
        yield return report.HasAccuracy
            ? $"accuracy         {Numbers.Percent(report.Confusion.Accuracy, 2)} "
                + $"({Numbers.Count(report.Confusion.Correct)} of {Numbers.Count(report.Confusion.Total)})"
            : "accuracy         not comparable: the mails have other labels than the model";
        foreach (string label in report.Confusion.TrueLabels)
            yield return $"  {label,-14} {string.Join(", ", report.Confusion.Labels.Select(given => Labelled(label, given)))}";
        yield return $"model            {ModelLine.Of(report)}";
        yield return $"batches          {BatchLine(report)}";
        yield return $"                 {BatchPanel.PredictionLine(report.Worker.Batches)}";
        yield return $"tokens           {string.Join(", ", Enumerable.Range(0, report.Lengths.Bars.Count).Select(Bar))}; "
            + $"{Numbers.Count(report.Lengths.Truncated)} truncated";
        yield return "cpu              "
            + string.Join(", ", report.Worker.Cpu.Select(step => $"{step.Step} {Numbers.Percent(report.Worker.Share(step.Time))}"));
        yield return $"                 {Numbers.Time(report.Worker.StepsCpu)} in the worker's steps, "
            + $"{Numbers.Time(report.Worker.ProcessCpu)} in the process; "
            + "other: Kafka clients, broker, registry, replay, reading back";

        if (report.Burst is { } burst)
        {
            yield return "";
            foreach (ChartLine line in BurstChart.Lines(burst.Timeline, null, ChartWidth, ChartRows, report.HasAccuracy))
                yield return line.ToString();
            yield return "";
            foreach (string line in BurstScreen.TableOf(report)) yield return line.TrimEnd();
            yield return "";
            foreach (string line in BurstVerdict.Lines(report)) yield return line;
        }

        string Labelled(string label, string given) => $"{Numbers.Count(report.Confusion[label, given])} labelled {given}";

        string Bar(int bar) => $"{report.Lengths.Name(bar)}: {Numbers.Count(report.Lengths.Bars[bar].Documents)}";
    }

    /// <summary>The shape of the batches, in words.</summary>
    public static string BatchLine(DemoReport report)
    {
        WorkerFigures worker = report.Worker;
        double batches = worker.Batches.Batches;
        return worker.Batches.Batches == 0
            ? "none"
            : $"{Numbers.Count(batches)} of {worker.Documents / batches:0.0} documents "
                + $"and {Numbers.Count(worker.Tokens / batches)} tokens on average";
    }
}
