using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks;

/// <summary>
/// A report as JSON: <c>benchmark, summary, machine, sluice, date, versions, tables, figures, faults</c>; samples as
/// <c>{median, min, max, rounds, values}</c>.
/// </summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Render(BenchmarkReport report, ReportOrigin origin)
    {
        var content = new
        {
            Benchmark = report.Name,
            report.Summary,
            report.Machine,
            Sluice = origin.Build.ToString(),
            origin.Date,
            report.Versions,
            report.Tables,
            report.Figures,
            report.Faults,
        };
        return JsonSerializer.Serialize(content, Options) + "\n";
    }
}
