using System.Text;
using Sluice.Worker.Documents;

namespace Worker.Tests.Documents;

public sealed class FirstDocumentsTests
{
    private readonly Lines<FirstDocuments> _lines = new();

    [Fact]
    public void Fields_that_none_of_the_first_documents_has_are_told_once_with_their_settings()
    {
        InputOptions input = new()
        {
            Format = InputFormat.Json, TextFields = ["text", "subjet", "note"], OptionalFields = ["subjet", "note"], IdField = "idd",
        };
        OutputOptions output = new() { CopyFields = ["lang", "lnag"] };
        Read(input, output, FirstDocuments.Enough - 1, """{"text":"a","lang":"en","idd":null}""");
        Assert.Empty(_lines.Seen);
        Read(input, output, 3 * FirstDocuments.Enough,
            """{"text":"a","note":"n","lang":"en","id":1}""", first: """{"text":"a"}""");
        Assert.Equal("None of the first 200 documents has a value at subjet (Sluice:Input:OptionalFields), lnag "
            + "(Sluice:Output:CopyFields), idd (Sluice:Input:IdField): are the names as documents have them? (told once)",
            Assert.Single(_lines.Seen));
    }

    [Theory]
    [InlineData("id")] // the default: nobody asked for it
    [InlineData("")]
    [InlineData("number")]
    public void What_is_there_or_was_not_asked_for_is_not_told(string id)
    {
        Read(new InputOptions { Format = InputFormat.Json, TextFields = ["text"], IdField = id }, new OutputOptions(),
            2 * FirstDocuments.Enough, """{"text":"a"}""", first: """{"text":"a","number":7}""");
        Assert.Empty(_lines.Seen);
    }

    [Theory]
    [InlineData("\0\0\0\0\u0002\u0006m-1", null, true)]
    [InlineData("\u0001012345678901234567", null, true)]
    [InlineData("\0\0\0\0\u0002\u0006m-1", "a text", false)]
    [InlineData("\0\0\0\0\u0002", null, false)]
    [InlineData("\u00010123456789012345", null, false)]
    [InlineData("a text", null, false)]
    public void Texts_that_all_look_framed_are_told_once(string text, string? first, bool isTold)
    {
        Read(new InputOptions { Format = InputFormat.Text }, new OutputOptions(), 3 * FirstDocuments.EnoughFramed, text, first);
        if (isTold) Assert.StartsWith("Each of the first 20 texts begins as what", Assert.Single(_lines.Seen), StringComparison.Ordinal);
        else Assert.Empty(_lines.Seen);
    }

    private void Read(InputOptions input, OutputOptions output, int count, string value, string? first = null)
    {
        FirstDocuments documents = new(input, output, _lines);
        IDocumentFormat format = input.Format == InputFormat.Json ? new JsonFormat(input, output) : new TextFormat();
        DocumentFields fields = new(int.Max(1, input.TextFields.Length), output.CopyFields.Length);
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(i == 0 ? first ?? value : value);
            Assert.IsType<RecordContent.Document>(format.Read(bytes, fields));
            documents.Add(bytes, fields);
        }
    }
}
