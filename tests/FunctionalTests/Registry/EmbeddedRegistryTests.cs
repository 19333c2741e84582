using System.Net;
using System.Text;
using Sluice.Cli.Embedded;
using Sluice.Worker.Documents.Registry;

namespace FunctionalTests.Registry;

public sealed class EmbeddedRegistryTests : RegistryContract
{
    private readonly EmbeddedRegistry _registry = new();
    private string _url = "";

    protected override string Url => _url;

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{\"schema\":1}")]
    [InlineData("")]
    public async Task A_body_without_a_schema_is_refused(string body)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.PostAsync(new Uri(_url + "subjects/a/versions"),
            new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("42201", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _url + "subjects/a/versions");
        request.Content = new ByteArrayContent(new byte[5 * 1024 * 1024]);
        request.Headers.ExpectContinue = true; // else the connection may break before the answer is read
        using HttpResponseMessage answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task White_space_makes_no_other_schema()
    {
        using var client = new RegistryClient(new RegistryOptions { Url = _url });

        Assert.Equal(await client.RegisterAsync("a", "{\"type\":\"string\"}"),
            await client.RegisterAsync("a", "{ \"type\" : \"string\" }"));
    }

    protected override async Task<string> StartAsync() => _url = (await _registry.StartAsync()).ToString();

    protected override async Task StopAsync() => await _registry.DisposeAsync();
}
