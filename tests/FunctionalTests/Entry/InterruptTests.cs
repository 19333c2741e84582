namespace FunctionalTests.Entry;

/// <summary>Set-up that is cut off, with a stand-in for dotnet that builds until it is told to end.</summary>
public sealed class InterruptTests : IDisposable
{
    /// <summary>Tells that it is there, leaves something half-done, and waits for what never comes.</summary>
    private const string Building = "echo $$ >build.pid; touch half-done; echo >ready; read -r <never";

    /// <summary>Starts the set-up as a terminal would, in a process group of its own with no signal
    /// ignored, and waits until it builds.</summary>
    private const string Start = "mkfifo ready never; set -m; ./sluice demo & started=$!; set +m; read -r <ready";

    private readonly Checkout _checkout = new();

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void An_interrupt_ends_the_build_and_leaves_no_lock(string signal, int code)
    {
        _checkout.Replace("dotnet", Building);
        Finished run = _checkout.Bash($"{Start}; kill -{signal} $started; code=0; wait $started || code=$?; echo $code; "
            + "[[ -d /proc/$(<build.pid) ]] || echo ended; flock -n cache/lock flock -n artifacts/lock echo free");
        Assert.Equal($"{code}\nended\nfree\n", run.Output);
        Assert.Contains("Build src/Cli: interrupted", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_start_builds_all_of_what_was_cut_off()
    {
        _checkout.Replace("dotnet", Building);
        _checkout.Bash($"{Start}; kill -TERM $started; wait $started || true");
        _checkout.Replace("dotnet",
            "echo \"$@\"; mkdir -p artifacts/bin/Cli/release; touch artifacts/bin/Cli/release/Sluice.Cli.dll");
        Finished next = _checkout.Bash("./sluice demo; cat cache/logs/Build*");
        Assert.Equal(0, next.Code);
        Assert.Matches("build src/Cli .* --no-incremental\n", next.Output);
        Assert.Equal(0, _checkout.Bash("have_worker").Code);
    }

    [Fact]
    public void A_build_that_failed_by_itself_is_not_begun_anew()
    {
        _checkout.Replace("dotnet", "exit 1");
        Assert.Equal(1, _checkout.Sluice(["demo"]).Code);
        _checkout.Replace("dotnet", "echo \"$@\"");
        Assert.DoesNotContain("--no-incremental", _checkout.Bash("./sluice demo; cat cache/logs/Build*").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_server_that_stays_does_not_keep_the_lock()
    {
        _checkout.Replace("dotnet", "[[ $1 == build ]] || exit 0; (read -r <never) & echo $! >server.pid");
        Finished run = _checkout.Bash("mkfifo never; ./sluice demo; "
            + "[[ -d /proc/$(<server.pid) ]] && echo stays; flock -n cache/lock flock -n artifacts/lock echo free; echo >never");
        Assert.Equal("stays\nfree\n", run.Output);
    }

    public void Dispose() => _checkout.Dispose();
}
