namespace Worker.FunctionalTests.Registry;

/// <summary>A registry process for the tests of one class, started by ../shared/registry/registry.</summary>
public sealed class RealRegistry : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-registry-").FullName;
    private string? _script;

    /// <summary>The base address of the Confluent API.</summary>
    public string Url { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _script = SharedInputs.PathOf("registry/registry");
        Url = await SharedScript.RunAsync(_script, "start", _folder, FreePort.Find());
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await SharedScript.RunAsync(_script, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }
}
