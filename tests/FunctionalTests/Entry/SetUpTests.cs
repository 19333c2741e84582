namespace FunctionalTests.Entry;

/// <summary>The steps in eng/, with stand-ins for all that they start.</summary>
public sealed class SetUpTests : IDisposable
{
    private const string Fetch = "mkdir -p cache/set-up; fetch_npm thing@1.0.0 $(printf content | sha256sum | cut -d ' ' -f 1) file";
    private readonly Checkout _checkout = new();

    [Fact]
    public void A_fetched_package_is_kept_when_its_hash_is_the_pinned_one()
    {
        _checkout.Replace("npm", "printf content >thing-1.0.0.tgz");
        Assert.Equal(0, _checkout.Bash(Fetch).Code);
        Assert.Equal("content", File.ReadAllText(_checkout.PathOf("file")));
    }

    [Fact]
    public void A_package_with_another_hash_is_refused_and_leaves_nothing()
    {
        _checkout.Replace("npm", "printf other >thing-1.0.0.tgz");
        Finished fetch = _checkout.Bash(Fetch);
        Assert.Equal(1, fetch.Code);
        Assert.Contains("pins ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73", fetch.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_checkout.PathOf("file")));
    }

    [Fact]
    public void A_failed_fetch_is_tried_again()
    {
        string tries = _checkout.PathOf("tries");
        _checkout.Replace("npm", $"echo x >>'{tries}'; [[ $(wc -l <'{tries}') -ge 3 ]] && printf content >thing-1.0.0.tgz");
        Assert.Equal(0, _checkout.Bash(Fetch).Code);
        Assert.Equal(3, File.ReadAllLines(tries).Length);
    }

    [Fact]
    public void Three_failed_fetches_end_with_the_way_out()
    {
        _checkout.Replace("npm", "exit 1");
        Assert.Contains("npm could not fetch thing@1.0.0 in 3 attempts", _checkout.Bash(Fetch).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_missing_debian_packages_are_named()
    {
        _checkout.Replace("dpkg-query", "printf 'here:installed gone:not-installed '; exit 1");
        Assert.Equal("gone\nnever-seen\n", _checkout.Bash("missing_debian here gone never-seen").Output);
    }

    [Fact]
    public void A_missing_debian_package_is_named_and_never_installed()
    {
        _checkout.Replace("dpkg-query", "exit 1");
        _checkout.Replace("apt-get", $"touch '{_checkout.PathOf("installed")}'");
        Finished train = _checkout.Sluice(["train", "teacher"]);
        Assert.Equal(1, train.Code);
        Assert.Contains("Run as root: apt-get install --no-install-recommends python3-torch ", train.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_checkout.PathOf("installed")));
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("run")]
    [InlineData("classify")]
    [InlineData("bench")]
    [InlineData("test")]
    public void Nothing_but_a_build_is_set_up_for_what_is_not_training(string command)
    {
        foreach (string program in (string[])["npm", "node", "python3", "java", "gcc", "apt-get", "sudo", "curl", "git"])
            _checkout.Replace(program, $"touch '{_checkout.PathOf("asked")}'; exit 1");
        _checkout.Replace("dotnet", "true");
        Assert.Equal(0, _checkout.Sluice(["setup", command]).Code);
        Assert.False(File.Exists(_checkout.PathOf("asked")));
    }

    [Fact]
    public void A_failing_step_shows_the_end_of_its_log_and_where_it_is()
    {
        Finished step = _checkout.Bash("failing() { echo before; false; echo after; }; timed 'A step' failing");
        Assert.Equal(1, step.Code);
        Assert.Contains("before", step.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("after\n", step.Errors, StringComparison.Ordinal);
        Assert.Contains(_checkout.PathOf("cache", "logs", "A-step.log"), step.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("touch -d '+1 hour' src/New.cs", 1)]
    [InlineData("touch -d '+1 hour' src", 1)] // as removing a file does
    [InlineData("rm artifacts/sluice/worker.built", 1)]
    [InlineData("rm -r artifacts/bin", 1)]
    [InlineData("root=/moved/elsewhere; cd /; root=$OLDPWD; echo other >$root/artifacts/sluice/worker.built", 1)]
    public void A_build_is_done_again_only_when_something_changed(string change, int code)
    {
        _checkout.PretendBuilt();
        Assert.Equal(code, _checkout.Bash($"{change}; have_worker").Code);
    }

    [Fact]
    public void What_other_programs_mean_by_a_variable_is_no_property_of_the_build()
    {
        _checkout.Replace("dotnet", "env");
        Finished run = _checkout.Bash(
            "export GPU=true OutDir=/elsewhere VERSION=latest ARTIFACTSPATH=/there SLUICE_GPU=1; "
            + "./sluice setup demo; cat cache/logs/Build*");
        Assert.DoesNotMatch("(?im)^(gpu|outdir|version|artifactspath)=", run.Output);
        Assert.Contains("\nSLUICE_GPU=1\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_is_set_up_by_one_at_a_time_whatever_their_caches()
    {
        _checkout.Replace("dotnet", "flock -n artifacts/lock echo free || echo held");
        Assert.Equal("held\n", _checkout.Bash("./sluice setup demo; cat cache/logs/Build*").Output);
    }

    [Fact]
    public void A_folder_that_is_given_as_the_cache_keeps_what_is_in_it()
    {
        _checkout.Replace("dotnet", "true");
        Finished run = _checkout.Bash("mkdir -p cache/tmp; echo precious >cache/tmp/thesis; ./sluice setup demo; cat cache/tmp/thesis");
        Assert.Equal("precious\n", run.Output);
    }

    public void Dispose() => _checkout.Dispose();
}
