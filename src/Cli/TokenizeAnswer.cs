using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Inference.Tokenization;

namespace Sluice.Cli;

/// <summary>Answers the lines of <c>./sluice tokenize</c>, one after the other. Not thread-safe.</summary>
internal sealed class TokenizeAnswer(WordPieceTokenizer tokenizer)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Writes one line to <paramref name="output"/>: ids and offsets, or the error.</summary>
    /// <returns>False for an error.</returns>
    public bool TryWrite(ReadOnlyMemory<byte> line, Stream output)
    {
        _line.ResetWrittenCount();
        bool good = true;
        using (Utf8JsonWriter json = new(_line, Relaxed))
        {
            json.WriteStartObject();
            try
            {
                WriteTokens(json, TokenizeRequest.Parse(line));
            }
            catch (JsonException e)
            {
                json.WriteString("error", e.Message);
                good = false;
            }

            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        output.Write(_line.WrittenSpan);
        return good;
    }

    private void WriteTokens(Utf8JsonWriter json, TokenizeRequest request)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(request.Text);
        int room = Math.Min(utf8.Length, (request.MaxLength ?? int.MaxValue) - 2);
        int[] ids = new int[room];
        (int Start, int End)[] offsets = new (int, int)[room];
        OffsetSink sink = new(ids, offsets);
        tokenizer.Split(utf8, ref sink);
        WriteIds(json, ids.AsSpan(0, sink.Count), asInput: request.MaxLength is not null);
        WriteOffsets(json, offsets.AsSpan(0, sink.Count), new Utf16Offsets(utf8), asInput: request.MaxLength is not null);
    }

    private void WriteIds(Utf8JsonWriter json, ReadOnlySpan<int> ids, bool asInput)
    {
        json.WriteStartArray("ids");
        if (asInput)
        {
            json.WriteNumberValue(tokenizer.Vocabulary.Classify);
        }

        foreach (int id in ids)
        {
            json.WriteNumberValue(id);
        }

        if (asInput)
        {
            json.WriteNumberValue(tokenizer.Vocabulary.Separator);
        }

        json.WriteEndArray();
    }

    private static void WriteOffsets(Utf8JsonWriter json, ReadOnlySpan<(int Start, int End)> offsets, Utf16Offsets utf16, bool asInput)
    {
        json.WriteStartArray("offsets_utf16");
        if (asInput)
        {
            WriteRange(json, 0, 0);
        }

        foreach ((int start, int end) in offsets)
        {
            WriteRange(json, utf16.At(start), utf16.At(end));
        }

        if (asInput)
        {
            WriteRange(json, 0, 0);
        }

        json.WriteEndArray();
    }

    private static void WriteRange(Utf8JsonWriter json, int start, int end)
    {
        json.WriteStartArray();
        json.WriteNumberValue(start);
        json.WriteNumberValue(end);
        json.WriteEndArray();
    }
}
