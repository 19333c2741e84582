using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace FunctionalTests.Registry;

/// <summary>
/// A schema registry for the tests of one class: the one that <c>SLUICE_TEST_REGISTRY</c> names, else one of the shared folder's script,
/// else one in Docker. Where there is none, whoever asks for it is skipped.
/// </summary>
public sealed class RealRegistry : IAsyncLifetime
{
    private const string Image = "apicurio/apicurio-registry:3.0.9";
    private const string Api = "/apis/ccompat/v7";
    private const ushort Port = 8080;

    private string? _url = Environment.GetEnvironmentVariable("SLUICE_TEST_REGISTRY") is { Length: > 0 } given
        ? given.TrimEnd('/')
        : null;
    private string _why = "";
    private ServerScript? _script;
    private IContainer? _container;

    /// <summary>
    /// The base address of the Confluent API, without a slash at its end. Skips the test that asks where there is no registry.
    /// </summary>
    public string Url
    {
        get
        {
            if (_url is null) Need.Registry.Missing(_why);
            return _url;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (_url is not null) return;
        _script = ServerScript.Find("registry/registry", ["java", "xz", "curl"], out string noScript);
        if (_script is not null)
        {
            _url = await _script.RunAsync("start", FreePort.Find());
            return;
        }

        (_container, string noDocker) = await Docker.StartAsync(() => new ContainerBuilder(Image)
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer()
                .UntilHttpRequestIsSucceeded(request => request.ForPort(Port).ForPath(Api + "/subjects")))
            .Build());
        _url = _container is null ? null : $"http://{_container.Hostname}:{_container.GetMappedPublicPort(Port)}{Api}";
        _why = $"SLUICE_TEST_REGISTRY names no registry, {noScript}, and {noDocker}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
        if (_script is null) return;
        await _script.RunAsync("stop");
        _script.Dispose();
    }
}
