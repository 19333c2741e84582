using System.Diagnostics;

namespace Benchmarks.Gpu;

/// <summary>One part of <c>bench gpu</c>.</summary>
/// <param name="Name">As the report names it.</param>
/// <param name="Weight">Of the time, beside the others'.</param>
/// <param name="Measure">Measures within its time, and fills the report.</param>
internal sealed record Section(string Name, int Weight, Action<GpuRun, TimeShare> Measure);

/// <summary>Runs sections one after another within a bound of time, and writes the report after each.</summary>
internal static class Sections
{
    private static readonly TimeSpan ToWrite = TimeSpan.FromSeconds(1); // kept back from the bound

    /// <summary>One that fails is a fault of the report, and the others go on. One that does not end within the bound is given up: its
    /// thread is a background one and ends with the process.</summary>
    /// <param name="sections">In the order of what they are worth: at the end time may be short.</param>
    /// <param name="run">What they measure on.</param>
    /// <param name="timetable">Of the whole run, begun.</param>
    /// <param name="time">Measures.</param>
    /// <param name="cancel">Ends it before its time.</param>
    public static async Task RunAsync(IReadOnlyList<Section> sections, GpuRun run, Timetable timetable, TimeProvider time,
        CancellationToken cancel)
    {
        ReportTable table = run.Report.AddTable("Sections", "section", "seconds", "its share, s", "what came of it");
        for (int next = 0; next < sections.Count; next++)
        {
            Section section = sections[next];
            cancel.ThrowIfCancellationRequested();
            if (timetable.Left <= ToWrite)
            {
                table.AddRow(section.Name, 0.0, 0.0, "left out: the time was over");
                continue;
            }

            TimeShare share = timetable.Next(section.Weight, sections.Skip(next).Sum(one => one.Weight));
            double seconds = share.Left.TotalSeconds;
            run.Note($"{section.Name}: at most {seconds:0} s");
            string outcome = await RunAsync(section, run, share, timetable.Left - ToWrite, time, cancel);
            table.AddRow(section.Name, Math.Round(share.Used.TotalSeconds, 1), Math.Round(seconds, 1), outcome);
            run.Save();
        }
    }

    private static async Task<string> RunAsync(Section section, GpuRun run, TimeShare share, TimeSpan limit, TimeProvider time,
        CancellationToken cancel)
    {
        try
        {
            await Task.Factory.StartNew(() => section.Measure(run, share), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(limit, time, cancel);
            return share.LeftOut.Count == 0 ? "whole" : $"left out: {string.Join(", ", share.LeftOut.Distinct())}";
        }
        catch (TimeoutException) when (share.Used >= limit)
        {
            run.Report.AddFault($"{section.Name} was cut off after {share.Used.TotalSeconds:0} s: the bound of the run was reached. "
                + "Give more --minutes, or name the sections that matter by --only.");
            return "cut off by the bound of the run";
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not UnreachableException && !cancel.IsCancellationRequested)
        {
            run.Report.AddFault($"{section.Name}: {GpuRun.OneLine(fault)}");
            return $"failed: {GpuRun.OneLine(fault)}";
        }
    }
}
