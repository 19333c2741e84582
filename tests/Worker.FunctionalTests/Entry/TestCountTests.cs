namespace Worker.FunctionalTests.Entry;

/// <summary>eng/run-tests, with a stand-in for the test programs: what it counts is what its last line says.</summary>
public sealed class TestCountTests : IDisposable
{
    private const string Passing = """
        while [[ $1 != -xml ]]; do shift; done
        echo '=== TEST EXECUTION SUMMARY ==='
        echo '<assembly errors="0" failed="0" passed="3" skipped="0" total="3">' >"$2"
        """;

    private const string Crashing = """
        echo '    A.Test_that_kills [STARTING]'
        kill -KILL $$
        """;

    private readonly Checkout _checkout = new();

    public TestCountTests()
    {
        _checkout.AddTestProject("A.Tests");
        _checkout.AddTestProject("B.FunctionalTests");
    }

    [Fact]
    public void The_last_line_adds_up_all_projects()
    {
        Finished tests = RunTests(Passing);
        Assert.Equal("6 passed, 0 failed", tests.LastLine);
        Assert.Equal(0, tests.Code);
    }

    [Fact]
    public void Failures_and_errors_count_as_failed()
    {
        Finished tests = RunTests(Passing.Replace("errors=\"0\" failed=\"0\"", "errors=\"1\" failed=\"2\"", StringComparison.Ordinal) + "\nexit 1");
        Assert.Equal("6 passed, 6 failed", tests.LastLine);
        Assert.Equal(1, tests.Code);
    }

    [Fact]
    public void Skipped_tests_are_told() => Assert.Equal("6 passed, 0 failed, 2 skipped", RunTests(Passing.Replace("skipped=\"0\"", "skipped=\"1\"", StringComparison.Ordinal)).LastLine);

    [Fact]
    public void A_crash_counts_as_failed_and_names_the_running_test()
    {
        Finished tests = RunTests(Crashing);
        Assert.Equal("0 passed, 2 failed", tests.LastLine);
        Assert.Contains("A.Test_that_kills", tests.Output, StringComparison.Ordinal);
        Assert.Equal(1, tests.Code);
    }

    [Fact]
    public void No_test_at_all_is_a_failure()
    {
        Finished tests = RunTests(Passing.Replace("passed=\"3\"", "passed=\"0\"", StringComparison.Ordinal).Replace("total=\"3\"", "total=\"0\"", StringComparison.Ordinal));
        Assert.Equal("0 passed, 0 failed", tests.LastLine);
        Assert.Equal(1, tests.Code);
    }

    public void Dispose() => _checkout.Dispose();

    private Finished RunTests(string program)
    {
        _checkout.Replace("dotnet", program);
        return _checkout.Bash("eng/run-tests");
    }
}
