using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Wording;
using Spectre.Console;

namespace Sluice.Cli.DeadLetters;

/// <summary>Prints one dead-letter record whole: what it says of itself, headers, key and value.</summary>
/// <param name="lines">Where it is printed.</param>
/// <param name="mostBytes">Of the value, and of the key, that are shown at most; of each header an eighth.</param>
internal sealed partial class RecordSheet(LineWriter lines, int mostBytes)
{
    private const int HexBytes = 16; // of a line: 76 columns
    private const int MostHeaders = 200;
    private const int NameWidth = 10;
    private const int MostOfMessage = 1000; // the worker's own are no longer

    public void Print(DeadLetterRecord record)
    {
        Provenance provenance = record.Provenance;
        lines.Write($"[bold]{record.Topic}:{record.Place}[/]");
        Field("time", record.Time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) is { } time
            ? $"{time} UTC" : "none");
        Field("written by", provenance.Writer switch
        {
            DeadLetterWriter.Sluice => "Sluice",
            DeadLetterWriter.Spring => "Spring for Apache Kafka",
            DeadLetterWriter.Connect => "Kafka Connect",
            DeadLetterWriter.Streams => "Kafka Streams",
            _ => "unknown: no header says where it came from",
        });
        Field("reason", $"[yellow]{provenance.Reason}[/]");
        if (provenance.Message.Length > 0)
            lines.WriteForeign($"[grey]{"message".PadRight(NameWidth)}[/] ", provenance.Message, NameWidth + 1, MostOfMessage);
        Field("from", provenance.Source);
        if (record.Replays > 0)
            Field("sent back", $"{(record.Replays == 1 ? "1 time" : $"{record.Replays} times")}, last from "
                + lines.Foreign(Provenance.Text(record.Headers, ReplayHeaders.From) ?? "?"));
        if (Provenance.Text(record.Headers, DeadLetterHeaders.OmittedValue) is { } omitted)
            Field("left out", $"the value, of {lines.Foreign(omitted, 20)} bytes: its topic did not take it");
        lines.Write("");
        lines.Write(record.Headers.Count == 0 ? "[bold]no headers[/]" : $"[bold]headers[/] ({Number(record.Headers.Count)})");
        foreach (RecordHeader header in record.Headers.Take(MostHeaders)) Print(header);
        if (record.Headers.Count > MostHeaders) lines.Write($"  [grey]... {Number(record.Headers.Count - MostHeaders)} more[/]");
        Print("key", record.Key);
        Print("value", record.Value);
    }

    private void Print(RecordHeader header)
    {
        string name = $"  {lines.Foreign(header.Name, ForeignText.Name)}: ";
        int most = int.Max(mostBytes / 8, 64);
        if (header.Value is not { } value) lines.Write($"{name}[grey]null[/]");
        else if (SecretName().IsMatch(header.Name)) lines.Write($"{name}[grey]*** ({Bytes(value)}; not shown, for its name)[/]");
        else if (!IsText(value)) lines.Write($"{name}{HexOf(value, most)}{Rest(value, most)}");
        else lines.WriteForeign(name, Encoding.UTF8.GetString(value), 4, most);
    }

    private void Print(string name, byte[]? bytes)
    {
        lines.Write("");
        if (bytes is null)
        {
            lines.Write($"[bold]{name}[/]: none");
            return;
        }

        ReadOnlySpan<byte> shown = bytes.AsSpan(0, int.Min(bytes.Length, mostBytes));
        bool isText = IsText(bytes);
        lines.Write($"[bold]{name}[/] ({Bytes(bytes)}{(isText || bytes.Length == 0 ? "" : ", no text")})");
        if (isText)
        {
            foreach (string line in Encoding.UTF8.GetString(shown).TrimEnd('\uFFFD').Split('\n'))
                lines.Write($"  {lines.Foreign(line.TrimEnd('\r'), mostBytes)}");
        }
        else
        {
            for (int at = 0; at < shown.Length; at += HexBytes)
                lines.Write($"  {at:x6}  {Hex(shown[at..int.Min(at + HexBytes, shown.Length)])}");
        }

        if (bytes.Length > mostBytes) lines.Write($"  [grey]{Rest(bytes, mostBytes).TrimStart()} (--bytes)[/]");
    }

    private void Field(string name, string markup) => lines.Write($"[grey]{name.PadRight(NameWidth)}[/] {markup}");

    private static string HexOf(byte[] value, int most) =>
        value.Length == 0 ? "[grey]empty[/]" : $"[grey]0x[/]{Convert.ToHexStringLower(value.AsSpan(0, int.Min(value.Length, most)))}";

    // As hexdump -C has it.
    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var hex = new StringBuilder();
        var text = new StringBuilder();
        foreach (byte b in bytes)
        {
            hex.Append(CultureInfo.InvariantCulture, $"{b:x2} ");
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return $"{hex.ToString().PadRight(3 * HexBytes)} {Markup.Escape(text.ToString())}";
    }

    // A few control characters are shown by their numbers; a text full of them is none.
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || !Utf8.IsValid(bytes)) return false;
        int controls = 0;
        foreach (byte b in bytes) controls += b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r') ? 1 : 0;
        return 20 * controls <= bytes.Length;
    }

    private static string Rest(byte[] bytes, int most) =>
        bytes.Length > most ? $" ... {Number(bytes.Length - most)} more bytes" : "";

    private static string Bytes(byte[] bytes) => bytes.Length == 1 ? "1 byte" : $"{Number(bytes.Length)} bytes";

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    // Tokens and cookies that a gateway has left in the headers of a request.
    [GeneratedRegex("authori[sz]ation|cookie|token|passw|secret|credential|api[-_.]?key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
