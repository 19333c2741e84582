using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents;

public sealed class RejectionReasonsTests
{
    private static readonly RejectionReason[] All = Enum.GetValues<RejectionReason>();

    [Fact]
    public void The_page_of_settings_has_every_reason_with_what_to_do()
    {
        string[] page = File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "configuration.md"));
        string[] rows = [.. page.SkipWhile(line => line != "## Why a document is rejected").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.Equal(All.Select(reason => (reason.Name(), reason.DefaultWayOut().Words)),
            rows.Select(row => row.Split('|')).Select(cells => (cells[1].Trim(' ', '`'), cells[3].Replace("`", "",
                StringComparison.Ordinal).Trim())));
    }

    [Fact]
    public void Every_way_out_ends_a_message_however_long_what_was_found_is()
    {
        Envelope record = new(new SourceOffset(new SourcePartition("mails", 7), 1, 42), null, [], null);
        foreach (RejectionReason reason in All)
        {
            Assert.InRange(reason.DefaultWayOut().Words.Length, 1, WayOut.Longest);
            Rejection rejection = new(reason, new string('x', 1_000_000) + ".");
            Assert.EndsWith($"x... (999,250 more characters); {reason.DefaultWayOut().Words}", rejection.Message, StringComparison.Ordinal);
            Assert.Equal(rejection.Message, System.Text.Encoding.UTF8.GetString(
                DeadLetter.Of("dead", record, null, reason.Name(), rejection.Message).Headers
                    .Single(header => header.Name == "sluice.error.message").Value!)); // and is not cut again
        }
    }
}
