using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Documents;

/// <summary>What copies of a document's fields may take.</summary>
public sealed class CopiedFieldsTests
{
    private const int Most = CopiedFields.MostBytes;

    /// <summary>A symbol of an enum takes one byte of a document, and may be as long as a schema.</summary>
    [Theory]
    [InlineData(3000, 1096, 2)] // 4,096 together
    [InlineData(3000, 1097, 1)]
    [InlineData(1097, 3000, 1)]
    [InlineData(Most, 1, 1)]
    [InlineData(Most + 1, 2, 1)]
    [InlineData(1 << 20, 1 << 20, 0)]
    public async Task Symbols_are_copied_up_to_what_is_reserved_for_a_small_document(int first, int second, int copied)
    {
        byte[] value = [0, 0, 0, 0, 9, 8, .. "good"u8, 0, 0];
        IReadOnlyDictionary<string, string> fields = await CopyAsync(value, Schema(first, second), "e", "f");
        Assert.Equal(copied, fields.Count);
        Assert.Equal(copied == 0 ? null : first > Most ? "f" : "e", fields.Keys.FirstOrDefault());
        Assert.InRange(CopiedFields.BytesOf(fields), 0, CopiedFields.RoomFor(2, value.Length));
    }

    [Fact]
    public async Task What_stands_in_a_large_document_is_copied_whatever_it_comes_to()
    {
        byte[] text = new byte[4000];
        text.AsSpan().Fill((byte)'x');
        byte[] value = [0, 0, 0, 0, 9, 0xC0, 0x3E, .. text, 0, 0];
        IReadOnlyDictionary<string, string> fields = await CopyAsync(value, Schema(3, 4), "body", "e", "f");
        Assert.Equal([4000, 3, 4], fields.Values.Select(field => field.Length));
        Assert.Equal(8014, CopiedFields.BytesOf(fields));
    }

    [Theory]
    [InlineData(1, 10, 2 * Most)]
    [InlineData(1, 1 << 20, 2 * Most)]
    [InlineData(3, 10, 2 * Most)]
    [InlineData(3, 5000, 10_000)]
    [InlineData(32, int.MaxValue, 64 * Most)]
    public void Room_is_for_as_much_as_is_copied_at_most(int fields, int valueBytes, long room) =>
        Assert.Equal(room, CopiedFields.RoomFor(fields, valueBytes));

    private static string Schema(int first, int second) => $$$"""
        {"type":"record","name":"R","fields":[{"name":"body","type":"string"},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["{{{new string('e', first)}}}"]}},
        {"name":"f","type":{"type":"enum","name":"F","symbols":["{{{new string('f', second)}}}"]}}]}
        """;

    private static async Task<IReadOnlyDictionary<string, string>> CopyAsync(byte[] value, string schema, params string[] paths)
    {
        await using ScriptedServer server = new();
        server.Answer = _ => (200, $$"""{"schema":{{JsonSerializer.Serialize(schema)}}}""");
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address });
        AvroFormat format = new(registry, new InputOptions { TextFields = ["body"] }, new OutputOptions { CopyFields = paths },
            TimeProvider.System, NullLogger<AvroFormat>.Instance);
        Assert.Null(await format.PrepareAsync([], value, TestContext.Current.CancellationToken));
        DocumentFields fields = new(1, paths.Length);
        Assert.Null(format.Read(value, fields).Fault());
        return new CopiedFields(paths).Of(fields, value);
    }
}
