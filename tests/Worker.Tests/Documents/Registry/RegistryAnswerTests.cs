using System.Net;
using System.Text;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

public sealed class RegistryAnswerTests
{
    [Fact]
    public void A_large_body_is_parsed_once_whatever_is_asked_of_it()
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"version":3,"schema":"{{new string('x', 1_000_000)}}"}""");
        RegistryAnswer answer = new(HttpStatusCode.OK, body, null, null);
        Assert.Equal((3, 0), (answer.Number("version"), answer.ErrorCode));
        Assert.InRange(Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++) _ = answer.Number("version") + answer.ErrorCode;
        }), 0, 100_000);
    }

    [Fact]
    public void A_body_that_is_no_object_has_no_members()
    {
        foreach (string body in new[] { "", "<html>", "[1]", "7", "{" })
        {
            RegistryAnswer answer = new(HttpStatusCode.OK, Encoding.UTF8.GetBytes(body), null, null);
            Assert.Equal((null, null, 0), (answer.Text("schema"), answer.Json, answer.ErrorCode));
        }
    }
}
