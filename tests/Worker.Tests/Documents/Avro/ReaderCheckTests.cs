using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

public sealed class ReaderCheckTests
{
    private const string Written = """{"type":"record","name":"P","namespace":"a","fields":[{"name":"n","type":"int"},"""
        + """{"name":"s","type":["null","string"],"default":null},{"name":"list","type":{"type":"array","items":"""
        + """{"type":"record","name":"L","fields":[{"name":"x","type":"float"}]}}},"""
        + """{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"m","type":{"type":"map","values":"string"}}]}""";

    [Theory]
    [InlineData(Written)]
    [InlineData("""{"type":"record","name":"b.P","fields":[]}""")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"n","type":"double"},{"name":"new","type":"int","default":0}]}""")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"n","type":["string","long"]},{"name":"s","type":["bytes","null"]}]}""")]
    [InlineData("""
        {"type":"record","name":"P","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"],"default":"A"}}]}
        """)]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"m","type":{"type":"map","values":"bytes"}}]}""")]
    public void What_may_be_read_has_nothing_in_its_way(string reader) => Assert.Empty(Faults(reader));

    [Theory]
    [InlineData("""{"type":"record","name":"Q","fields":[]}""", "the whole is Q there, and a.P is written")]
    [InlineData("\"string\"", "the whole is string there, and a.P is written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"n","type":"string"}]}""", "field n is string there, and int is written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"new-one","type":"int"}]}""",
        "field new-one has no default there, and is not written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"s","type":"string"}]}""", "field s is string there, and null is written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"n","type":["null","string"]}]}""",
        "field n is one of null, string there, and int is written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"list","type":{"type":"array","items":"""
        + """{"type":"record","name":"L","fields":[{"name":"x","type":"float"},{"name":"y","type":"int"}]}}}]}""",
        "field list[].y has no default there, and is not written")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["B"]}}]}""",
        "field e lacks A there, and has no default")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"m","type":{"type":"map","values":"int"}}]}""",
        "field m{} is int there, and string is written")]
    public void What_is_in_the_way_is_named(string reader, string fault) => Assert.Equal([fault], Faults(reader));

    [Fact]
    public void Schemas_are_alike_when_they_differ_in_documentation_defaults_and_white_space_only()
    {
        Assert.True(AreAlike("\"default\":null", "\"doc\" : \"?\""));
        Assert.False(AreAlike("\"int\"", "\"long\""));

        static bool AreAlike(string words, string others) =>
            ReaderCheck.AreAlike(Read(Written), Read(Written.Replace(words, others, StringComparison.Ordinal)));
    }

    private static IReadOnlyList<string> Faults(string reader) => ReaderCheck.Faults(Read(Written), Read(reader));

    private static WriterType Read(string text) => SchemaReader.Read(text);
}
