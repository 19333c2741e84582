using Benchmarks;

namespace Cli.Tests.Benchmarks;

public sealed class ReportTerminalTests
{
    private readonly BenchmarkReport _report = new("boats", "Boats.", new Machine("", "", 1, 1, ""));

    [Fact]
    public void A_remark_stands_below_the_figures_and_once()
    {
        _report.AddFigure("knots", 5, "kn");
        _report.Remark = "The sea was calm.";
        string[] lines = Lines();
        Assert.Equal("The sea was calm.", lines[^1]);
        Assert.Contains(lines, line => line.Contains("│ knots  │  5.00 │ kn   │ -    │ -   │", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("calm", StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_without_figures_has_no_table_of_them() =>
        Assert.DoesNotContain(Lines(), line => line.Contains("Figures", StringComparison.Ordinal));

    private string[] Lines()
    {
        StringWriter output = new();
        new ReportTerminal(output).Write(_report);
        return output.ToString().TrimEnd().Split('\n');
    }
}
