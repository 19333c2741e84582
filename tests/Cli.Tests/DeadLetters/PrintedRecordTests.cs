using Sluice.Cli.DeadLetters;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Spectre.Console;

namespace Cli.Tests.DeadLetters;

/// <summary>What a person sees of dead-letter records, on a terminal and through a pipe.</summary>
public sealed class PrintedRecordTests
{
    private static readonly PartitionRange[] Ranges = [new(0, 0, 100)];

    [Fact]
    public void Through_a_pipe_a_record_is_a_line_with_its_whole_message() => Assert.Equal(
        """
        at     time (UTC)           reason             from  message
        0:42   2026-11-28 12:00:00  null-text          mails:3:17  there is no field 'body'; MORE

        1 of 2 records in mails.dead
        by reason
                 1  null-text
        from
                 1  mails
        One whole: ./sluice dlq show mails.dead:0:42

        """.Replace("MORE", RejectionReason.NullText.DefaultWayOut().Words, StringComparison.Ordinal),
        Plain(lines =>
        {
            RecordList list = new(lines, "mails.dead", Ranges, 10);
            list.Add(Letters.OfWorker(RejectionReason.NullText), true);
            list.Add(Letters.OfWorker(RejectionReason.MissingText), false);
            list.End();
        }));

    [Fact]
    public void No_more_are_printed_than_were_asked_for_and_all_are_counted()
    {
        string printed = Plain(lines =>
        {
            RecordList list = new(lines, "mails.dead", Ranges, 2);
            for (int i = 0; i < 1234; i++) list.Add(Letters.OfWorker(RejectionReason.MissingText, topic: $"topic{i % 30}"), true);
            list.End();
        });
        Assert.Equal(2, printed.Split("2026-11-28").Length - 1);
        Assert.Contains("\n1,234 records in mails.dead; the first 2 are shown (--max)\n", printed, StringComparison.Ordinal);
        Assert.Contains("\n       410  others\n", printed, StringComparison.Ordinal); // of any number of topics
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void On_a_terminal_no_line_is_wider_than_it_and_nothing_of_others_is_obeyed(int width)
    {
        string evil = "\u001b[2J\u202e[red]x[/] 日本語の文書 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 " + new string('w', 500);
        string printed = Terminal(width, lines =>
        {
            RecordList list = new(lines, "mails.dead", Ranges, 10);
            list.Add(Letters.OfWorker(RejectionReason.MissingText, topic: new string('t', 249), detail: evil,
                own: [new("sluice.replay.count", "2"u8.ToArray())]), true);
            list.End();
        });
        Assert.DoesNotContain('\u001b', printed);
        Assert.DoesNotContain('\u202e', printed);
        Assert.DoesNotContain('\uFFFD', printed);
        string[] rows = printed.Split('\n')[..3];
        Assert.All(rows, row => Assert.InRange(new Spectre.Console.Rendering.Segment(row.TrimEnd()).CellCount(), 1, width));
        Assert.StartsWith("       (sent back 2x) \\u001B[2J\\u202E[red]x[/] 日本語の文書 😀", rows[2], StringComparison.Ordinal);
        Assert.EndsWith("…", rows[2].TrimEnd(), StringComparison.Ordinal);
        Assert.All(rows, row => Assert.True(row.IsNormalized(), "half a character is left")); // which throws on one
    }

    [Fact]
    public void One_record_is_shown_whole()
    {
        RecordHeader[] own = [new("trace", "t1"u8.ToArray()), new("none", null), new("bin", [0, 255]),
            new("x-api-key", "sk-123"u8.ToArray()), new("sluice.replay.from", "mails.dead:0:7"u8.ToArray()),
            new("sluice.replay.count", "1"u8.ToArray())];
        Assert.Equal(
            """
            mails.dead:0:42
            time       2026-11-28 12:00:00.000 UTC
            written by Sluice
            reason     null-text
            message    both are null; MORE
            from       mails:3:17
            sent back  1 time, last from mails.dead:0:7

            headers (12)
              trace: t1
              none: null
              bin: 0x00ff
              x-api-key: *** (6 bytes; not shown, for its name)
              sluice.replay.from: mails.dead:0:7
              sluice.replay.count: 1
              sluice.error.reason: null-text
              sluice.error.message: both are null; MORE
              sluice.source.topic: mails
              sluice.source.partition: 3
              sluice.source.offset: 17
              sluice.source.timestamp: 1795867200000

            key (1 byte)
              k

            value (20 bytes)
              {
               "a": "\u001B[2J é"
              }

            """.Replace("MORE", RejectionReason.NullText.DefaultWayOut().Words, StringComparison.Ordinal),
            Plain(lines => new RecordSheet(lines, 4096).Print(Letters.OfWorker(RejectionReason.NullText, own: own,
                value: Letters.Text("{\n \"a\": \"\u001b[2J é\"\r\n}"), detail: "both are null"))));
    }

    [Fact]
    public void What_is_no_text_is_shown_as_bytes_and_no_more_of_it_than_is_asked_for()
    {
        byte[] value = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        string printed = Plain(lines => new RecordSheet(lines, 20).Print(Letters.OfWorker(RejectionReason.WireFormat, value: value,
            own: [new("long", new byte[5000])])));
        Assert.EndsWith(
            """
            value (200 bytes, no text)
              000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................
              000010  10 11 12 13                                      ....
              ... 180 more bytes (--bytes)

            """, printed, StringComparison.Ordinal);
        Assert.Contains($"  long: 0x{new string('0', 128)} ... 4,936 more bytes\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_secret_is_shown_nowhere()
    {
        DeadLetterRecord record = Letters.OfWorker(RejectionReason.WireFormat, value: Letters.Text("a t0p-s3cret:Zq9x b"),
            own: [new("t0p-s3cret:Zq9x", Letters.Text("t0p-s3cret:Zq9x"))], detail: "found t0p-s3cret:Zq9x");
        string printed = Plain(lines =>
        {
            RecordList list = new(lines, "mails.dead", Ranges, 10);
            list.Add(record, true);
            new RecordSheet(lines, 4096).Print(record);
        }, "t0p-s3cret:Zq9x");
        Assert.DoesNotContain("s3cret", printed, StringComparison.Ordinal);
        Assert.Contains("a *** b", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_goes_on_below_its_beginning_and_no_word_of_it_is_lost()
    {
        string words = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"w{i}日")), wide = new('x', 300);
        string printed = Terminal(80, lines => lines.WriteForeign("[grey]message[/]    ", $"{words} {wide}", 11));
        string[] rows = printed.TrimEnd('\n').Split('\n');
        Assert.All(rows, row => Assert.InRange(new Spectre.Console.Rendering.Segment(row.TrimEnd()).CellCount(), 12, 80));
        Assert.All(rows[1..], row => Assert.StartsWith(new string(' ', 11) + row.TrimStart()[0], row, StringComparison.Ordinal));
        Assert.Equal($"message    {words} {wide}".Replace(" ", "", StringComparison.Ordinal),
            printed.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
    }

    private static string Plain(Action<LineWriter> print, params string[] secrets)
    {
        StringWriter output = new() { NewLine = "\n" };
        print(new LineWriter(null, output, new Redaction(secrets)));
        return output.ToString();
    }

    private static string Terminal(int width, Action<LineWriter> print)
    {
        StringWriter output = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        print(new LineWriter(console, TextWriter.Null, new Redaction([])));
        return output.ToString();
    }
}
