namespace FunctionalTests.Entry;

/// <summary>eng/gpu/run that is cut off: on a GPU, what it leaves behind would hold the card.</summary>
public sealed class GpuKitInterruptTests : IDisposable
{
    /// <summary>
    /// Tells that it is there and waits for what never comes, with one beside it that heeds nothing. When it is told to end, it says
    /// whether its files still lie there.
    /// </summary>
    private const string Benchmark = """
        (trap '' TERM; read -r <"$KIT/never") & echo $! >"$KIT/mate"
        trap 'if [[ -e $0 ]]; then echo whole; fi >>"$KIT/told"; exit 0' TERM
        echo $$ >"$KIT/leader"; echo >"$KIT/ready"; wait
        """;

    /// <summary>Starts it as a terminal would, in a process group of its own, and waits until it is under way.</summary>
    private const string Start = """
        mkfifo ready never; set -m; bash "$RUN" . --provider cpu out & started=$!; set +m; read -r <ready
        """;

    /// <summary>
    /// A word for each process that has ended, and an end for the others. A dead one that nobody waited for has no command.
    /// </summary>
    private const string Ended = """
        for file in leader mate; do
            [[ -e $file ]] || continue
            [[ -n $(tr -d '\0' 2>/dev/null </proc/$(<$file)/cmdline) ]] || echo ended
            kill -KILL $(<$file) 2>/dev/null
        done
        """;

    private readonly MadeUpKit _kit = new();

    public void Dispose() => _kit.Dispose();

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_benchmark_and_all_that_it_started_before_its_files_go(string signal, int code)
    {
        _kit.Pack(Benchmark);
        Finished run = await _kit.BashAsync("-c", $"{Start}\nkill -{signal} $started; wait $started; echo $?; cat told\n{Ended}");
        Assert.Equal($"{code}\nwhole\nended\nended\n", run.Output);
        Assert.Contains($"run: ended by SIG{signal} after ", run.Errors, StringComparison.Ordinal);
        Assert.Empty(_kit.Unpacked);
        Assert.False(File.Exists(_kit.In("out", "demo.log")));
    }

    [Fact]
    public async Task A_signal_ends_the_unpacking()
    {
        _kit.Replace("tar", "echo $$ >\"$KIT/leader\"; echo >\"$KIT/ready\"; read -r <\"$KIT/never\"");
        _kit.Pack();
        Finished run = await _kit.BashAsync("-c", $"{Start}\nkill -TERM $started; wait $started; echo $?\n{Ended}");
        Assert.Equal("143\nended\n", run.Output);
        Assert.Empty(_kit.Unpacked);
    }
}
