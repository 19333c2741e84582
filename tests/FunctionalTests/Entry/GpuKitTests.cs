using Sluice.Inference.Onnx;

namespace FunctionalTests.Entry;

/// <summary>
/// eng/gpu with made-up archives: what is refused, and what <c>run</c> says of programs that fail. Packing, and running what was packed,
/// are tried by hand (docs/gpu.md).
/// </summary>
public sealed class GpuKitTests : IDisposable
{
    private const int Bound = 60_000_000;

    /// <summary>As the benchmark prints what it was given wrong: broken before column 160, and no report.</summary>
    private const string Wrapped = """
        echo 'gpu  What the model is worth on a GPU'; echo
        printf 'Needs %0140d and \nsomething else.\n' 0; exit 1
        """;

    private const string TwoFaults = """
        printf '{\n  "tables": [],\n  "faults": [\n    "golden: \\"a\\" of 1",\n    "labels: no"\n  ]\n}\n' >"$KIT/out/bench-gpu.json"
        echo 'labels: no'; exit 1
        """;

    private const string Crash = "echo begun; printf 'Unhandled exception. X: no\n   at Y()\n' >&2; exit 134";

    private readonly MadeUpKit _kit = new();

    public void Dispose() => _kit.Dispose();

    [Fact]
    public async Task All_of_a_kit_runs_and_nothing_that_was_unpacked_is_left()
    {
        _kit.Pack("echo \"$@\"", "[[ -e libonnxruntime.so || -e program/libonnxruntime.so ]] && echo \"$@\"");
        Finished run = await _kit.RunAsync("--provider", "cpu", "--minutes", "08");
        Assert.Equal(0, run.Code);
        Assert.StartsWith("gpu --provider cpu --minutes 6.7 --json", Read("out", "bench-gpu.log"), StringComparison.Ordinal);
        Assert.StartsWith("demo --provider cpu", Read("out", "demo.log"), StringComparison.Ordinal);
        Assert.Equal(Read("out", "run.log"), run.Errors);
        Assert.Empty(_kit.Unpacked);
    }

    [Fact]
    public async Task The_demo_has_all_the_time_that_is_left()
    {
        _kit.Replace("timeout", "echo \"$4\" >>\"$KIT/bounds\"; shift 4; exec \"$@\"");
        _kit.Pack();
        Assert.Equal(0, (await _kit.RunAsync("--provider", "cpu", "--minutes", "2")).Code);
        int[] bounds = [.. Read("bounds").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        Assert.Equal(57, bounds[0]);
        Assert.InRange(bounds[1], 100, 175);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_nothing()
    {
        _kit.Pack();
        Finished run = await _kit.BashAsync("-c", """
            mkfifo gone; exec 3<>gone 4>gone 3<&-
            env --default-signal=PIPE bash "$RUN" . --provider cpu out 2>&4 4>&-; echo $?
            """);
        Assert.Equal("0\n", run.Output);
        Assert.Contains("run: all after ", Read("out", "run.log"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TwoFaults, "code 1: golden: \"a\" of 1")]
    [InlineData(Wrapped, "code 1: Needs 0{140} and something else[.]")]
    [InlineData(Crash, "code 134: Unhandled exception. X: no")]
    public async Task What_a_benchmark_failed_of_is_told_whole(string benchmarks, string told)
    {
        _kit.Pack(benchmarks);
        Finished run = await _kit.RunAsync("--provider", "cpu");
        Assert.Equal(1, run.Code);
        string line = Assert.Single(run.Errors.Split("run: "), line => line.StartsWith("bench-gpu.log: ", StringComparison.Ordinal));
        Assert.Matches($"^bench-gpu.log: ended with {told}\n$", line);
    }

    [Fact]
    public async Task A_full_disk_is_told_rather_than_that_tar_failed()
    {
        _kit.Replace("tar",
            "cat >/dev/null; printf 'tar: %s\\n' 'a: Cannot write: No space left on device' 'Exiting with failure' >&2; exit 2");
        _kit.Pack();
        Finished run = await _kit.RunAsync("--provider", "cpu");
        Assert.Equal(1, run.Code);
        Assert.EndsWith(": tar: a: Cannot write: No space left on device\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archives_of_an_older_pack_are_left_alone()
    {
        _kit.Pack();
        await File.WriteAllBytesAsync(_kit.In("natives.tar.xz.01"), [1, 2, 3], Cancel);
        _kit.Replace("tar", "cat >\"$KIT/stream$$\"; exec /bin/tar \"${@:1:2}\" -xf \"$KIT/stream$$\"");
        Assert.Equal(0, (await _kit.RunAsync("--provider", "cpu")).Code);
        Assert.Contains(Directory.GetFiles(_kit.Folder, "stream*"),
            stream => new FileInfo(stream).Length == new FileInfo(_kit.In("natives.tar.xz.00")).Length);
    }

    [Fact]
    public async Task An_archive_that_was_damaged_on_its_way_is_named_and_nothing_is_unpacked()
    {
        _kit.Seal("program.tar.xz", [1, 2, 3]);
        await File.WriteAllBytesAsync(_kit.In("program.tar.xz"), [1, 2, 4], Cancel);
        Finished run = await _kit.RunAsync("--provider", "cpu");
        Assert.Equal(1, run.Code);
        Assert.Contains("program.tar.xz: FAILED", run.Errors, StringComparison.Ordinal);
        Assert.EndsWith("The archives are not those that were packed. Bring them again.\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_is_nowhere_is_named_with_where_it_was_looked_for()
    {
        _kit.Pack();
        string script = (await File.ReadAllTextAsync(MadeUpKit.Run, Cancel))
            .Replace("libcudnn.so.9)", "libcudnn.so.9 libnowhere.so.9)", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_kit.In("run"), script, Cancel);
        foreach (string library in CudaFindings.Libraries.Append("libcuda.so.1"))
            await File.WriteAllTextAsync(_kit.In(library), "", Cancel);
        Finished run = await _kit.BashAsync(_kit.In("run"), _kit.Folder, _kit.In("out"));
        Assert.Equal(1, run.Code);
        Assert.Contains("run: Missing: libnowhere.so.9.\n", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"Looked in: what ldconfig knows, {_kit.Folder}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kit_for_the_CPU_is_not_tried_on_a_GPU()
    {
        _kit.Seal("program.tar.xz", [1]);
        _kit.Seal("bundle.tar.xz", [1]);
        _kit.Seal("natives.tar.xz.00", MadeUpKit.Tar(("libonnxruntime.so", "")));
        Finished run = await _kit.RunAsync();
        Assert.Equal(1, run.Code);
        Assert.Equal("run: This kit was packed with --cpu: it has no libonnxruntime_providers_cuda.so. "
            + "Pack it again without --cpu, or give --provider cpu.\n", run.Errors);
    }

    [Fact]
    public async Task The_archive_that_is_not_there_is_named()
    {
        _kit.Seal("program.tar.xz", [1]);
        Finished run = await _kit.RunAsync("--provider", "cpu");
        Assert.Equal(1, run.Code);
        Assert.Contains($"{_kit.Folder} has no bundle.tar.xz in its SHA256SUMS.", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--minutes", "1")]
    [InlineData("--minutes", "031")]
    [InlineData("--provider", "tpu")]
    [InlineData("--faster")]
    public async Task Wrong_arguments_are_refused(params string[] arguments) => Assert.Equal(2, (await _kit.RunAsync(arguments)).Code);

    [Fact]
    public async Task Results_of_an_earlier_run_are_neither_mixed_nor_lost()
    {
        _kit.Pack();
        Assert.Equal(0, (await _kit.RunAsync("--provider", "cpu")).Code);
        await File.WriteAllTextAsync(_kit.In("out", "bench-gpu.json"), "{}", Cancel);
        Finished next = await _kit.RunAsync("--provider", "cpu");
        Assert.Equal((2, "{}"), (next.Code, Read("out", "bench-gpu.json")));
        Assert.Equal($"run: {_kit.In("out")} holds bench-gpu.json of an earlier run. Give another folder, or move its results away.\n",
            next.Errors);
    }

    [Fact]
    public async Task A_run_that_came_to_nothing_does_not_bar_the_next()
    {
        Assert.Equal(1, (await _kit.RunAsync("--provider", "cpu")).Code);
        Assert.True(File.Exists(_kit.In("out", "run.log")));
        _kit.Pack();
        Assert.Equal(0, (await _kit.RunAsync("--provider", "cpu")).Code);
    }

    [Fact]
    public async Task Nothing_is_written_into_a_kit()
    {
        _kit.Pack();
        Finished run = await _kit.BashAsync(MadeUpKit.Run, _kit.In("out"), _kit.Folder);
        Assert.Equal(2, run.Code);
        Assert.EndsWith("Give ARCHIVES first, then OUT.\n", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_kit.In("run.log")));
    }

    [Fact]
    public async Task The_libraries_that_it_looks_for_are_those_that_the_worker_needs() => Assert.Contains(
        $"\nlibraries=(libcuda.so.1 {string.Join(' ', CudaFindings.Libraries)})\n",
        await File.ReadAllTextAsync(MadeUpKit.Run, Cancel), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Packing_that_fails_halfway_leaves_the_folder_as_it_was_so_that_the_next_try_is_not_refused(bool wasThere)
    {
        string packed = _kit.In("packed");
        _kit.Replace("dotnet", """
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"
            touch "$2/libonnxruntime.so" "$2/libonnxruntime_providers_shared.so"
            """);
        _kit.Replace("xz", """[ -e "$TMPDIR/once" ] && exit 1; touch "$TMPDIR/once"; cat""");
        if (wasThere) Directory.CreateDirectory(packed);
        Finished pack = await _kit.BashAsync(Path.Combine(MadeUpKit.Sources, "pack"), packed, "--cpu");
        Assert.NotEqual(0, pack.Code);
        Assert.Contains("bundle.tar.xz ...", pack.Errors, StringComparison.Ordinal); // so program.tar.xz was there
        Assert.Equal(wasThere, Directory.Exists(packed));
        if (wasThere) Assert.Empty(Directory.EnumerateFileSystemEntries(packed));
    }

    [Fact]
    public async Task An_archive_over_the_bound_is_named()
    {
        _kit.Seal("bundle.tar.xz", new byte[Bound]);
        _kit.Seal("program.tar.xz", new byte[Bound + 1]);
        Finished check = await CheckAsync();
        Assert.Equal(1, check.Code);
        Assert.Contains($"program.tar.xz has {Bound + 1} bytes, and an archive may have {Bound}.", check.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("bundle.tar.xz has", check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archives_within_the_bound_pass_with_their_sizes()
    {
        _kit.Seal("bundle.tar.xz", new byte[1000]);
        Finished check = await CheckAsync();
        Assert.Equal((0, ""), (check.Code, check.Errors));
        Assert.Equal("        1000 bytes  bundle.tar.xz\n", check.Output);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<Finished> CheckAsync() => _kit.BashAsync(Path.Combine(MadeUpKit.Sources, "pack"), "--check", _kit.Folder);

    private string Read(params string[] names) => File.ReadAllText(_kit.In(names));
}
