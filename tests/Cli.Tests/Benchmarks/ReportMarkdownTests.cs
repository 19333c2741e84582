using Benchmarks;
using Sluice.Worker.Startup;

namespace Cli.Tests.Benchmarks;

public sealed class ReportMarkdownTests
{
    private static readonly ReportOrigin Origin =
        new(new ProductBuild("1.2.0", "6ce02b5"), new DateOnly(2026, 11, 27), "./sluice bench boats --rounds 3");

    [Fact]
    public void A_long_remark_is_wrapped_to_a_screen()
    {
        BenchmarkReport report = Create("Boats");
        string remark = string.Join(' ', Enumerable.Range(0, 200).Select(i => new string('w', 1 + (i % 9))));
        report.AddTable(new ReportTable("Words", ["what"]) { Remark = remark });
        string[] lines = ReportMarkdown.Render(report, Origin).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 140));
        Assert.Contains(remark, string.Join(' ', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_written_whole_with_where_it_comes_from()
    {
        BenchmarkReport report = Create("Boats");
        report.AddVersion("onnxruntime", "1.31.0");
        report.AddTable("Speed: median (min..max)", "boat", "knots", "crew", "sails")
            .AddRow("dinghy", Sample.Of([4.5, 5, 1234]), 2, "-")
            .AddRow("clipper with every sail set", Sample.Of([20, 0.25]), 12345, 31.5);
        report.AddTable(new ReportTable("Nothing", ["what"]) { Remark = "There is `nothing`." });
        report.AddFigureAtLeast("knots_of_the_dinghy", 5, "kn", 4);
        report.AddFigureAtMost("crew_of_the_clipper", 12345, "1", 40);
        report.AddFigure("sails", 31.5, "1");
        report.AddFigureAtMost("leak", 2.38e-6, "m", 1e-3);
        report.AddFigure("draught", 0.0123, "m");

        Assert.Equal($"""
            # bench boats

            Boats

            - machine: Some CPU (avx2), 2 cores, 7.5 GiB, Some Linux 12
            - sluice: 1.2.0 (6ce02b5)
            - dotnet: {Environment.Version}
            - onnxruntime: 1.31.0
            - date: 2026-11-27
            - command: `./sluice bench boats --rounds 3`

            ## Figures

            | figure              |  value | unit |  goal | met |
            |---------------------|-------:|------|------:|-----|
            | knots_of_the_dinghy |   5.00 | kn   |  4.00 | yes |
            | crew_of_the_clipper | 12,345 | 1    | 40.00 | NO  |
            | sails               |  31.50 | 1    |     - | -   |
            | leak                | 2.4e-6 | m    | 0.001 | yes |
            | draught             | 0.0123 | m    |     - | -   |

            ## Speed: median (min..max)

            | boat                        |               knots |   crew | sails |
            |-----------------------------|--------------------:|-------:|-------|
            | dinghy                      |  5.00 (4.50..1,234) |      2 | -     |
            | clipper with every sail set | 10.13 (0.25..20.00) | 12,345 | 31.50 |

            ## Nothing

            There is \`nothing\`.

            | what |
            |------|

            """, ReportMarkdown.Render(report, Origin));
    }

    [Fact]
    public void A_report_without_figures_has_no_table_of_them() =>
        Assert.DoesNotContain("Figures", ReportMarkdown.Render(Create("Boats"), Origin), StringComparison.Ordinal);

    [Fact]
    public void What_would_end_a_cell_or_mark_up_its_text_is_escaped()
    {
        BenchmarkReport report = Create("`a` * <b>");
        report.AddVersion("tool|kit", @"1\2");
        report.AddTable("a|b", "c|d").AddRow(@"e|f\|g").AddRow("two\nlines").AddRow("plain_name [CLS]");

        string[] page = ReportMarkdown.Render(report, Origin).Split('\n');

        Assert.Contains(@"\`a\` \* \<b>", page);
        Assert.Contains(@"- tool\|kit: 1\\2", page);
        Assert.Equal(
            [
                @"## a\|b", "", @"| c\|d             |", "|------------------|",
                @"| e\|f\\\|g        |", "| two lines        |", "| plain_name [CLS] |", "",
            ],
            page.SkipWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)));
    }

    private static BenchmarkReport Create(string summary) =>
        new("boats", summary, new Machine("Some CPU", "avx2", 2, 7.5, "Some Linux 12"));
}
