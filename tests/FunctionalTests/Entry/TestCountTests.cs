namespace FunctionalTests.Entry;

/// <summary>eng/run-tests, with a stand-in for the test programs: what it counts is what its last line says.</summary>
public sealed class TestCountTests : IDisposable
{
    private const string Passing = """
        while [[ $1 != -result-xml ]]; do shift; done
        echo '=== TEST EXECUTION SUMMARY ==='
        echo '<assembly errors="0" failed="0" passed="3" skipped="0" total="3">' >"$2"
        """;

    private const string Crashing = """
        echo '    A.Test_that_kills [STARTING]'
        kill -KILL $$
        """;

    private const string Skipping = """
        echo '    A.Test_with_a_broker [SKIP]'
        echo '      Needs kafka: none is named'
        echo '    A.Test_of_another_kind [SKIP]'
        echo '      not today'
        while [[ $1 != -result-xml ]]; do shift; done
        echo '<assembly errors="0" failed="0" passed="3" skipped="3" total="6">' >"$2"
        echo '<test><reason>Needs kafka: none is named</reason></test>' >>"$2"
        echo '<test><reason>Needs kafka-crash: it is another</reason></test><test><reason>not today</reason></test>' >>"$2"
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
        Assert.Equal("6 passed, 0 failed, 0 skipped", tests.LastLine);
        Assert.Equal(0, tests.Code);
    }

    [Fact]
    public void Failures_and_errors_count_as_failed()
    {
        Finished tests = RunTests(
            Passing.Replace("errors=\"0\" failed=\"0\"", "errors=\"1\" failed=\"2\"", StringComparison.Ordinal) + "\nexit 1");
        Assert.Equal("6 passed, 6 failed, 0 skipped", tests.LastLine);
        Assert.Equal(1, tests.Code);
    }

    [Fact]
    public void Skipped_tests_are_counted_and_told_in_one_line_by_what_they_want()
    {
        Finished tests = RunTests(Skipping);
        Assert.Equal("6 passed, 0 failed, 6 skipped", tests.LastLine);
        Assert.Equal(0, tests.Code);
        Assert.Contains("\nSkipped for want of: kafka (2), kafka-crash (2). CONTRIBUTING.md, \"Tests\", says how to run them.\n",
            tests.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("A.Test_with_a_broker", tests.Output, StringComparison.Ordinal);
        Assert.Contains("A.Test_of_another_kind [SKIP]\n      not today\n", tests.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_asks_for_an_unknown_need_does_not_begin()
    {
        Finished tests = RunTests(Passing, require: "kafka,kafak");
        Assert.Equal((2, ""), (tests.Code, tests.Output));
        Assert.Equal(
            "SLUICE_TEST_REQUIRE names 'kafak'. Give some of: all kafka kafka-crash registry node node-serializers chroot texts prometheus "
                + "packages\n",
            tests.Errors);
    }

    [Fact]
    public void A_run_that_asks_for_nothing_begins()
    {
        _checkout.Replace("dotnet", Passing);
        Assert.Equal((0, ""), _checkout.Bash("env -u SLUICE_TEST_REQUIRE eng/run-tests") is var run ? (run.Code, run.Errors) : default);
    }

    [Fact]
    public void Every_need_of_the_tests_is_known_to_the_script() =>
        Assert.All(Need.All.Select(need => need.Name).Append("all"), name => Assert.Equal(0, RunTests(Passing, require: name).Code));

    [Fact]
    public void A_crash_counts_as_failed_and_names_the_running_test()
    {
        Finished tests = RunTests(Crashing);
        Assert.Equal("0 passed, 2 failed, 0 skipped", tests.LastLine);
        Assert.Contains("A.Test_that_kills", tests.Output, StringComparison.Ordinal);
        Assert.Equal(1, tests.Code);
    }

    [Theory]
    [InlineData("Outer$Inner")]
    [InlineData("$(exit 3)`exit 3`")]
    [InlineData("\"a]\" [b")]
    public void The_name_of_a_test_is_only_a_name(string data)
    {
        File.WriteAllText(_checkout.PathOf("report"),
            $"    A.Test(name: {data}) [STARTING]\n    A.Test(name: {data}) [FINISHED] Time: 0.1s\n");
        Finished progress = _checkout.Bash("eng/test-progress <report");
        Assert.Equal((0, "", ""), (progress.Code, progress.Output, progress.Errors));
    }

    [Fact]
    public void A_name_that_looks_like_bash_is_a_name()
    {
        const string Odd = """A.Test(name: "Outer$Inner `x` $(y) [0] ]")""";
        Finished tests = RunTests($"echo '    {Odd} [STARTING]'\necho '    {Odd} [FINISHED] Time: 12.5s'\n{Passing}");
        Assert.Equal("6 passed, 0 failed, 0 skipped", tests.LastLine);
        Assert.Empty(tests.Errors);
        Assert.Contains($"    {Odd} took 12 s\n", tests.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eng/run-tests 'a*'", "A filter is a part of a test's full name")]
    [InlineData("eng/run-tests ''", "A filter is a part of a test's full name")]
    [InlineData("SLUICE_TEST_LIMIT_S=abc eng/run-tests", "SLUICE_TEST_LIMIT_S is to be whole seconds")]
    public void What_cannot_be_meant_is_refused(string line, string fault)
    {
        Finished tests = _checkout.Bash(line);
        Assert.Equal((2, ""), (tests.Code, tests.Output));
        Assert.StartsWith(fault, tests.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void No_test_at_all_is_a_failure()
    {
        Finished tests = RunTests(Passing
            .Replace("passed=\"3\"", "passed=\"0\"", StringComparison.Ordinal)
            .Replace("total=\"3\"", "total=\"0\"", StringComparison.Ordinal));
        Assert.Equal("0 passed, 0 failed, 0 skipped", tests.LastLine);
        Assert.Equal(1, tests.Code);
    }

    public void Dispose() => _checkout.Dispose();

    private Finished RunTests(string program, string? require = null)
    {
        _checkout.Replace("dotnet", program);
        return _checkout.Bash($"{(require is null ? "" : $"SLUICE_TEST_REQUIRE={require} ")}eng/run-tests");
    }
}
