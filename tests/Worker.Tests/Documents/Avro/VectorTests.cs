using System.Text;
using System.Text.Json;
using Avro;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents.Avro;

/// <summary>The golden vectors through the worker's own reading path: schema, check, projection, JSON.</summary>
public sealed class VectorTests
{
    [Theory]
    [InlineData("avro/values.jsonl.gz", 461)]
    [InlineData("avro/decode-only.jsonl", 53)]
    public void Every_value_is_shown_as_it_is(string file, int lines)
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines(file))
        {
            string? shown = Payloads.Json(SchemaReader.Read(line.GetProperty("schema").GetRawText()), Vectors.Bytes(line, "hex"));
            Assert.True(shown is not null, $"{line.GetProperty("name")} is refused");
            // A key that stands twice in a map is shown twice, as it was written; in JSON the last one counts.
            JsonSame.Assert(line.GetProperty("value"), Vectors.Parse(shown == """{"a":1,"a":2}""" ? """{"a":2}""" : shown));
            count++;
        }

        Assert.Equal(lines, count);
    }

    [Theory]
    [InlineData("avro/values.jsonl.gz", 280)]
    [InlineData("avro/decode-only.jsonl", 30)]
    public void Every_text_of_a_value_is_found_in_place(string file, int least)
    {
        int texts = 0;
        foreach (JsonElement line in Vectors.Lines(file))
        {
            WriterType schema = SchemaReader.Read(line.GetProperty("schema").GetRawText());
            foreach ((string path, string? text) in TextsOf(schema, schema.Root, line.GetProperty("value"), ""))
            {
                Assert.Equal(text, Payloads.Text(schema, path, Vectors.Bytes(line, "hex")));
                texts++;
            }
        }

        Assert.InRange(texts, least, int.MaxValue);
    }

    [Fact]
    public void Every_malformed_payload_is_refused_at_a_byte()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/malformed.jsonl.gz"))
        {
            WriterType schema = SchemaReader.Read(line.GetProperty("schema").GetRawText());
            byte[] payload = Vectors.Bytes(line, "hex");
            Assert.False(Projection.CompileCheck(schema).TryRead(payload, [], out DecodeFailure? failure),
                $"{line.GetProperty("kind")}, {line.GetProperty("why")}");
            Assert.StartsWith("At byte ", failure.ToString(), StringComparison.Ordinal);
            Assert.Null(Payloads.Json(schema, payload));
            count++;
        }

        Assert.Equal(223, count);
    }

    /// <summary>
    /// Reading a document asks for less: only what it does not look into (a text or a boolean that nobody asked for) may be wrong.
    /// </summary>
    [Fact]
    public void Of_the_malformed_payloads_a_projection_reads_only_those_whose_fault_is_in_what_nobody_asked_for()
    {
        string[] read = [.. Vectors.Lines("avro/malformed.jsonl.gz").Where(line =>
        {
            WriterType schema = SchemaReader.Read(line.GetProperty("schema").GetRawText());
            string[] paths = [.. Payloads.PathsOf(schema.Root)];
            return Projection.Compile(schema, paths).TryRead(Vectors.Bytes(line, "hex"), new FieldSlice[paths.Length], out _);
        }).Select(line => $"{line.GetProperty("kind")}")];
        Assert.All(read, kind => Assert.Contains(kind, new[] { "utf8", "boolean" }));
        Assert.InRange(read.Length, 1, 30);
    }

    /// <summary>
    /// What a reader's schema asked of a field, a path asks now: the text where it stands, null for null, and the text of the number or of
    /// the symbol.
    /// </summary>
    [Fact]
    public void Fields_that_a_reader_asks_for_by_name_are_found()
    {
        int texts = 0, missing = 0;
        foreach (JsonElement line in Vectors.Lines("avro/resolution.jsonl"))
        {
            WriterType type = SchemaReader.Read(line.GetProperty("writer").GetRawText());
            if (type.Root is not RecordSchema writer
                || SchemaReader.Read(line.GetProperty("reader").GetRawText()).Root is not RecordSchema reader) continue;
            JsonElement expected = line.GetProperty("expected");
            if (expected.ValueKind != JsonValueKind.Object || expected.TryGetProperty("error", out _)) continue;
            foreach (Field field in reader.Fields)
            {
                if (!writer.TryGetField(field.Name, out Field written))
                {
                    Assert.Contains("has no field",
                        Assert.Throws<AvroSchemaException>(() => Projection.Compile(type, [field.Name])).Message,
                            StringComparison.Ordinal);
                    missing++;
                }
                else if (TryText(written.Schema, Untagged(field.Schema, expected.GetProperty(field.Name)), out string? text))
                {
                    string? found = Payloads.Text(type, field.Name, Vectors.Bytes(line, "hex"));
                    bool unknown = field.Schema is EnumSchema symbols
                        && !symbols.Contains(found); // the reader's default, where we show the writer's symbol
                    if (!unknown) Assert.Equal(text, found);
                    texts++;
                }
            }
        }

        Assert.InRange(texts, 15, int.MaxValue);
        Assert.InRange(missing, 15, int.MaxValue);
    }

    [Fact]
    public void Every_frame_holds_its_value_or_is_refused()
    {
        int good = 0, bad = 0;
        foreach (JsonElement line in Vectors.Lines("confluent/frames.jsonl"))
        {
            WireHeaderResult result = WireHeader.Read(Vectors.Bytes(line, "hex_framed"), out int id, out ReadOnlySpan<byte> payload);
            if (line.TryGetProperty("error", out _))
            {
                Assert.NotEqual(WireHeaderResult.Ok, result);
                bad++;
                continue;
            }

            Assert.Equal((WireHeaderResult.Ok, line.GetProperty("schema_id").GetInt32()), (result, id));
            JsonSame.Assert(line.GetProperty("value"),
                Vectors.Parse(Payloads.Json(SchemaReader.Read(line.GetProperty("schema").GetRawText()), payload.ToArray())!));
            good++;
        }

        Assert.Equal((20, 13), (good, bad));
    }

    /// <summary>The fields that are no logical types: <see cref="LogicalTextTests"/> has those.</summary>
    private static IEnumerable<(string Path, string? Text)> TextsOf(WriterType writer, Schema schema, JsonElement value, string path)
    {
        if (schema is RecordSchema record)
        {
            foreach (Field field in record.Fields)
            {
                foreach ((string Path, string? Text) found in TextsOf(writer, field.Schema,
                    value.GetProperty(AvroNames.Original(field.Name)),
                    path.Length == 0 ? AvroNames.Original(field.Name) : $"{path}.{AvroNames.Original(field.Name)}"))
                    yield return found;
            }
        }
        else if (!(schema is UnionSchema union ? union.Schemas : [schema]).Any(writer.Logical.ContainsKey)
            && TryText(schema, value, out string? text))
        {
            yield return (path, text);
        }
    }

    /// <summary>
    /// The text that a value of <paramref name="schema"/> has as a field, from its JSON encoding; false for what has none.
    /// </summary>
    private static bool TryText(Schema schema, JsonElement value, out string? text)
    {
        text = null;
        if (schema is UnionSchema union)
        {
            if (!union.Schemas.Any(PathTarget.IsText)) return false;
            if (value.ValueKind == JsonValueKind.Null) return true;
            if (value.ValueKind != JsonValueKind.Object)
                return union.Schemas.FirstOrDefault(PathTarget.IsText) is { } only && TryText(only, value, out text);
            JsonProperty tag = value.EnumerateObject().First();
            return union.Schemas.FirstOrDefault(branch => AvroNames.Of(branch) == tag.Name) is { } taken
                && TryText(taken, tag.Value, out text);
        }

        if (!PathTarget.IsText(schema) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return false;
        text = schema.Tag switch
        {
            Schema.Type.Int or Schema.Type.Long => value.GetRawText() is var number && long.TryParse(number, out _) ? number : null,
            Schema.Type.Bytes or Schema.Type.Fixed => Utf8(Encoding.Latin1.GetBytes(value.GetString()!)),
            _ => value.GetString(),
        };
        return text is not null || schema.Tag is Schema.Type.Bytes or Schema.Type.Fixed;
    }

    private static JsonElement Untagged(Schema schema, JsonElement value) => schema is UnionSchema
        && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().First().Value : value;

    private static string? Utf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
