using System.Diagnostics;
using System.Security.Cryptography;
using Sluice.Inference.Onnx;

namespace FunctionalTests.Entry;

/// <summary>eng/gpu: what is refused before anything is unpacked. Packing and running are tried by hand (docs/gpu.md).</summary>
public sealed class GpuKitTests : IDisposable
{
    private const int Bound = 60_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice kit ");

    private static string Kit => Path.Combine(RepositoryRoot.Find(), "eng", "gpu");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_archive_that_was_damaged_on_its_way_is_named_and_nothing_is_unpacked()
    {
        await SealAsync("program.tar.xz", [1, 2, 3]);
        await File.WriteAllBytesAsync(In("program.tar.xz"), [1, 2, 4], Cancel);
        Finished run = await RunAsync(Path.Combine(Kit, "run"), _folder.FullName, "--provider", "cpu", In("out"));
        Assert.Equal(1, run.Code);
        Assert.Contains("program.tar.xz: FAILED", run.Errors, StringComparison.Ordinal);
        Assert.EndsWith("The archives are not those that were packed. Bring them again.\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_is_nowhere_is_named_with_where_it_was_looked_for()
    {
        await SealAsync("program.tar.xz", [1]);
        string script = (await File.ReadAllTextAsync(Path.Combine(Kit, "run"), Cancel))
            .Replace("libcudnn.so.9)", "libcudnn.so.9 libnowhere.so.9)", StringComparison.Ordinal);
        await File.WriteAllTextAsync(In("run"), script, Cancel);
        foreach (string library in CudaFindings.Libraries.Append("libcuda.so.1")) await File.WriteAllTextAsync(In(library), "", Cancel);
        Finished run = await RunAsync(In("run"), _folder.FullName, In("out"));
        Assert.Equal(1, run.Code);
        Assert.Contains("run: Missing: libnowhere.so.9.\n", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"Looked in: what ldconfig knows, {_folder.FullName}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_that_is_not_there_is_named()
    {
        await SealAsync("program.tar.xz", [1]);
        Finished run = await RunAsync(Path.Combine(Kit, "run"), _folder.FullName, "--provider", "cpu", In("out"));
        Assert.Equal(1, run.Code);
        Assert.Contains($"{_folder.FullName} has no bundle.tar.xz.", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--minutes", "1")]
    [InlineData(2, "--provider", "tpu")]
    [InlineData(2, "--faster")]
    public async Task Wrong_arguments_are_refused(int code, params string[] arguments) =>
        Assert.Equal(code, (await RunAsync(Path.Combine(Kit, "run"), [_folder.FullName, In("out"), .. arguments])).Code);

    [Fact]
    public async Task The_libraries_that_it_looks_for_are_those_that_the_worker_needs() => Assert.Contains(
        $"\nlibraries=(libcuda.so.1 {string.Join(' ', CudaFindings.Libraries)})\n",
        await File.ReadAllTextAsync(Path.Combine(Kit, "run"), Cancel), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Packing_that_fails_halfway_leaves_the_folder_as_it_was_so_that_the_next_try_is_not_refused(bool wasThere)
    {
        string bin = In("bin"), kit = In("kit");
        Directory.CreateDirectory(bin);
        await ProgramAsync("dotnet", """
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"
            touch "$2/libonnxruntime.so" "$2/libonnxruntime_providers_shared.so"
            """);
        await ProgramAsync("xz", """[ -e "$TMPDIR/once" ] && exit 1; touch "$TMPDIR/once"; cat""");
        if (wasThere) Directory.CreateDirectory(kit);
        Finished pack = await RunAsync(Path.Combine(Kit, "pack"), kit, "--cpu");
        Assert.NotEqual(0, pack.Code);
        Assert.Contains("bundle.tar.xz ...", pack.Errors, StringComparison.Ordinal); // so program.tar.xz was there
        Assert.Equal(wasThere, Directory.Exists(kit));
        if (wasThere) Assert.Empty(Directory.EnumerateFileSystemEntries(kit));

        async Task ProgramAsync(string name, string script)
        {
            await File.WriteAllTextAsync(Path.Combine(bin, name), $"#!/bin/sh\n{script}\n", Cancel);
            File.SetUnixFileMode(Path.Combine(bin, name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task An_archive_over_the_bound_is_named()
    {
        await SealAsync("bundle.tar.xz", new byte[Bound]);
        await SealAsync("program.tar.xz", new byte[Bound + 1]);
        Finished check = await RunAsync(Path.Combine(Kit, "pack"), "--check", _folder.FullName);
        Assert.Equal(1, check.Code);
        Assert.Contains($"program.tar.xz has {Bound + 1} bytes, and an archive may have {Bound}.", check.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("bundle.tar.xz has", check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archives_within_the_bound_pass_with_their_sizes()
    {
        await SealAsync("bundle.tar.xz", new byte[1000]);
        Finished check = await RunAsync(Path.Combine(Kit, "pack"), "--check", _folder.FullName);
        Assert.Equal((0, ""), (check.Code, check.Errors));
        Assert.Equal("        1000 bytes  bundle.tar.xz\n", check.Output);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private async Task SealAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(In(name), content, Cancel);
        await File.AppendAllTextAsync(In("SHA256SUMS"), $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {name}\n", Cancel);
    }

    private async Task<Finished> RunAsync(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("bash", [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["LD_LIBRARY_PATH"] = _folder.FullName,
                ["TMPDIR"] = _folder.FullName,
                ["PATH"] = $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}", // there only in tests that fill it
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancel), errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return new Finished(process.Id, process.ExitCode, await output, await errors);
    }
}
