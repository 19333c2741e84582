using Sluice.Cli;

namespace FunctionalTests.Entry;

/// <summary><c>./sluice</c> itself, with a stand-in for dotnet that tells its process id, its folder and its arguments.</summary>
public sealed class EntryTests : IDisposable
{
    private readonly Checkout _checkout = new();

    public EntryTests() => _checkout.Replace("dotnet", """echo "$$"; pwd; printf '[%s]\n' "${@:2}" """);

    [Fact]
    public void Help_in_a_fresh_clone_costs_no_build()
    {
        Finished help = _checkout.Sluice(["--help"]);
        Assert.Equal(0, help.Code);
        Assert.Contains("./sluice demo", help.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_checkout.PathOf("cache")));
    }

    [Fact]
    public void A_mistyped_command_in_a_fresh_clone_costs_no_build()
    {
        Finished mistyped = _checkout.Sluice(["clasify", "--model", "models/mail"]);
        Assert.Equal(1, mistyped.Code);
        Assert.StartsWith("sluice: There is no command 'clasify'.\nsluice: Give one of: demo run ", mistyped.Errors,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_checkout.PathOf("cache")));
    }

    [Fact]
    public void A_mistyped_command_is_told_by_the_worker_that_was_built_before()
    {
        _checkout.PretendBuilt();
        File.Delete(_checkout.PathOf("artifacts", "sluice", "worker.built")); // its sources have changed since
        Finished mistyped = _checkout.Sluice(["clasify", "x"]);
        Assert.EndsWith("\n[clasify]\n[x]\n", mistyped.Output, StringComparison.Ordinal);
        Assert.Empty(mistyped.Errors);
    }

    [Fact]
    public void Every_command_of_the_worker_stands_in_the_entry_and_its_short_help()
    {
        string known = _checkout.Sluice(["xyzzy"]).Errors, usage = _checkout.Sluice(["--help"]).Output;
        foreach (string name in CommandLine.Create().Subcommands.Select(command => command.Name))
        {
            Assert.Matches($@"Give one of:.* {name}\b", known);
            Assert.Matches($@"(\./sluice|,|commands:) {name}\b", usage);
        }
    }

    [Fact]
    public void Arguments_arrive_whole_through_a_link_from_another_folder()
    {
        _checkout.PretendBuilt();
        string link = _checkout.PathOf("a link"), from = _checkout.PathOf("src");
        File.CreateSymbolicLink(link, _checkout.PathOf("sluice"));
        Finished run = _checkout.Sluice(["tokenize", "two words", "", "*", "--x=\"1\""], link, from);
        Assert.Equal([from, "[tokenize]", "[two words]", "[]", "[*]", "[--x=\"1\"]"], run.Output.TrimEnd('\n').Split('\n')[1..]);
    }

    [Fact]
    public void The_program_takes_the_entry_s_place_so_that_signals_reach_it()
    {
        _checkout.PretendBuilt();
        Finished run = _checkout.Sluice(["tokenize"]);
        Assert.Equal(run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), run.Output.Split('\n')[0]);
    }

    [Fact]
    public void A_closed_standard_input_is_empty_and_not_whatever_the_program_opens_first()
    {
        _checkout.PretendBuilt();
        _checkout.Replace("dotnet", "readlink /proc/self/fd/0");
        Assert.Equal("/dev/null", _checkout.Bash("./sluice tokenize <&-").Output.Trim());
    }

    [Fact]
    public void A_start_with_nothing_to_do_says_and_writes_nothing()
    {
        _checkout.PretendBuilt();
        Finished run = _checkout.Sluice(["tokenize"]);
        Assert.Empty(run.Errors);
        Assert.False(Directory.Exists(_checkout.PathOf("cache")));
    }

    [Fact]
    public void Help_of_a_command_of_the_script_comes_from_the_worker()
    {
        _checkout.PretendBuilt();
        Assert.EndsWith("[test]\n[--help]\n", _checkout.Sluice(["test", "--help"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_sends_nothing_to_the_makers_of_its_parts()
    {
        _checkout.PretendBuilt();
        _checkout.Replace("dotnet", "echo $ORT_DISABLE_TELEMETRY $DOTNET_CLI_TELEMETRY_OPTOUT");
        Assert.Equal("1 1\n", _checkout.Sluice(["tokenize"]).Output);
    }

    [Fact]
    public void The_flavour_for_CUDA_has_outputs_of_its_own()
    {
        string worker = Path.Combine("artifacts", "gpu", "bin", "Cli", "release", "Sluice.Cli.dll");
        Finished run = _checkout.Bash("SLUICE_GPU=1; . eng/build.sh; echo $outputs; build_stamp worker");
        Assert.Equal([_checkout.PathOf("artifacts", "gpu"), _checkout.PathOf("artifacts", "gpu", "sluice", "worker.built")],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(worker.Replace("artifacts/gpu", "$outputs", StringComparison.Ordinal),
            File.ReadAllText(_checkout.PathOf("sluice")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("true")]
    [InlineData("01")]
    public void A_flavour_that_is_none_is_refused_before_anything_is_built(string given)
    {
        Finished run = _checkout.Bash($"SLUICE_GPU={given} ./sluice tokenize");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.StartsWith($"sluice: SLUICE_GPU is '{given}'. Give 1 for ONNX Runtime's flavour for CUDA, or 0, ", run.Errors,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_checkout.PathOf("cache")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public void No_flavour_and_0_are_that_for_the_CPU(string given)
    {
        _checkout.PretendBuilt();
        Finished run = _checkout.Bash($"SLUICE_GPU={given} ./sluice tokenize");
        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    public void Dispose() => _checkout.Dispose();
}
