using System.Globalization;

namespace Sluice.Cli.DeadLetters;

/// <summary>Tells what a replay does with single records, and at its end what it has done.</summary>
/// <param name="lines">Where it is printed.</param>
/// <param name="request">What was asked for.</param>
/// <param name="group">The group that says how far it has come.</param>
internal sealed class ReplayReport(LineWriter lines, ReplayRequest request, string group)
{
    /// <summary>A record cannot be sent back, or would be.</summary>
    public void Tell(DeadLetterRecord record, ReplayVerdict verdict)
    {
        string from = $"[bold]{record.Place}[/] [yellow]{record.Provenance.Reason}[/] of {record.Provenance.Source}";
        if (verdict.Record is not { } sent)
        {
            lines.WriteForeign($"[red]stays[/]  {from}: ", verdict.Refusal, 7);
            return;
        }

        string partition = verdict.Partition is { } number ? $":{number}" : ", by its key";
        string time = record.Replays == 0 ? "" : $", for time {record.Replays + 1}";
        lines.Write($"[green]would[/]  {from}: go to {sent.Topic}{partition}{time}");
    }

    /// <summary>The counts.</summary>
    public void End(ReplayCounts counts)
    {
        lines.Write($"[bold]{Number(counts.Sent)}[/] {(request.IsDry ? "would be sent back" : "sent back")}"
            + $"{(counts.IsCut ? $"; more are left, for --max is {Number(request.Most)}: run it again" : "")}");
        if (counts.Refused > 0)
            lines.Write($"[bold]{Number(counts.Refused)}[/] cannot be sent back: above are their places in the topics that they came from");
        if (counts.LeftOut > 0) lines.Write($"[bold]{Number(counts.LeftOut)}[/] left out by the filter");
        if (counts.Older > 0)
            lines.Write($"[bold]{Number(counts.Older)}[/] older than --since{(request.IsDry ? " would count" : "; they count")} as passed");
        if (counts.Done > 0) lines.Write($"[bold]{Number(counts.Done)}[/] passed by a replay before (--group NAME begins anew)");
        lines.Write(request.IsDry ? "[grey]Nothing was sent, and nothing committed.[/]"
            : $"[grey]Group {lines.Foreign(group, 300)} has what is done of {request.Topic}.[/]");
    }

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
