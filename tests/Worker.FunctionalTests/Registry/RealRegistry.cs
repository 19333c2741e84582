using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

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
        Url = (await RunAsync("start", _folder, FreePort())).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await RunAsync("stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_script!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"registry {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        return await output;
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
