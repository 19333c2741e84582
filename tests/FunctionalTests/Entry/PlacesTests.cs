namespace FunctionalTests.Entry;

/// <summary>Homes that are none, caches that cannot be written, limits that are too low, with a stand-in
/// for dotnet that tells of them.</summary>
public sealed class PlacesTests : IDisposable
{
    private readonly Checkout _checkout = new();

    public PlacesTests() => _checkout.Replace("dotnet", """printf '%s\n' "$HOME" "$SLUICE_CACHE" "$(ulimit -Sn)" """);

    [Theory]
    [InlineData("-u HOME")]
    [InlineData("HOME=")]
    [InlineData("HOME=/")]
    public void No_HOME_stands_for_the_home_of_the_user_database(string environment)
    {
        _checkout.PretendBuilt();
        string home = _checkout.Bash("unset HOME; echo ~").Output.Trim(); // "/" for a user whom the database does not know
        Finished run = _checkout.Bash($"env -u SLUICE_CACHE {environment} ./sluice tokenize");
        Assert.StartsWith($"{home}\n{home.TrimEnd('/')}/.cache/sluice\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HOME=/proc/nobody", "/proc/nobody/.cache/sluice")]
    [InlineData("SLUICE_CACHE=/proc/nobody", "/proc/nobody")]
    public void A_cache_that_cannot_be_written_is_named_with_the_way_out(string environment, string cache)
    {
        Finished run = _checkout.Bash($"env -u SLUICE_CACHE {environment} ./sluice tokenize");
        Assert.Equal(1, run.Code);
        Assert.Matches($"^sluice: {cache} cannot be made or written by user [0-9]+.\nsluice: Set SLUICE_CACHE to a folder", run.Errors);
    }

    [Fact]
    public void A_cache_in_which_another_user_left_a_lock_is_named()
    {
        Finished run = _checkout.Bash("mkdir -p cache/lock; ./sluice tokenize"); // a folder: root may write any file
        Assert.Equal(1, run.Code);
        Assert.Contains("/cache/lock cannot be written by user", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_not_needed_where_a_cache_is_named()
    {
        Finished run = _checkout.Bash("HOME=/proc/nobody ./sluice tokenize; cat cache/logs/Build*");
        Assert.Equal(0, run.Code);
        Assert.Contains("sluice: /proc/nobody cannot be written by user ", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"\n{_checkout.PathOf("cache", "home")}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_built_starts_without_any_place_to_write()
    {
        _checkout.PretendBuilt();
        Finished run = _checkout.Bash("HOME=/proc/nobody SLUICE_CACHE=/proc/nobody/cache ./sluice tokenize");
        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    [Fact]
    public void Too_few_open_files_are_told_with_the_number_that_is_needed()
    {
        Finished run = _checkout.Bash("ulimit -n 64; ./sluice demo");
        Assert.Equal(1, run.Code);
        Assert.StartsWith("sluice: 512 files must be open at once, and this shell may open 64 ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_soft_limit_of_open_files_is_raised()
    {
        _checkout.PretendBuilt();
        Assert.EndsWith("\n512\n", _checkout.Bash("ulimit -Sn 64; ./sluice tokenize").Output, StringComparison.Ordinal);
    }

    public void Dispose() => _checkout.Dispose();
}
