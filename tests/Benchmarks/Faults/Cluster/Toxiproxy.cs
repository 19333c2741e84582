using System.Diagnostics;
using System.Net.Http.Json;
using TestKit;

namespace Benchmarks.Faults.Cluster;

/// <summary>Proxies before servers of loopback, by which connections are slowed, cut or stalled while they are open: Toxiproxy 2, where the
/// shared folder has it.</summary>
internal sealed class Toxiproxy : IAsyncDisposable
{
    private const string Archive = "toxiproxy/toxiproxy-server.xz", Toxic = "fault";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20), AnswerTimeout = TimeSpan.FromSeconds(10),
        Glance = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly HttpClient _client;

    private Toxiproxy(Process process, string port) => (_process, _client) = (process,
        new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = AnswerTimeout });

    /// <summary>Whether it is at hand.</summary>
    /// <param name="why">Part of a sentence, where it is not.</param>
    public static bool IsThere(out string why)
    {
        IReadOnlyList<string> missing = OnPath.Missing(["xz"]);
        why = missing.Count > 0 ? $"{string.Join(" and ", missing)} is not on the PATH" : $"SLUICE_SHARED names no folder with {Archive}";
        return missing.Count == 0 && SharedFolder.Find(Archive) is not null;
    }

    /// <summary>Starts it. Only where <see cref="IsThere"/>.</summary>
    /// <param name="folder">For its program.</param>
    /// <param name="port">A free one, for what it is told.</param>
    public static async Task<Toxiproxy> StartAsync(string folder, string port)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Toxiproxy of the shared folder is a program of Linux.");
        string program = Path.Combine(folder, "toxiproxy-server");
        await using (FileStream file = File.Create(program))
        {
            using Process unpack = Process.Start(new ProcessStartInfo("xz", ["-dc", SharedFolder.Find(Archive)!])
            {
                RedirectStandardOutput = true,
            })!;
            await unpack.StandardOutput.BaseStream.CopyToAsync(file);
            await unpack.WaitForExitAsync();
        }

        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, ["-host", "127.0.0.1", "-port", port])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Toxiproxy started = new(process, port);
        long began = TimeProvider.System.GetTimestamp();
        while (!await started.AnswersAsync())
        {
            if (TimeProvider.System.GetElapsedTime(began) < StartTimeout && !process.HasExited)
            {
                await Task.Delay(Glance, TimeProvider.System);
                continue;
            }

            await started.DisposeAsync();
            throw new BenchmarkInputException($"{Archive} does not answer on port {port} within {StartTimeout.TotalSeconds} s.");
        }

        return started;
    }

    /// <summary>Stands before a server.</summary>
    public Task AddAsync(string name, string listen, string upstream) => PostAsync("proxies", new { name, listen, upstream });

    /// <summary>What comes from the server comes so much later.</summary>
    public Task SlowAsync(string name, TimeSpan by) => PostAsync($"proxies/{name}/toxics", new
    {
        name = Toxic,
        type = "latency",
        attributes = new { latency = (int)by.TotalMilliseconds, jitter = (int)by.TotalMilliseconds / 3 },
    });

    /// <summary>Connections stay open and nothing comes through.</summary>
    public Task SwallowAsync(string name) => PostAsync($"proxies/{name}/toxics", new
    {
        name = Toxic,
        type = "timeout",
        attributes = new { timeout = 0 },
    });

    /// <summary>Ends what <see cref="SlowAsync"/> or <see cref="SwallowAsync"/> began.</summary>
    public async Task HealAsync(string name)
    {
        using HttpResponseMessage answer = await _client.DeleteAsync(new Uri($"proxies/{name}/toxics/{Toxic}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Cuts all connections and takes no new ones, or takes them again.</summary>
    public Task SetAsync(string name, bool isOpen) => PostAsync($"proxies/{name}", new { enabled = isOpen });

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync(new Uri("version", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task PostAsync(string path, object body)
    {
        using HttpResponseMessage answer = await _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"Toxiproxy answered {answer.StatusCode} to {path}: {await answer.Content.ReadAsStringAsync()}");
    }
}
