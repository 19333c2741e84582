using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Worker.Commands;

/// <summary>JSON lines in, one JSON line out for each, for as long as lines come.</summary>
/// <remarks>
/// A line is answered as soon as it has been read, so two programs can talk through a pipe; blank lines are passed over. A line that cannot be answered gives
/// <c>{"error":"..."}</c> and the next one is read. Memory holds one line at a time. Answers are ASCII; what else there is, is escaped.
/// </remarks>
/// <param name="depth">Most levels of nesting in a line and in its answer.</param>
/// <param name="answer">Writes the properties of the answer to one line. Throws <see cref="JsonLineException"/> to answer with an error instead.</param>
internal sealed class JsonLines(int depth, Action<JsonElement, Utf8JsonWriter> answer)
{
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly JsonWriterOptions _values = new() { MaxDepth = depth };
    private readonly JsonWriterOptions _errors = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _allGood = true;

    /// <summary>Answers lines until <paramref name="input"/> ends; once.</summary>
    /// <returns>Whether every line could be answered.</returns>
    public bool Run(Stream input, Stream output)
    {
        foreach (ReadOnlyMemory<byte> line in ByteLines.Read(input))
        {
            _out.ResetWrittenCount();
            Answer(line);
            _out.Write("\n"u8);
            output.Write(_out.WrittenSpan);
        }

        return _allGood;
    }

    private void Answer(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = depth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonLineException($"the line is {document.RootElement.ValueKind}; it must be an object");
            using var writer = new Utf8JsonWriter(_out, _values);
            writer.WriteStartObject();
            answer(document.RootElement, writer);
            writer.WriteEndObject();
        }
        catch (JsonException exception)
        {
            Refuse($"the line is no JSON that can be read (nesting is limited to {depth}), at byte {exception.BytePositionInLine + 1}");
        }
        catch (JsonLineException exception)
        {
            Refuse(exception.Message);
        }
    }

    private void Refuse(string message)
    {
        _allGood = false;
        _out.ResetWrittenCount(); // the answer had begun
        using var writer = new Utf8JsonWriter(_out, _errors);
        writer.WriteStartObject();
        writer.WriteString("error", message);
        writer.WriteEndObject();
    }
}
