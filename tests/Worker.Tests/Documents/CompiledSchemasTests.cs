using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents;

public sealed class CompiledSchemasTests
{
    private static readonly WriterSchema Schema = Compile("");

    [Fact]
    public void What_was_not_used_lately_is_forgotten_and_what_was_is_not()
    {
        CompiledSchemas schemas = new(8 * Schema.Bytes); // four in each half
        for (int id = 1; id <= 100; id++)
        {
            Assert.True(schemas.TryAdd(id, Schema));
            Assert.False(schemas.TryAdd(id, Schema));
            Assert.True(schemas.TryGet(1, out _));
        }

        Assert.True(schemas.TryGet(100, out _));
        Assert.False(schemas.TryGet(2, out _));
        Assert.True(schemas.TryAdd(2, Schema));
        Assert.InRange(Kept(schemas), 2, 8); // to look at the old ones uses them
    }

    [Fact]
    public void One_that_is_larger_than_all_is_kept_until_others_come()
    {
        CompiledSchemas schemas = new(Schema.Bytes);
        for (int id = 1; id <= 3; id++)
        {
            schemas.TryAdd(id, Schema);
            Assert.True(schemas.TryGet(id, out _));
        }

        Assert.Equal(2, Kept(schemas));
    }

    [Fact]
    public void A_schema_of_more_fields_takes_more()
    {
        string fields = string.Concat(Enumerable.Range(0, 100).Select(i => $$""",{"name":"f{{i}}","type":["null","string"]}"""));
        Assert.InRange(Compile(fields).Bytes, Schema.Bytes + (100 * 40), Schema.Bytes + (100 * 400));
    }

    [Fact]
    public void Of_one_that_is_used_nothing_is_allocated()
    {
        CompiledSchemas schemas = new(1_000_000);
        schemas.TryAdd(7, Schema);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1000; i++) schemas.TryGet(7, out _);
        }));
    }

    private static int Kept(CompiledSchemas schemas) => Enumerable.Range(1, 100).Count(id => schemas.TryGet(id, out _));

    private static WriterSchema Compile(string more) => WriterSchema.Compile(7,
        $$"""{"type":"record","name":"R","fields":[{"name":"text","type":"string"}{{more}}]}""", [new WantedPath(FieldPath.Parse("text"))]);
}
