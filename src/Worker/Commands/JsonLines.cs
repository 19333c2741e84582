using System.Buffers;
using System.IO.Pipelines;
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
    private const int ReadBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly JsonWriterOptions _values = new() { MaxDepth = depth };
    private readonly JsonWriterOptions _errors = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Bytes at the start of what is unread that are known to hold no end of a line.
    private long _searched;
    private bool _allGood = true;

    /// <summary>Answers lines until <paramref name="input"/> ends; once.</summary>
    /// <returns>Whether every line could be answered.</returns>
    public async Task<bool> RunAsync(Stream input, Stream output, CancellationToken cancel)
    {
        PipeReader lines = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true));
        for (bool more = true; more;)
        {
            ReadResult read = await lines.ReadAsync(cancel);
            more = !read.IsCompleted;
            SequencePosition rest = AnswerLines(read.Buffer, isLast: !more);
            lines.AdvanceTo(rest, read.Buffer.End);
            await output.WriteAsync(_out.WrittenMemory, cancel);
            await output.FlushAsync(cancel);
            _out.ResetWrittenCount();
        }

        return _allGood;
    }

    private SequencePosition AnswerLines(ReadOnlySequence<byte> buffer, bool isLast)
    {
        while (buffer.Slice(_searched).PositionOf((byte)'\n') is SequencePosition end)
        {
            Answer(buffer.Slice(0, end));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            _searched = 0;
        }

        _searched = buffer.Length;
        if (!isLast) return buffer.Start;
        Answer(buffer);
        return buffer.End;
    }

    private void Answer(ReadOnlySequence<byte> line)
    {
        if (IsBlank(line)) return;
        var result = new ArrayBufferWriter<byte>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = depth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonLineException($"the line is {document.RootElement.ValueKind}; it must be an object");
            using var writer = new Utf8JsonWriter(result, _values);
            writer.WriteStartObject();
            answer(document.RootElement, writer);
            writer.WriteEndObject();
        }
        catch (JsonException exception)
        {
            result = Error($"the line is no JSON that can be read (nesting is limited to {depth}), at byte {exception.BytePositionInLine + 1}");
        }
        catch (JsonLineException exception)
        {
            result = Error(exception.Message);
        }

        _out.Write(result.WrittenSpan);
        _out.Write("\n"u8);
    }

    private ArrayBufferWriter<byte> Error(string message)
    {
        _allGood = false;
        var result = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(result, _errors);
        writer.WriteStartObject();
        writer.WriteString("error", message);
        writer.WriteEndObject();
        return result;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> part in line)
            if (part.Span.ContainsAnyExcept(" \t\r"u8)) return false;
        return true;
    }
}
